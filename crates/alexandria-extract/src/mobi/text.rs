//! The text of a book: the content of its records, without what is at their ends, unpacked and joined.

use super::bytes::variable_at_end;
use super::database::Database;
use super::header::{Compression, Header};
use super::huffman::Huffman;
use super::palmdoc;
use crate::error::{Defect, ExtractError, LimitKind};
use crate::limits::{Guard, within};

/// The flag for the end of a character of several bytes, whose other bytes are in the next record.
const OVERLAP: u32 = 1;

/// The text of the book whose header is record `start`; at most `limit` bytes.
pub(super) fn read(
    database: &Database,
    start: usize,
    header: &Header,
    limit: u64,
    guard: &Guard,
) -> Result<Vec<u8>, ExtractError> {
    let mut huffman = match header.compression {
        Compression::Huffman { first, count } => Some(dictionary(database, start + first, count, guard)?),
        Compression::Plain | Compression::PalmDoc => None,
    };
    let mut text = Vec::new();
    for number in 1..=header.text_records {
        guard.check_time()?;
        let record = database.record(start + number).ok_or_else(|| ExtractError::malformed(Defect::DamagedRecords))?;
        let record = content(record, header.trailing);
        match &mut huffman {
            Some(huffman) => huffman.unpack(record, &mut text, limit, guard)?,
            None if header.compression == Compression::PalmDoc => palmdoc::unpack(record, &mut text)?,
            None => text.extend_from_slice(record),
        }
        within(text.len(), LimitKind::TextBytes, limit)?;
    }
    Ok(text)
}

fn dictionary(database: &Database, first: usize, count: usize, guard: &Guard) -> Result<Huffman, ExtractError> {
    let codes = database.record(first).ok_or_else(|| ExtractError::malformed(Defect::DamagedRecords))?;
    let records = (1..count).map_while(|number| database.record(first.checked_add(number)?));
    Huffman::read(codes, records, guard)
}

/// A record without the entries at its end, each of which says how long it is in its last bytes.
fn content(record: &[u8], flags: u32) -> &[u8] {
    let mut end = record.len();
    for _ in 0..(flags >> 1).count_ones() {
        end = end.saturating_sub(variable_at_end(record.get(..end).unwrap_or_default()));
    }
    if flags & OVERLAP != 0
        && let Some(last) = end.checked_sub(1).and_then(|at| record.get(at))
    {
        end = end.saturating_sub(usize::from(last & 3) + 1);
    }
    record.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_has_no_entries_at_its_end() {
        let check = |record: &[u8], flags: u32, expect: &[u8]| assert_eq!(content(record, flags), expect, "{flags:b}");
        check(b"text", 0, b"text");
        // One entry of three bytes, its length included.
        check(b"textab\x83", 0b10, b"text");
        check(b"textab\x83c\x82", 0b110, b"text");
        // No byte of a character belongs to the next record; then two.
        check(b"text\x00", 0b1, b"text");
        check(b"text\xc3\xa9\x02ab\x83", 0b11, b"text");
        // Lengths beyond the record.
        check(b"ab\xff", 0b10, b"");
        check(b"", 0b111, b"");
    }
}
