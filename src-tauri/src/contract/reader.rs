//! Reading a publication.

use alexandria_library::{Reading, domain};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Id, Locator};

/// A publication opened for reading.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenPublication {
    /// Its id.
    pub(crate) id: Id,
    /// Its title.
    pub(crate) title: String,
    /// Its authors.
    pub(crate) authors: Vec<String>,
    /// BCP 47 tag of its language; empty when unknown.
    pub(crate) language: String,
    /// Whether its pages turn from right to left.
    pub(crate) right_to_left: bool,
    /// Its sections in reading order.
    pub(crate) sections: Vec<SectionRow>,
    /// Its table of contents.
    pub(crate) toc: Vec<TocItem>,
    /// Where the reader left off on this device.
    pub(crate) position: Option<Locator>,
    /// Where its pages and resources are served: `{base}/{href}`, the href percent-encoded.
    pub(crate) base: String,
}

/// A section of the reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SectionRow {
    /// Its address inside the publication, percent-decoded.
    pub(crate) href: String,
    /// Media type of its page.
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    /// Its innermost label in the table of contents.
    pub(crate) title: Option<String>,
    /// Whether it is part of the running text.
    pub(crate) linear: bool,
    /// Characters of its text.
    pub(crate) characters: u32,
}

/// An entry of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TocItem {
    /// What the reader sees.
    pub(crate) label: String,
    /// Section href with an optional `#fragment`; null for a mere heading.
    pub(crate) href: Option<String>,
    /// Entries below this one.
    pub(crate) children: Vec<Self>,
}

/// A place to keep.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SavePosition {
    /// The publication.
    pub(crate) id: Id,
    /// The place.
    pub(crate) locator: Locator,
}

impl OpenPublication {
    /// A publication whose pages are served under `base`.
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
