//! Where an annotation is: the place of a quote in the stored text.

use alexandria_domain::quote::{Haystack, Letters};
use alexandria_domain::{Locator, PublicationId, Quote};
use alexandria_store::{PassageRecord, SectionRecord, Store};

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
    for (record, number) in store.sections(row)?.into_iter().zip(0..) {
        if section.is_some_and(|section| section != record.place.href) {
            continue;
        }
        let text = SectionText::load(store, row, number, record)?;
        if let Some(found) = text.locate(&Haystack::of(&text.text, Letters::AsWritten), quoted, progression) {
            return Ok(found);
        }
    }
    Err(AnnotationError::QuoteNotFound)
}

/// The text of a publication, prepared for many quotes.
pub(super) struct BookText {
    /// In reading order, each with its text as written and with any punctuation.
    sections: Vec<(SectionText, [Haystack; 2])>,
}

impl BookText {
    /// Reads the text of a publication from the database.
    pub(super) fn load(store: &Store, publication: PublicationId) -> Result<Self, AnnotationError> {
        let row = store.publication(&publication)?.ok_or(AnnotationError::NoPublication)?.row;
        let mut sections = Vec::new();
        for (record, number) in store.sections(row)?.into_iter().zip(0..) {
            let section = SectionText::load(store, row, number, record)?;
            let letters = [Letters::AsWritten, Letters::AnyPunctuation];
            let haystacks = letters.map(|letters| Haystack::of(&section.text, letters));
            sections.push((section, haystacks));
        }
        Ok(Self { sections })
    }

    /// The locator of a quote that another program wrote down: letter for letter if possible, else with other quotation marks
    /// and dashes.
    pub(super) fn locate(&self, quoted: &Quote, progression: f64) -> Option<Locator> {
        let by = |letters: usize| {
            let found = |(section, haystacks): &(SectionText, [Haystack; 2])| {
                section.locate(haystacks.get(letters)?, quoted, progression)
            };
            self.sections.iter().find_map(found)
        };
        by(0).or_else(|| by(1))
    }
}

/// The text of a section, and the passages it is made of.
struct SectionText {
    record: SectionRecord,
    passages: Vec<PassageRecord>,
    /// The passages with a line break between them.
    text: String,
}

impl SectionText {
    fn load(store: &Store, row: i64, number: u32, record: SectionRecord) -> Result<Self, AnnotationError> {
        let passages = store.passages_of_section(row, number)?;
        let text = passages.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n");
        Ok(Self { record, passages, text })
    }

    /// `haystack` is this text.
    fn locate(&self, haystack: &Haystack, quoted: &Quote, progression: f64) -> Option<Locator> {
        let range = haystack.find(quoted, progression)?;
        // The passage that the quote begins in says how many characters of the section are before it.
        let mut passage_start = 0;
        let passage = self.passages.iter().find(|passage| {
            let is_here = range.start < passage_start + passage.text.len() + 1;
            if !is_here {
                passage_start += passage.text.len() + 1;
            }
            is_here
        })?;
        let before = passage.text.get(..range.start - passage_start).map_or(0, |text| text.chars().count());
        let start = passage.start.saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
        let heading = passage.heading_path.last().cloned();
        Some(self.record.place.locate(start, heading, Quote::of(&self.text, range)))
    }
}
