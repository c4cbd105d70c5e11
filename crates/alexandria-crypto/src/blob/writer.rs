//! Writing a blob.

use std::io::{self, Write};

use super::BlobError;
use crate::chunked::{Sealer, Sink};
use crate::keys::BlobKeys;

/// Seals everything written to it into `sink`. A blob whose writer is dropped before [`finish`](Self::finish) does not open.
pub struct BlobWriter<W> {
    sink: W,
    sealer: Sealer,
    is_poisoned: bool,
}

impl<W> std::fmt::Debug for BlobWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobWriter").field("is_poisoned", &self.is_poisoned).finish_non_exhaustive()
    }
}

impl<W: Write> BlobWriter<W> {
    /// Starts the blob `id`, sealed under the newest of `keys`.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn new(sink: W, keys: &BlobKeys, id: &[u8; 16]) -> Result<Self, BlobError> {
        Ok(Self::from_sealer(sink, Sealer::with_content_key(keys.content().newest(), id)?))
    }

    pub(crate) fn from_sealer(sink: W, sealer: Sealer) -> Self {
        Self { sink, sealer, is_poisoned: false }
    }

    /// Seals the end, flushes the sink and returns it. The caller makes it durable.
    ///
    /// # Errors
    /// When the sink fails or has failed before.
    pub fn finish(mut self) -> Result<W, BlobError> {
        if self.is_poisoned {
            return Err(BlobError::Poisoned);
        }
        self.sealer.finish_to(&mut WriteSink(&mut self.sink))?;
        self.sink.flush()?;
        Ok(self.sink)
    }
}

/// Anything that can be written to.
struct WriteSink<'a, W>(&'a mut W);

impl<W: Write> Sink for WriteSink<'_, W> {
    type Error = BlobError;

    fn put(&mut self, part: &[u8]) -> Result<(), BlobError> {
        Ok(self.0.write_all(part)?)
    }
}

impl<W: Write> Write for BlobWriter<W> {
    fn write(&mut self, plain: &[u8]) -> io::Result<usize> {
        if self.is_poisoned {
            return Err(BlobError::Poisoned.into());
        }
        if let Err(error) = self.sealer.push_to(plain, &mut WriteSink(&mut self.sink)) {
            self.is_poisoned = true;
            return Err(error.into());
        }
        Ok(plain.len())
    }

    /// Flushes what is sealed. Up to one chunk stays buffered until [`finish`](BlobWriter::finish).
    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
