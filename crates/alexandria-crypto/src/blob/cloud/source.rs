//! Where the plaintext of a cloud blob may come from: only where it cannot change while it is sealed.

use std::io::{Read, Seek};

use crate::blob::{BlobError, BlobReader};

/// Plaintext that cannot change between two reads. Only types of this crate that guarantee it implement it.
pub trait FixedSource: sealed::Sealed {
    /// Length in bytes.
    fn plain_len(&self) -> u64;

    /// Reads from `offset` until `buffer` is full or the source ends, and returns the number of bytes.
    ///
    /// # Errors
    /// When it cannot be read, or was changed.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, BlobError>;
}

/// A sealed file of the library. Its header was read once, and every chunk is authenticated under the key that the header
/// commits to: it is the plaintext that was sealed, or an error.
impl<R: Read + Seek> FixedSource for BlobReader<R> {
    fn plain_len(&self) -> u64 {
        self.len()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, BlobError> {
        Self::read_at(self, offset, buffer)
    }
}

/// Memory that is borrowed for as long as it is sealed, such as a cover.
impl FixedSource for &[u8] {
    fn plain_len(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, BlobError> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        buffer.iter_mut().zip(rest).for_each(|(target, byte)| *target = *byte);
        Ok(rest.len().min(buffer.len()))
    }
}

mod sealed {
    /// Prevents implementations elsewhere.
    pub trait Sealed {}

    impl<R> Sealed for crate::blob::BlobReader<R> {}
    impl Sealed for &[u8] {}
}
