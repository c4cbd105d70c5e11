//! Resolving locators against the stored text.

use std::ops::Range;
use std::sync::Arc;

use alexandria_domain::{Locator, PublicationId, quote};

use super::error::ReadError;
use crate::blocking::blocking;
use crate::engines::Engines;

/// A locator's place in the stored text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Number of the section, from 0.
    pub section: u32,
    /// The section's text.
    pub text: String,
    /// Byte range in `text` of what the locator quotes; on character boundaries.
    pub range: Range<usize>,
}

impl Resolved {
    /// The quoted text as it is stored; `None` would be a range outside the text, which [`resolve`] never returns.
    #[must_use]
    pub fn quoted(&self) -> Option<&str> {
        self.text.get(self.range.clone())
    }
}

/// Finds the text that a locator quotes.
pub(crate) async fn resolve(
    engines: &Arc<Engines>,
    id: PublicationId,
    locator: Locator,
) -> Result<Resolved, ReadError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let store = &engines.store;
        let row = store.publication(&id)?.ok_or(ReadError::NoPublication)?.row;
        let sections = store.sections(row)?;
        let section = sections.iter().position(|section| section.place.href == locator.href);
        let section = section.and_then(|at| u32::try_from(at).ok()).ok_or(ReadError::NoResource)?;
        let passages = store.passages_of_section(row, section)?;
        let text = passages.into_iter().map(|passage| passage.text).collect::<Vec<_>>().join("\n");
        let range = quote::find(&text, &locator.text, locator.progression).ok_or(ReadError::QuoteNotFound)?;
        Ok(Resolved { section, text, range })
    })
    .await
}
