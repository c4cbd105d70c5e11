//! Random bytes from the operating system, in the forms that the rules need.
//!
//! Boundary: no seeding and no generator of our own. A machine without random numbers stops the request with an error
//! instead of continuing with weak ones.

use opaque_ke::rand;

/// The operating system had no random bytes to give.
#[derive(Debug, thiserror::Error)]
#[error("no random bytes from the operating system: {0}")]
pub struct RandomError(#[from] getrandom::Error);

/// `N` random bytes.
///
/// # Errors
/// [`RandomError`] where the operating system refuses.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// The operating system's generator in the generation of traits that `opaque-ke` uses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OsRandom;

impl rand::RngCore for OsRandom {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Never returns with a buffer that is not random: [`probe`] has to succeed first, and a source that worked once
    /// does not fail later on any system we run on. Until it answers, the thread waits.
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        while getrandom::fill(dest).is_err() {
            std::thread::yield_now();
        }
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand::Error> {
        getrandom::fill(dest).map_err(|error| rand::Error::new(std::io::Error::other(error)))
    }
}

impl rand::CryptoRng for OsRandom {}

/// Whether the operating system gives random bytes; called before [`OsRandom`] is used.
///
/// # Errors
/// [`RandomError`] where it does not.
pub(crate) fn probe() -> Result<(), RandomError> {
    bytes::<1>().map(|_| ())
}
