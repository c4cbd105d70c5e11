//! An unlimited stream of random bytes from one seed of the operating system's generator.
//!
//! OPAQUE and HPKE take a generator that cannot fail. The system's can, so a fresh seed of 256 bits is drawn first, where the
//! failure can be returned, and expanded by BLAKE3's output stream. Each stream is used for one operation and dropped.

use std::convert::Infallible;

use hpke::rand_core::{TryCryptoRng, TryRng};
use opaque_ke::rand::{CryptoRng, Error, RngCore};
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

#[cfg(test)]
mod tests;

/// Random bytes for one operation.
pub(crate) struct EntropyStream(blake3::OutputReader);

impl EntropyStream {
    /// A stream from a fresh seed.
    pub(crate) fn new() -> Result<Self, RandomError> {
        let mut seed = Zeroizing::new([0; 32]);
        random::fill(seed.as_mut_slice())?;
        Ok(Self::from_seed(&seed))
    }

    /// The stream of a given seed, for the test vectors. A seed must never be used twice.
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(blake3::Hasher::new_keyed(seed).update(b"alexandria/entropy/v1").finalize_xof())
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}

/// What hpke asks for.
impl TryRng for EntropyStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.take()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.take()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for EntropyStream {}

/// What opaque-ke asks for: the same trait, four generations older.
impl RngCore for EntropyStream {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl CryptoRng for EntropyStream {}
