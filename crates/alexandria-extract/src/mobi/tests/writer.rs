//! Writes small books, as little of each record as is read.

pub(super) mod index;

use std::ops::Range;

pub(super) use self::index::Ncx;
use self::index::{IndexRecords, Number};

/// Bytes of the headers of record 0 together.
const HEADER_BYTES: usize = 16 + 248;

/// What a book consists of.
#[derive(Clone, Default)]
pub(super) struct Book {
    pub(super) version: u32,
    pub(super) text: Vec<u8>,
    pub(super) compression: u16,
    pub(super) encryption: u16,
    /// The number that the header claims, if it is another.
    pub(super) text_records: Option<u16>,
    pub(super) contents: Option<IndexRecords>,
    pub(super) skeletons: Option<IndexRecords>,
    pub(super) fragments: Option<IndexRecords>,
    pub(super) flows: Option<Vec<u8>>,
    pub(super) pictures: Vec<Vec<u8>>,
    pub(super) cover: Option<u32>,
    pub(super) second: Option<Box<Self>>,
}

impl Book {
    pub(super) fn version(version: u32) -> Self {
        Self { version, compression: 1, ..Self::default() }
    }

    /// The file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut records = self.records(None);
        if let Some(second) = &self.second {
            // The length of a record does not depend on the number in it.
            let start = u32::try_from(records.len() + 1).unwrap();
            records = self.records(Some(start));
            records.push(b"BOUNDARY".to_vec());
            records.extend(second.records(None));
        }
        let mut bytes = [&[b'A'; 60][..], super::super::SIGNATURE, &[0; 8]].concat();
        bytes.extend(u16::try_from(records.len()).unwrap().to_be_bytes());
        let mut offset = 78 + records.len() * 8;
        for record in &records {
            bytes.extend(u32::try_from(offset).unwrap().to_be_bytes());
            bytes.extend([0; 4]);
            offset += record.len();
        }
        bytes.extend(records.concat());
        bytes
    }

    /// The records; the first one is the header.
    fn records(&self, boundary: Option<u32>) -> Vec<Vec<u8>> {
        let mut records = vec![Vec::new()];
        records.extend(self.text.chunks(40).map(<[u8]>::to_vec));
        let text_records = self.text_records.unwrap_or_else(|| u16::try_from(records.len() - 1).unwrap());
        let mut add = |added: &[Vec<u8>]| {
            let first = u32::try_from(records.len()).unwrap();
            records.extend_from_slice(added);
            if added.is_empty() { u32::MAX } else { first }
        };
        let contents = add(self.contents.as_deref().unwrap_or_default());
        let skeletons = add(self.skeletons.as_deref().unwrap_or_default());
        let fragments = add(self.fragments.as_deref().unwrap_or_default());
        let flows = add(self.flows.as_slice());
        let pictures = add(&self.pictures);
        let mut header = vec![0; HEADER_BYTES];
        let mut put = |at: usize, value: &[u8]| header[at..at + value.len()].copy_from_slice(value);
        put(0, &self.compression.to_be_bytes());
        put(8, &text_records.to_be_bytes());
        put(12, &self.encryption.to_be_bytes());
        put(16, b"MOBI");
        put(20, &u32::try_from(HEADER_BYTES - 16).unwrap().to_be_bytes());
        put(28, &1252_u32.to_be_bytes());
        put(36, &self.version.to_be_bytes());
        put(108, &pictures.to_be_bytes());
        put(112, &u32::MAX.to_be_bytes());
        put(128, &0x40_u32.to_be_bytes());
        put(192, &flows.to_be_bytes());
        put(244, &contents.to_be_bytes());
        put(248, &fragments.to_be_bytes());
        put(252, &skeletons.to_be_bytes());
        header.extend(self.exth(boundary));
        records[0] = header;
        records
    }

    fn exth(&self, boundary: Option<u32>) -> Vec<u8> {
        let mut values = vec![(503_u32, b"A title".to_vec())];
        values.extend(boundary.map(|start| (121, start.to_be_bytes().to_vec())));
        values.extend(self.cover.map(|cover| (201, cover.to_be_bytes().to_vec())));
        let mut bytes = [b"EXTH", &[0; 4][..], &u32::try_from(values.len()).unwrap().to_be_bytes()].concat();
        for (kind, value) in values {
            bytes.extend(kind.to_be_bytes());
            bytes.extend(u32::try_from(value.len() + 8).unwrap().to_be_bytes());
            bytes.extend(value);
        }
        bytes
    }
}

/// The record that lists the flows.
pub(super) fn kf8_flows(flows: &[Range<usize>]) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut bytes = [b"FDST", &12_u32.to_be_bytes()[..], &number(flows.len())].concat();
    flows.iter().for_each(|flow| bytes.extend([number(flow.start), number(flow.end)].concat()));
    bytes
}

/// Pages in parts: the text, and the indexes of it.
pub(super) struct Pages {
    pub(super) text: Vec<u8>,
    pub(super) skeletons: IndexRecords,
    pub(super) fragments: IndexRecords,
}

impl Pages {
    /// Skeletons with the fragments that are inserted at the end of their bodies.
    pub(super) fn new(pages: &[(&str, &[&str])]) -> Self {
        let (mut text, mut skeletons, mut fragments) = (Vec::new(), Vec::new(), Vec::new());
        for (number, (skeleton, parts)) in pages.iter().enumerate() {
            let start = text.len();
            text.extend(skeleton.as_bytes());
            let mut position = start + skeleton.find("</body>").unwrap();
            for part in *parts {
                fragments.push((position.to_string(), vec![vec![0], vec![0, part.len()]]));
                position += part.len();
                text.extend(part.as_bytes());
            }
            skeletons.push((format!("SKEL{number}"), vec![vec![parts.len()], vec![start, skeleton.len()]]));
        }
        let one = Number { tag: 1, per_value: 1, mask: 0b11 };
        let extent = Number { tag: 6, per_value: 2, mask: 0b1100 };
        let skeletons = index::records(&[one, extent], &skeletons, &[]);
        let fragments = index::records(&[Number { tag: 2, ..one }, extent], &fragments, &[]);
        Self { text, skeletons, fragments }
    }
}
