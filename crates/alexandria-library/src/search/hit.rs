//! Hits: found passages with their words, place and scores.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use alexandria_domain::{Locator, PassageId, PublicationId, Query, Quote};
use alexandria_store::{PassageRecord, PublicationRecord, SectionRecord, Store, StoreError, analysis};

use super::Found;
use super::snippet::{self, Snippet};

/// A passage that matches.
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
    /// Where it is: at the first matching words, or at the whole passage if it was found by meaning alone.
    pub locator: Locator,
    /// A part of its text for display, with the matching words marked.
    pub snippet: Snippet,
    /// All words to highlight when it is opened.
    pub highlights: Vec<Quote>,
    /// Why it ranks where it does.
    pub scores: Scores,
}

/// The parts of a hit's score; greater is better.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// BM25 over the words, if it was found by words.
    pub exact: Option<f64>,
    /// Cosine similarity to the query, −1 to 1, if it was found by meaning.
    pub semantic: Option<f64>,
    /// What hits are sorted by.
    pub fused: f64,
}

impl Scores {
    pub(super) const fn exact(score: f64) -> Self {
        Self { exact: Some(score), semantic: None, fused: score }
    }

    pub(super) const fn semantic(score: f64) -> Self {
        Self { exact: None, semantic: Some(score), fused: score }
    }
}

/// Fetches the words and places of found passages, in the same order. A passage deleted meanwhile is left out.
pub(super) fn fetch(store: &Store, query: &Query, found: &[Found]) -> Result<Vec<Hit>, StoreError> {
    let ids: Vec<PassageId> = found.iter().map(|found| found.passage).collect();
    let passages: HashMap<PassageId, PassageRecord> =
        store.passages(&ids)?.into_iter().map(|passage| (passage.id, passage)).collect();
    let mut books: HashMap<i64, Option<Book>> = HashMap::new();
    let mut hits = Vec::with_capacity(found.len());
    for found in found {
        let Some(passage) = passages.get(&found.passage) else { continue };
        let row = found.passage.publication_row();
        let book = match books.entry(row) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Book::fetch(store, row)?),
        };
        hits.extend(book.as_ref().and_then(|book| book.hit(query, passage, found.scores)));
    }
    Ok(hits)
}

/// A publication that has hits.
struct Book {
    record: PublicationRecord,
    sections: Vec<SectionRecord>,
}

impl Book {
    fn fetch(store: &Store, row: i64) -> Result<Option<Self>, StoreError> {
        let Some(record) = store.publication_by_row(row)? else { return Ok(None) };
        Ok(Some(Self { record, sections: store.sections(row)? }))
    }

    fn hit(&self, query: &Query, passage: &PassageRecord, scores: Scores) -> Option<Hit> {
        let section = self.sections.get(usize::try_from(passage.section).ok()?)?;
        let mut marks = analysis::matches(&passage.text, query);
        // Found by meaning: the words of the query may stand there by chance, but the passage is the answer.
        let by_meaning = scores.exact.is_none();
        let whole = std::iter::once(0..passage.text.len());
        let quoted: Vec<Range<usize>> = if by_meaning || marks.is_empty() { whole.collect() } else { marks.clone() };
        if by_meaning {
            marks.clear();
        }
        let first = quoted.first()?;
        let before = passage.text.get(..first.start).map_or(0, |text| text.chars().count());
        let start = passage.start.saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
        let title = passage.heading_path.last().cloned();
        Some(Hit {
            publication: self.record.id,
            title: self.record.metadata.title.clone(),
            authors: self.record.metadata.authors.clone(),
            heading_path: passage.heading_path.clone(),
            locator: section.place.locate(start, title, Quote::of(&passage.text, first.clone())),
            snippet: snippet::cut(&passage.text, &marks),
            highlights: quoted.into_iter().map(|range| Quote::of(&passage.text, range)).collect(),
            scores,
        })
    }
}
