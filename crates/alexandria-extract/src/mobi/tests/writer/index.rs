//! Writes indexes.

/// The records of an index.
pub(in super::super) type IndexRecords = Vec<Vec<u8>>;

/// A row of the table of tags. At most one value of each.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub(super) tag: u8,
    pub(super) per_value: u8,
    pub(super) mask: u8,
}

/// An entry of a table of contents.
pub(in super::super) struct Ncx {
    pub(in super::super) label: &'static str,
    /// One number for an offset, two for a fragment and an offset in it.
    pub(in super::super) position: Vec<usize>,
    pub(in super::super) parent: Option<usize>,
}

/// The index of a table of contents.
pub(in super::super) fn contents(entries: &[Ncx]) -> IndexRecords {
    let mut strings = Vec::new();
    let is_offset = entries.iter().all(|entry| entry.position.len() == 1);
    let position =
        if is_offset { Number { tag: 1, per_value: 1, mask: 0b1 } } else { Number { tag: 6, per_value: 2, mask: 0b1 } };
    let rows = [position, Number { tag: 3, per_value: 1, mask: 0b10 }, Number { tag: 21, per_value: 1, mask: 0b100 }];
    let entries: Vec<_> = entries
        .iter()
        .enumerate()
        .map(|(number, entry)| {
            let label = strings.len();
            strings.extend(variable(entry.label.len()));
            strings.extend(entry.label.as_bytes());
            (number.to_string(), vec![entry.position.clone(), vec![label], entry.parent.into_iter().collect()])
        })
        .collect();
    records(&rows, &entries, &strings)
}

/// An index of entries with a name and, for each row, its numbers or none.
pub(super) fn records(rows: &[Number], entries: &[(String, Vec<Vec<usize>>)], strings: &[u8]) -> IndexRecords {
    let mut table = [&b"TAGX"[..], &number(12 + (rows.len() + 1) * 4), &number(1)].concat();
    rows.iter().for_each(|row| table.extend([row.tag, row.per_value, row.mask, 0]));
    table.extend([0, 0, 0, 1]);
    let head = indx(0, 1, usize::from(!strings.is_empty()));
    let mut content = Vec::new();
    let mut offsets = b"IDXT".to_vec();
    for (name, values) in entries {
        offsets.extend(u16::try_from(192 + content.len()).unwrap().to_be_bytes());
        let control = rows.iter().zip(values).filter(|(_, values)| !values.is_empty());
        // The lowest bit of the mask: one value.
        let control = control.fold(0, |bits, (row, _)| bits | (row.mask & row.mask.wrapping_neg()));
        content.push(u8::try_from(name.len()).unwrap());
        content.extend(name.as_bytes());
        content.push(control);
        values.iter().flatten().for_each(|value| content.extend(variable(*value)));
    }
    let list = [indx(192 + content.len(), entries.len(), 0), content, offsets].concat();
    let mut records = vec![[head, table].concat(), list];
    if !strings.is_empty() {
        records.push(strings.to_vec());
    }
    records
}

/// The header of a record of an index.
fn indx(offsets: usize, count: usize, string_records: usize) -> Vec<u8> {
    let mut header = vec![0; 192];
    header[..4].copy_from_slice(b"INDX");
    header[4..8].copy_from_slice(&number(192));
    header[20..24].copy_from_slice(&number(offsets));
    header[24..28].copy_from_slice(&number(count));
    header[52..56].copy_from_slice(&number(string_records));
    header
}

fn number(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_be_bytes()
}

/// A number of variable length.
fn variable(mut number: usize) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(number & 0x7f).unwrap() | 0x80];
    while number > 0x7f {
        number >>= 7;
        bytes.insert(0, u8::try_from(number & 0x7f).unwrap());
    }
    bytes
}
