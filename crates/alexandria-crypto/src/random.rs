//! The only source of randomness: the operating system's generator.
//!
//! Nothing else in the workspace generates keys, salts or nonces. There is no seeding and no fallback: if the generator
//! fails, the operation fails.

/// The operating system's random generator failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's random generator failed")]
pub struct RandomError;

/// `N` random bytes. For secrets use the `generate` functions of [`crate::keys`], which keep them off the stack.
///
/// # Errors
/// When the operating system's generator fails.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Fills `buffer` with random bytes.
///
/// # Errors
/// When the operating system's generator fails; the contents of `buffer` are then unspecified.
pub fn fill(buffer: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(buffer).map_err(|_| RandomError)
}
