//! The card of a publication: what a device without the file shows of it.

use ciborium::Value as Cbor;

use super::cbor::{self, CborError, Fields};

const TITLE: u64 = 0;
const AUTHORS: u64 = 1;
const SERIES: u64 = 2;
const LANGUAGE: u64 = 3;
const FORMAT: u64 = 4;
const BYTES: u64 = 5;
const COVER: u64 = 6;
const FILE: u64 = 7;
const AVAILABLE: u64 = 8;

/// What a device that does not have the file shows of a publication, and where the file is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The title in the file.
    pub title: String,
    /// Authors, in the file's order.
    pub authors: Vec<String>,
    /// The series' name, if the file names one.
    pub series: Option<String>,
    /// The main language, as a BCP 47 tag.
    pub language: Option<String>,
    /// The file's format, such as `epub`.
    pub format: String,
    /// The file's length in bytes.
    pub bytes: u64,
    /// The blob of the cover.
    pub cover: Option<[u8; 16]>,
    /// The blob of the file.
    pub file: Option<[u8; 16]>,
    /// Whether the file's blob can be fetched: only after its upload was committed.
    pub available: bool,
}

impl Card {
    pub(super) fn encode(&self) -> Cbor {
        let authors = self.authors.iter().map(|author| Cbor::from(author.as_str()));
        let text = |text: &Option<String>| text.as_deref().map(Cbor::from);
        cbor::map([
            (TITLE, Some(Cbor::from(self.title.as_str()))),
            (AUTHORS, Some(Cbor::Array(authors.collect()))),
            (SERIES, text(&self.series)),
            (LANGUAGE, text(&self.language)),
            (FORMAT, Some(Cbor::from(self.format.as_str()))),
            (BYTES, Some(Cbor::from(self.bytes))),
            (COVER, self.cover.as_ref().map(cbor::bytes)),
            (FILE, self.file.as_ref().map(cbor::bytes)),
            (AVAILABLE, Some(Cbor::Bool(self.available))),
        ])
    }

    pub(super) fn decode(value: Cbor) -> Result<Self, CborError> {
        let mut fields = Fields::of(value)?;
        let card = Self {
            title: cbor::text(fields.need(TITLE)?)?,
            authors: cbor::texts(fields.need(AUTHORS)?)?,
            series: fields.take(SERIES).map(cbor::text).transpose()?,
            language: fields.take(LANGUAGE).map(cbor::text).transpose()?,
            format: cbor::text(fields.need(FORMAT)?)?,
            bytes: cbor::unsigned(&fields.need(BYTES)?)?,
            cover: fields.take(COVER).as_ref().map(cbor::array).transpose()?,
            file: fields.take(FILE).as_ref().map(cbor::array).transpose()?,
            available: fields.need(AVAILABLE)?.as_bool().ok_or(CborError::Shape)?,
        };
        if fields.is_empty() { Ok(card) } else { Err(CborError::Shape) }
    }
}
