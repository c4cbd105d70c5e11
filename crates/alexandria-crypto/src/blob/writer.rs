//! Writing a blob.

use std::io::{self, Write};

use super::BlobError;
use crate::chunked::Sealer;
use crate::keys::BlobKey;

/// Seals everything written to it into `sink`. A blob whose writer was dropped before [`finish`](Self::finish) does
/// not open.
pub struct BlobWriter<W> {
    sink: W,
    sealer: Sealer,
    broken: bool,
}

impl<W> std::fmt::Debug for BlobWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobWriter").field("broken", &self.broken).finish_non_exhaustive()
    }
}

impl<W: Write> BlobWriter<W> {
    /// Begins the blob called `id`.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn new(sink: W, key: &BlobKey, id: &[u8; 16]) -> Result<Self, BlobError> {
        Ok(Self::of_sealer(sink, Sealer::of_content(key.content(), id)?))
    }

    pub(crate) fn of_sealer(sink: W, sealer: Sealer) -> Self {
        Self { sink, sealer, broken: false }
    }

    /// Seals the end, flushes the sink and gives it back. Making it durable is the caller's business.
    ///
    /// # Errors
    /// When the sink fails, or failed before.
    pub fn finish(mut self) -> Result<W, BlobError> {
        if self.broken {
            return Err(BlobError::Broken);
        }
        self.sealer.finish_to(&mut |part| hand_on(&mut self.sink, part))?;
        self.sink.flush()?;
        Ok(self.sink)
    }
}

fn hand_on(sink: &mut impl Write, sealed: &[u8]) -> Result<(), BlobError> {
    Ok(sink.write_all(sealed)?)
}

impl<W: Write> Write for BlobWriter<W> {
    fn write(&mut self, plain: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Err(BlobError::Broken.into());
        }
        if let Err(error) = self.sealer.push_to(plain, &mut |part| hand_on(&mut self.sink, part)) {
            self.broken = true;
            return Err(error.into());
        }
        Ok(plain.len())
    }

    /// Hands on what is sealed. Up to a chunk stays back until [`finish`](BlobWriter::finish).
    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
