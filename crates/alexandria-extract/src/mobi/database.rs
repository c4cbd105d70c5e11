//! The container: a Palm database, which is a list of records. Its header has 78 bytes; a table with eight bytes for each
//! record follows, of which the first four say where the record begins.

use super::bytes::{u16_at, usize_at};
use crate::error::{Defect, ExtractError};

/// Where the number of records is, and where their table begins.
const COUNT: usize = 76;
const TABLE: usize = 78;
/// Bytes of an entry of the table.
const ENTRY_BYTES: usize = 8;
/// Where type and creator are, and what they are for a book.
pub(crate) const TYPE: std::ops::Range<usize> = 60..68;
/// A Mobipocket or Kindle book.
pub(crate) const BOOK: &[u8; 8] = b"BOOKMOBI";

/// A database in memory.
pub(super) struct Database {
    bytes: Vec<u8>,
    /// Where each record begins, and where the last one ends.
    offsets: Vec<usize>,
}

impl Database {
    pub(super) fn read(bytes: Vec<u8>) -> Result<Self, ExtractError> {
        let damaged = || ExtractError::malformed(Defect::DamagedRecords);
        let count = usize::from(u16_at(&bytes, COUNT).ok_or_else(damaged)?);
        let mut offsets = Vec::with_capacity(count + 1);
        let mut last = TABLE + count * ENTRY_BYTES;
        for number in 0..count {
            let offset = usize_at(&bytes, TABLE + number * ENTRY_BYTES).ok_or_else(damaged)?;
            // A record never shares bytes with another or with the table, so none is read twice.
            if offset < last || offset > bytes.len() {
                return Err(damaged());
            }
            offsets.push(offset);
            last = offset;
        }
        offsets.push(bytes.len());
        Ok(Self { bytes, offsets })
    }

    /// Number of records.
    pub(super) fn count(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The content of a record.
    pub(super) fn record(&self, number: usize) -> Option<&[u8]> {
        let (start, end) = (*self.offsets.get(number)?, *self.offsets.get(number.checked_add(1)?)?);
        self.bytes.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(offsets: &[u32], tail: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; COUNT];
        bytes.extend(u16::try_from(offsets.len()).unwrap().to_be_bytes());
        for offset in offsets {
            bytes.extend(offset.to_be_bytes());
            bytes.extend([0; 4]);
        }
        bytes.extend(tail);
        bytes
    }

    #[test]
    fn records_are_the_bytes_between_their_offsets() {
        let read = Database::read(database(&[94, 98], b"onlytwo")).unwrap();
        assert_eq!((read.record(0), read.record(1), read.record(2)), (Some(&b"only"[..]), Some(&b"two"[..]), None));
        assert_eq!(read.record(usize::MAX), None);
    }

    #[test]
    fn records_that_overlap_or_lie_outside_are_damage() {
        for offsets in [&[94_u32, 93][..], &[10], &[85], &[86, 500]] {
            assert!(Database::read(database(offsets, b"rest")).is_err(), "{offsets:?}");
        }
        assert!(Database::read(vec![0; 77]).is_err());
        assert!(Database::read(Vec::new()).is_err());
    }
}
