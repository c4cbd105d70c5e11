//! Books in Amazon's and Mobipocket's formats: MOBI 6, KF8 (AZW3), and files that hold both, of which the KF8 half is read.
//!
//! Absent: books under DRM, which are refused; KFX and Topaz, which are other formats; dictionaries.

mod bytes;
mod contents;
mod database;
mod exth;
mod header;
mod huffman;
mod index;
mod kf8;
mod mobi6;
mod palmdoc;
mod pictures;
mod references;
#[cfg(test)]
mod tests;
mod text;

use std::io::{Read, Seek};

use crate::error::{Defect, ExtractError, LimitKind};
use crate::limits::Guard;
use crate::publication::Publication;
use database::Database;
use header::Header;
use kf8::Kf8;

pub(crate) use database::{BOOK as SIGNATURE, TYPE as SIGNATURE_AT};

/// Version of the format from which on a book is KF8.
const KF8_VERSION: u32 = 8;

/// Opens a book.
pub(crate) fn open<'s>(
    mut source: impl Read + Seek,
    guard: &Guard,
) -> Result<Box<dyn Publication + Send + 's>, ExtractError> {
    source.rewind()?;
    let bytes = guard.read(source, LimitKind::FileBytes, guard.limits.file_bytes)?;
    let database = Database::read(bytes)?;
    let first = database.record(0).ok_or_else(|| ExtractError::malformed(Defect::DamagedRecords))?;
    let header = Header::read(first, guard)?;
    // Pictures belong to both halves, and the first header says where they are.
    let resources = header.resources;
    if header.version >= KF8_VERSION {
        return Ok(Box::new(Kf8::open(database, 0, header, resources, guard)?));
    }
    let second = header.exth.boundary.and_then(|start| {
        let second = Header::read(database.record(start)?, guard).ok()?;
        (second.version >= KF8_VERSION).then_some((start, second))
    });
    match second {
        Some((start, second)) => Ok(Box::new(Kf8::open(database, start, second, resources, guard)?)),
        None => Ok(Box::new(mobi6::open(database, header, guard)?)),
    }
}
