//! Places in a publication, in the shape of a Readium Locator.

use alexandria_library::domain;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A place in a publication: a Readium Locator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Locator {
    /// The section's address inside the publication.
    pub(crate) href: String,
    /// Media type of the section.
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    /// Heading of the place.
    pub(crate) title: Option<String>,
    /// Where in the section and in the publication.
    pub(crate) locations: Locations,
    /// The words at the place.
    pub(crate) text: Quote,
}

/// Where a place is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Locations {
    /// How far into the section, 0 to 1.
    pub(crate) progression: f64,
    /// How far into the publication, 0 to 1.
    pub(crate) total_progression: f64,
    /// Number of the place in the publication, from 1.
    pub(crate) position: u32,
    /// Fragment identifiers or CFI.
    pub(crate) fragments: Vec<String>,
}

/// Words with a little of what stands around them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quote {
    /// What stands before.
    pub(crate) before: String,
    /// The words.
    pub(crate) highlight: String,
    /// What stands after.
    pub(crate) after: String,
}

impl From<domain::Quote> for Quote {
    fn from(quote: domain::Quote) -> Self {
        let domain::Quote { before, highlight, after } = quote;
        Self { before, highlight, after }
    }
}

impl From<Quote> for domain::Quote {
    fn from(quote: Quote) -> Self {
        let Quote { before, highlight, after } = quote;
        Self { before, highlight, after }
    }
}

impl From<domain::Locator> for Locator {
    fn from(locator: domain::Locator) -> Self {
        let domain::Locator { href, media_type, title, progression, total_progression, position, fragments, text } =
            locator;
        let locations = Locations { progression, total_progression, position, fragments };
        Self { href, media_type, title, locations, text: text.into() }
    }
}

impl From<Locator> for domain::Locator {
    fn from(locator: Locator) -> Self {
        let Locator { href, media_type, title, locations, text } = locator;
        let Locations { progression, total_progression, position, fragments } = locations;
        Self { href, media_type, title, progression, total_progression, position, fragments, text: text.into() }
    }
}
