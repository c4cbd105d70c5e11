//! Record 0 of a book: the PalmDOC header (16 bytes), the MOBI header, the extended header.
//!
//! Offsets are from the start of the record. There is no specification by the format's owner; they are as published by
//! the MobileRead community and as read by KindleUnpack and foliate-js.

use alexandria_domain::Metadata;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::bytes::{record_at, u16_at, u32_at, usize_at};
use super::exth::{self, Exth};
use crate::error::{Defect, ExtractError, ProtectionScheme};
use crate::limits::Guard;
use crate::metadata_field;

/// How the records of the text are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    /// Not at all.
    Plain,
    /// PalmDOC's own LZ77.
    PalmDoc,
    /// Huffman coding with a dictionary, which is in these records.
    Huffman { first: usize, count: usize },
}

/// What is used of the header.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) compression: Compression,
    /// Number of records of the text, which follow the header.
    pub(super) text_records: usize,
    /// Flags of what is at the end of each record of the text.
    pub(super) trailing: u32,
    pub(super) encoding: &'static Encoding,
    /// 8 for KF8.
    pub(super) version: u32,
    /// The record of the first picture or font.
    pub(super) resources: Option<usize>,
    /// The index of the table of contents.
    pub(super) contents: Option<usize>,
    /// The index of the skeletons of pages, and that of the fragments to insert into them. KF8 only.
    pub(super) skeletons: Option<usize>,
    pub(super) fragments: Option<usize>,
    /// The list of flows. KF8 only.
    pub(super) flows: Option<usize>,
    pub(super) exth: Exth,
}

impl Header {
    /// Reads record 0.
    pub(super) fn read(record: &[u8], guard: &Guard) -> Result<Self, ExtractError> {
        let damaged = || ExtractError::malformed(Defect::DamagedRecords);
        // 1 is an old scheme, 2 the one of the shop.
        if u16_at(record, 12).ok_or_else(damaged)? != 0 {
            return Err(ExtractError::Protected { scheme: ProtectionScheme::Mobipocket });
        }
        if record.get(16..20) != Some(b"MOBI") {
            return Err(damaged());
        }
        let compression = match u16_at(record, 0) {
            Some(1) => Compression::Plain,
            Some(2) => Compression::PalmDoc,
            Some(17_480) => Compression::Huffman {
                first: record_at(record, 112).ok_or_else(damaged)?,
                count: usize_at(record, 116).ok_or_else(damaged)?,
            },
            _ => return Err(ExtractError::malformed(Defect::CompressionMethod)),
        };
        let version = u32_at(record, 36).ok_or_else(damaged)?;
        let length = usize_at(record, 20).ok_or_else(damaged)?;
        let encoding = if u32_at(record, 28) == Some(65_001) { UTF_8 } else { WINDOWS_1252 };
        let has_exth = u32_at(record, 128).is_some_and(|flags| flags & 0x40 != 0);
        let after = record.get(length.saturating_add(16)..).unwrap_or_default();
        let mut exth = if has_exth { exth::read(after, encoding, guard) } else { Exth::default() };
        complete(&mut exth.metadata, record, encoding);
        // A header may end before a field, and what follows it is something else.
        let field = |at: usize| (at + 4 <= length + 16).then(|| record_at(record, at)).flatten();
        let is_kf8 = version >= 8;
        Ok(Self {
            compression,
            text_records: usize::from(u16_at(record, 8).ok_or_else(damaged)?),
            trailing: if length >= 0xe4 { u32_at(record, 240).unwrap_or(0) & 0xffff } else { 0 },
            encoding,
            version,
            resources: field(108),
            contents: field(244),
            skeletons: field(252).filter(|_| is_kf8),
            fragments: field(248).filter(|_| is_kf8),
            flows: field(192).filter(|_| is_kf8),
            exth,
        })
    }
}

/// Title and language from the fields of the header, where the extended header has none.
fn complete(metadata: &mut Metadata, record: &[u8], encoding: &'static Encoding) {
    if metadata.title.is_empty() {
        let title = usize_at(record, 84).zip(usize_at(record, 88)).and_then(|(at, length)| {
            let bytes = record.get(at..at.checked_add(length)?)?;
            metadata_field::value(&encoding.decode_without_bom_handling(bytes).0)
        });
        metadata.title = title.unwrap_or_default();
    }
    if metadata.language.is_empty() {
        metadata.language = record.get(95).and_then(|code| language_of(*code)).unwrap_or_default().to_owned();
    }
}

/// The language of a primary language identifier of Windows, for those that books in this format have.
const fn language_of(code: u8) -> Option<&'static str> {
    Some(match code {
        1 => "ar",
        2 => "bg",
        4 => "zh",
        5 => "cs",
        6 => "da",
        7 => "de",
        8 => "el",
        9 => "en",
        10 => "es",
        11 => "fi",
        12 => "fr",
        13 => "he",
        14 => "hu",
        15 => "is",
        16 => "it",
        17 => "ja",
        18 => "ko",
        19 => "nl",
        20 => "nb",
        21 => "pl",
        22 => "pt",
        24 => "ro",
        25 => "ru",
        27 => "sk",
        29 => "sv",
        31 => "tr",
        34 => "uk",
        36 => "sl",
        _ => return None,
    })
}
