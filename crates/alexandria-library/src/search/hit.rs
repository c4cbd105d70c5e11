//! Hits: ranked passages with their text, location and scores.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use alexandria_domain::{Locator, PassageId, PublicationId, Query, Quote};
use alexandria_store::{PassageRecord, PublicationRecord, SectionRecord, Store, StoreError, analysis};

use super::ranking::{RankedPassage, Scores};
use super::snippet::{self, Snippet};

/// A matching passage.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its publication.
    pub publication: PublicationId,
    /// The publication's title.
    pub title: String,
    /// The publication's authors.
    pub authors: Vec<String>,
    /// Headings above the passage, outermost first.
    pub heading_path: Vec<String>,
    /// The location of the first matching words, or of the complete passage if it was found by meaning alone.
    pub locator: Locator,
    /// A part of its text for display, with the matching words marked.
    pub snippet: Snippet,
    /// The words to highlight when it is opened.
    pub highlights: Vec<Quote>,
    /// The scores that determine its rank.
    pub scores: Scores,
}

/// Loads the text and location of ranked passages, in the same order. A passage that was deleted meanwhile is omitted.
pub(super) fn load(store: &Store, query: &Query, ranked: &[RankedPassage]) -> Result<Vec<Hit>, StoreError> {
    let ids: Vec<PassageId> = ranked.iter().map(|ranked| ranked.passage).collect();
    let passages: HashMap<PassageId, PassageRecord> =
        store.passages(&ids)?.into_iter().map(|passage| (passage.id, passage)).collect();
    let mut publications: HashMap<i64, Option<Publication>> = HashMap::new();
    let mut hits = Vec::with_capacity(ranked.len());
    for ranked in ranked {
        let Some(passage) = passages.get(&ranked.passage) else { continue };
        let row = ranked.passage.publication_row();
        let publication = match publications.entry(row) {
            Entry::Occupied(loaded) => loaded.into_mut(),
            Entry::Vacant(entry) => entry.insert(Publication::load(store, row)?),
        };
        if let Some(publication) = publication {
            hits.push(publication.hit(query, passage, ranked.scores)?);
        }
    }
    Ok(hits)
}

/// A publication that has hits.
struct Publication {
    record: PublicationRecord,
    sections: Vec<SectionRecord>,
}

impl Publication {
    fn load(store: &Store, row: i64) -> Result<Option<Self>, StoreError> {
        let Some(record) = store.publication_by_row(row)? else { return Ok(None) };
        Ok(Some(Self { record, sections: store.sections(row)? }))
    }

    /// # Errors
    /// [`StoreError::Damaged`] if the passage's section is not in the database.
    fn hit(&self, query: &Query, passage: &PassageRecord, scores: Scores) -> Result<Hit, StoreError> {
        let section = usize::try_from(passage.section).ok().and_then(|number| self.sections.get(number));
        let section = section.ok_or(StoreError::Damaged)?;
        // In a hit found by meaning, words of the query occur by chance: the complete passage is the match.
        let marks = if scores.exact.is_some() { analysis::matches(&passage.text, query) } else { Vec::new() };
        let all = 0..passage.text.len();
        let first = marks.first().cloned().unwrap_or_else(|| all.clone());
        let before = passage.text.get(..first.start).map_or(0, |text| text.chars().count());
        let start = passage.start.saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
        let quote = |range: &Range<usize>| Quote::of(&passage.text, range.clone());
        let highlights = if marks.is_empty() { vec![quote(&all)] } else { marks.iter().map(quote).collect() };
        Ok(Hit {
            publication: self.record.id,
            title: self.record.metadata.title.clone(),
            authors: self.record.metadata.authors.clone(),
            heading_path: passage.heading_path.clone(),
            locator: section.place.locate(start, passage.heading_path.last().cloned(), quote(&first)),
            snippet: snippet::cut(&passage.text, &marks),
            highlights,
            scores,
        })
    }
}
