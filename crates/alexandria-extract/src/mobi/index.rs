//! Indexes: a list of entries with a name and tagged numbers, and the strings they refer to. The first record has the
//! number of the others and the table of tags (TAGX); the next ones have the entries; the last ones the strings (CNCX).

use std::collections::HashMap;

use super::bytes::{u16_at, usize_at, variable};
use super::database::Database;
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};

/// Distance between the strings of two records.
const STRINGS_PER_RECORD: u32 = 0x1_0000;
/// Numbers of one entry. Real ones have fewer than twenty.
const MAX_NUMBERS: usize = 4096;

/// An entry.
#[derive(Debug, Default)]
pub(super) struct IndexEntry {
    pub(super) name: Vec<u8>,
    tags: Vec<(u8, Vec<u32>)>,
}

impl IndexEntry {
    /// The number at a position of a tag.
    pub(super) fn number(&self, tag: u8, position: usize) -> Option<u32> {
        self.tags.iter().find(|(known, _)| *known == tag).and_then(|(_, numbers)| numbers.get(position)).copied()
    }

    /// The same as an offset, a length or a position.
    pub(super) fn size(&self, tag: u8, position: usize) -> Option<usize> {
        self.number(tag, position).and_then(|number| usize::try_from(number).ok())
    }
}

/// An index that was read.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) entries: Vec<IndexEntry>,
    /// By the number that an entry has for it.
    pub(super) strings: HashMap<u32, Vec<u8>>,
}

/// A row of the table of tags.
#[derive(Clone, Copy)]
struct TagRow {
    tag: u8,
    /// Numbers of one value.
    per_value: usize,
    mask: u8,
    /// The next rows read the next control byte.
    is_end: bool,
}

/// Reads the index that begins in a record. What is damaged is left out; the numbers of entries are limited.
pub(super) fn read(database: &Database, first: usize, guard: &Guard) -> Result<Index, ExtractError> {
    let mut index = Index::default();
    let Some(head) = database.record(first).filter(|record| record.starts_with(b"INDX")) else { return Ok(index) };
    let (Some(records), Some(string_records)) = (usize_at(head, 24), usize_at(head, 52)) else { return Ok(index) };
    let Some((rows, control_bytes)) = tag_table(head) else { return Ok(index) };
    for number in 1..=records {
        guard.check_time()?;
        let Some(record) = first.checked_add(number).and_then(|number| database.record(number)) else { break };
        read_entries(record, &rows, control_bytes, &mut index.entries);
        within(index.entries.len(), LimitKind::Nodes, guard.limits.nodes)?;
    }
    for number in 0..string_records {
        guard.check_time()?;
        let at = first.checked_add(records).and_then(|last| last.checked_add(number + 1));
        let Some(record) = at.and_then(|at| database.record(at)) else { break };
        let Some(base) = u32::try_from(number).ok().and_then(|number| number.checked_mul(STRINGS_PER_RECORD)) else {
            break;
        };
        read_strings(record, base, &mut index.strings);
    }
    Ok(index)
}

fn tag_table(head: &[u8]) -> Option<(Vec<TagRow>, usize)> {
    let table = head.get(usize_at(head, 4)?..)?;
    table.starts_with(b"TAGX").then_some(())?;
    let (length, control_bytes) = (usize_at(table, 4)?, usize_at(table, 8)?);
    let rows = table.get(12..length)?.chunks_exact(4).filter_map(|row| {
        let [tag, per_value, mask, end] = *row else { return None };
        Some(TagRow { tag, per_value: usize::from(per_value), mask, is_end: end & 1 != 0 })
    });
    Some((rows.collect(), control_bytes))
}

fn read_entries(record: &[u8], rows: &[TagRow], control_bytes: usize, entries: &mut Vec<IndexEntry>) {
    let (Some(offsets), Some(count)) = (usize_at(record, 20), usize_at(record, 24)) else { return };
    for number in 0..count {
        // Their offsets follow the word IDXT.
        let at = number.checked_mul(2).and_then(|at| at.checked_add(4)).and_then(|at| at.checked_add(offsets));
        let Some(entry) = at.and_then(|at| u16_at(record, at)) else { return };
        let Some(entry) = read_entry(record.get(usize::from(entry)..).unwrap_or_default(), rows, control_bytes) else {
            continue;
        };
        entries.push(entry);
    }
}

fn read_entry(bytes: &[u8], rows: &[TagRow], control_bytes: usize) -> Option<IndexEntry> {
    let start = usize::from(*bytes.first()?) + 1;
    let name = bytes.get(1..start)?.to_vec();
    let mut at = start.checked_add(control_bytes)?;
    let mut control = start;
    let mut values = Vec::new();
    for row in rows {
        if row.is_end {
            control += 1;
            continue;
        }
        let masked = bytes.get(control)? & row.mask;
        let values_of = if masked == row.mask && row.mask.count_ones() > 1 {
            // There are too many for the control byte: their length in bytes comes first.
            let (length, read) = variable(bytes, at)?;
            at += read;
            ValueCount::Bytes(usize::try_from(length).ok()?)
        } else {
            ValueCount::Values(usize::from(masked.checked_shr(row.mask.trailing_zeros()).unwrap_or(0)))
        };
        values.push((*row, values_of));
    }
    let mut tags = Vec::with_capacity(values.len());
    for (row, count) in values {
        let numbers = read_numbers(bytes, &mut at, row.per_value, count)?;
        tags.push((row.tag, numbers));
    }
    Some(IndexEntry { name, tags })
}

/// How many values a tag has.
#[derive(Clone, Copy)]
enum ValueCount {
    Values(usize),
    Bytes(usize),
}

fn read_numbers(bytes: &[u8], at: &mut usize, per_value: usize, count: ValueCount) -> Option<Vec<u32>> {
    let (max, end) = match count {
        ValueCount::Values(values) => (values * per_value, usize::MAX),
        ValueCount::Bytes(length) => (usize::MAX, at.checked_add(length)?),
    };
    let mut numbers = Vec::new();
    while numbers.len() < max && *at < end {
        let (number, read) = variable(bytes, *at)?;
        *at += read;
        numbers.push(number);
        if numbers.len() > MAX_NUMBERS {
            return None;
        }
    }
    Some(numbers)
}

fn read_strings(record: &[u8], base: u32, strings: &mut HashMap<u32, Vec<u8>>) {
    let mut at = 0;
    while let Some((length, read)) = variable(record, at) {
        let Some(number) = u32::try_from(at).ok().and_then(|at| base.checked_add(at)) else { return };
        let start = at + read;
        let Some(end) = usize::try_from(length).ok().and_then(|length| start.checked_add(length)) else { return };
        let Some(text) = record.get(start..end) else { return };
        strings.insert(number, text.to_vec());
        at = end;
    }
}

/// A string of an index as text.
pub(super) fn string_of(index: &Index, number: Option<u32>, encoding: &'static encoding_rs::Encoding) -> String {
    let bytes = number.and_then(|number| index.strings.get(&number)).map(Vec::as_slice).unwrap_or_default();
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [TagRow; 3] = [
        TagRow { tag: 1, per_value: 1, mask: 0b1, is_end: false },
        TagRow { tag: 6, per_value: 2, mask: 0b110, is_end: false },
        TagRow { tag: 0, per_value: 0, mask: 0, is_end: true },
    ];

    fn check(bytes: &[u8], expect: Option<(&[u8], &[u32], &[u32])>) {
        let entry = read_entry(bytes, &ROWS, 1);
        let numbers = |entry: &IndexEntry, tag| (0..9).map_while(|at| entry.number(tag, at)).collect::<Vec<_>>();
        let found = entry.as_ref().map(|entry| (entry.name.as_slice(), numbers(entry, 1), numbers(entry, 6)));
        assert_eq!(found, expect.map(|(name, one, six)| (name, one.to_vec(), six.to_vec())), "{bytes:?}");
    }

    #[test]
    fn entry_has_as_many_numbers_as_its_control_byte_says() {
        check(b"\x02ab\x01\x85", Some((b"ab", &[5], &[])));
        check(b"\x01a\x03\x85\x86\x87", Some((b"a", &[5], &[6, 7])));
        check(b"\x00\x04\x81\x82\x83\x84", Some((b"", &[], &[1, 2, 3, 4])));
        // All bits of the mask: the length of the numbers in bytes comes first.
        check(b"\x00\x06\x83\x81\x82\x83", Some((b"", &[], &[1, 2, 3])));
    }

    #[test]
    fn entry_that_ends_early_is_left_out() {
        check(b"", None);
        check(b"\x05ab", None);
        check(b"\x01a\x01", None);
        check(b"\x00\x06\xff", None);
    }

    #[test]
    fn strings_are_numbered_by_their_offset() {
        let mut strings = HashMap::new();
        read_strings(b"\x85First\x86Second\x89cut", 0x1_0000, &mut strings);
        let index = Index { entries: Vec::new(), strings };
        let check = |number, expect| assert_eq!(string_of(&index, number, encoding_rs::UTF_8), expect);
        check(Some(0x1_0000), "First");
        check(Some(0x1_0006), "Second");
        check(Some(0x1_000d), "");
        check(None, "");
    }
}
