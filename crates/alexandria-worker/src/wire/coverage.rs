//! What is said about pages before the result: which is read, and how much could be.

use std::io::{self, Write};

use super::frame::{DecodeError, Kind, Payload, Values};

/// How much of a document with pages was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Number of pages.
    pub pages: u32,
    /// Pages that are pictures without text.
    pub pictures: u32,
    /// Pages whose text may be wrong, because the file does not say which letters its glyphs are.
    pub unreliable: u32,
    /// Pages that could not be read.
    pub unreadable: u32,
}

/// Writes which page is read next.
///
/// # Errors
/// When the output cannot be written.
pub fn write_progress(page: u32, to: &mut impl Write) -> io::Result<()> {
    let mut payload = Payload::default();
    payload.raw(&page.to_le_bytes());
    payload.write(Kind::Progress, to)?;
    // The other side acts on it if nothing follows.
    to.flush()
}

/// Writes how much was read.
///
/// # Errors
/// When the output cannot be written.
pub fn write_coverage(coverage: Coverage, to: &mut impl Write) -> io::Result<()> {
    let mut payload = Payload::default();
    for count in [coverage.pages, coverage.pictures, coverage.unreliable, coverage.unreadable] {
        payload.raw(&count.to_le_bytes());
    }
    payload.write(Kind::Coverage, to)
}

pub(super) fn read_progress(values: &mut Values<'_>) -> Result<u32, DecodeError> {
    let page = u32::from_le_bytes(values.array()?);
    values.end()?;
    Ok(page)
}

pub(super) fn read_coverage(values: &mut Values<'_>) -> Result<Coverage, DecodeError> {
    let mut count = || values.array().map(u32::from_le_bytes);
    let coverage = Coverage { pages: count()?, pictures: count()?, unreliable: count()?, unreadable: count()? };
    values.end()?;
    Ok(coverage)
}
