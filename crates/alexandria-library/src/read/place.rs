//! Resolving locators against the stored text: the proof that a place found by search is still there.

use std::ops::Range;

use alexandria_domain::{Locator, PublicationId, quote};
use alexandria_store::Store;

use super::ReadError;

/// A locator's place in the stored text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Number of the section, from 0.
    pub section: u32,
    /// The section's whole text.
    pub text: String,
    /// Byte range of the locator's words in `text`.
    pub range: Range<usize>,
}

impl Resolved {
    /// The words at the place.
    #[must_use]
    pub fn words(&self) -> &str {
        self.text.get(self.range.clone()).unwrap_or_default()
    }
}

pub(super) fn resolve(store: &Store, id: &PublicationId, locator: &Locator) -> Result<Resolved, ReadError> {
    let row = store.publication(id)?.ok_or(ReadError::NoPublication)?.row;
    let sections = store.sections(row)?;
    let section = sections.iter().position(|section| section.place.href == locator.href);
    let section = section.and_then(|at| u32::try_from(at).ok()).ok_or(ReadError::NoResource)?;
    let passages = store.passages_of_section(row, section)?;
    let text = passages.into_iter().map(|passage| passage.text).collect::<Vec<_>>().join("\n");
    let range = quote::find(&text, &locator.text, locator.progression).ok_or(ReadError::NoPlace)?;
    Ok(Resolved { section, text, range })
}
