//! The one source of randomness: the operating system's generator.
//!
//! Nothing else in the workspace makes keys, salts or nonces. There is no seeding and no fallback: if the system has
//! no randomness, the operation fails.

/// The operating system gave no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes; restart the computer and try again")]
pub struct RandomError;

/// `N` fresh random bytes. For secrets use the `generate` functions of [`crate::keys`], which keep them off the stack.
///
/// # Errors
/// When the operating system's generator fails.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Fills `buffer` with fresh random bytes.
///
/// # Errors
/// When the operating system's generator fails; `buffer` is then of no use.
pub fn fill(buffer: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(buffer).map_err(|_| RandomError)
}
