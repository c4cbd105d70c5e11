//! Publications opened for reading.

use alexandria_library::{Reading, domain};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Id, Locator};

/// A publication opened for reading.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenPublication {
    pub(crate) id: Id,
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
    /// BCP 47 tag; empty when unknown.
    pub(crate) language: String,
    /// Whether its pages turn from right to left.
    pub(crate) right_to_left: bool,
    /// In reading order.
    pub(crate) sections: Vec<SectionRow>,
    pub(crate) toc: Vec<TocItem>,
    /// The reading position saved on this device.
    pub(crate) position: Option<Locator>,
    /// Base URL of its pages and resources: `{base}/{href}`, the href percent-encoded.
    pub(crate) base: String,
}

/// A section of the reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SectionRow {
    /// Path inside the publication, percent-decoded.
    pub(crate) href: String,
    /// Media type of its page.
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    /// The innermost label in the table of contents.
    pub(crate) title: Option<String>,
    /// Whether it is part of the main reading order.
    pub(crate) linear: bool,
    /// Length of the text in characters.
    pub(crate) characters: u32,
}

/// An entry of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TocItem {
    pub(crate) label: String,
    /// Section href with an optional `#fragment`; null for a heading without a target.
    pub(crate) href: Option<String>,
    pub(crate) children: Vec<Self>,
}

/// A reading position to save.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SavePosition {
    pub(crate) id: Id,
    pub(crate) locator: Locator,
}

impl OpenPublication {
    /// A publication whose pages are served below `base`.
    pub(crate) fn new(reading: Reading, base: String) -> Self {
        Self {
            id: reading.id.into(),
            title: reading.title,
            authors: reading.authors,
            language: reading.language,
            right_to_left: reading.right_to_left,
            sections: reading.sections.into_iter().map(SectionRow::from).collect(),
            toc: reading.toc.into_iter().map(TocItem::from).collect(),
            position: reading.position.map(Locator::from),
            base,
        }
    }
}

impl From<alexandria_library::ReadingSection> for SectionRow {
    fn from(section: alexandria_library::ReadingSection) -> Self {
        let alexandria_library::ReadingSection { extent, title, linear } = section;
        Self { href: extent.href, media_type: extent.media_type, title, linear, characters: extent.chars }
    }
}

impl From<domain::TocEntry> for TocItem {
    fn from(entry: domain::TocEntry) -> Self {
        let domain::TocEntry { label, href, children } = entry;
        Self { label, href, children: children.into_iter().map(Self::from).collect() }
    }
}
