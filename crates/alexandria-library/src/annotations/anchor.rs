//! Where an annotation is: the place of a quote in the stored text.

use alexandria_domain::{Locator, PublicationId, Quote, quote};
use alexandria_store::{SectionRecord, Store};

use super::error::AnnotationError;

/// The complete locator of a quote. `section` is the address of its section, if it is known; then `progression` chooses
/// between equal quotes.
pub(super) fn locate(
    store: &Store,
    publication: PublicationId,
    section: Option<&str>,
    quoted: &Quote,
    progression: f64,
) -> Result<Locator, AnnotationError> {
    let row = store.publication(&publication)?.ok_or(AnnotationError::NoPublication)?.row;
    let sections = store.sections(row)?;
    for (number, record) in sections.iter().enumerate() {
        if section.is_some_and(|section| section != record.place.href) {
            continue;
        }
        let Ok(number) = u32::try_from(number) else { break };
        if let Some(found) = in_section(store, row, number, record, quoted, progression)? {
            return Ok(found);
        }
    }
    Err(AnnotationError::QuoteNotFound)
}

fn in_section(
    store: &Store,
    row: i64,
    number: u32,
    record: &SectionRecord,
    quoted: &Quote,
    progression: f64,
) -> Result<Option<Locator>, AnnotationError> {
    let passages = store.passages_of_section(row, number)?;
    let text = passages.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n");
    let Some(range) = quote::find(&text, quoted, progression) else { return Ok(None) };
    // The passage that the quote begins in says how many characters of the section are before it.
    let mut passage_start = 0;
    let passage = passages.iter().find(|passage| {
        let is_here = range.start < passage_start + passage.text.len() + 1;
        if !is_here {
            passage_start += passage.text.len() + 1;
        }
        is_here
    });
    let Some(passage) = passage else { return Ok(None) };
    let before = passage.text.get(..range.start - passage_start).map_or(0, |text| text.chars().count());
    let start = passage.start.saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
    Ok(Some(record.place.locate(start, passage.heading_path.last().cloned(), Quote::of(&text, range))))
}
