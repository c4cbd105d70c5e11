//! Searching and what is found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Id, Locator, Quote, utf16};

/// What to search for.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SearchArgs {
    /// The query as the reader wrote it.
    pub(crate) query: String,
    /// How to search.
    pub(crate) mode: SearchMode,
    /// Most hits to return.
    pub(crate) limit: u32,
    /// Hits to leave out at the beginning.
    pub(crate) offset: u32,
    /// The publication to search; null for the whole library.
    pub(crate) publication: Option<Id>,
}

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SearchMode {
    /// By the words.
    Exact,
    /// By meaning.
    Semantic,
    /// By both.
    Hybrid,
}

/// One page of hits.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchResults {
    /// Hits in all.
    pub(crate) total: u64,
    /// No passage had all the words, so passages with any of them are shown.
    pub(crate) relaxed: bool,
    /// How long the search took, in milliseconds.
    pub(crate) took_ms: f64,
    /// Passages that search by meaning cannot find yet, because they have no vectors.
    pub(crate) not_embedded: u64,
    /// The hits, best first.
    pub(crate) hits: Vec<SearchHit>,
}

/// A passage that was found.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchHit {
    /// The publication it is in.
    pub(crate) publication: HitPublication,
    /// The headings above it, outermost first.
    pub(crate) heading_path: Vec<String>,
    /// Where to open the publication.
    pub(crate) locator: Locator,
    /// What to show of it.
    pub(crate) snippet: Snippet,
    /// What to mark on the page.
    pub(crate) highlights: Vec<Quote>,
    /// How well it fits.
    pub(crate) scores: Scores,
}

/// The publication of a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HitPublication {
    /// Its id.
    pub(crate) id: Id,
    /// Its title.
    pub(crate) title: String,
    /// Its authors.
    pub(crate) authors: Vec<String>,
}

/// A part of a passage's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snippet {
    /// The text.
    pub(crate) text: String,
    /// The matched words: start and end in UTF-16 units, ascending and apart.
    pub(crate) marks: Vec<(u32, u32)>,
}

/// The parts of a hit's score; more is better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Scores {
    /// BM25, if the words were found.
    pub(crate) exact: Option<f64>,
    /// Cosine similarity, if the meaning was compared.
    pub(crate) semantic: Option<f64>,
    /// What the hits are ordered by.
    pub(crate) fused: f64,
}

impl From<SearchArgs> for alexandria_library::SearchRequest {
    fn from(args: SearchArgs) -> Self {
        let wide = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            query: args.query,
            mode: args.mode.into(),
            limit: wide(args.limit),
            offset: wide(args.offset),
            publication: args.publication.map(|Id(id)| id),
        }
    }
}

impl From<SearchMode> for alexandria_library::SearchMode {
    fn from(mode: SearchMode) -> Self {
        match mode {
            SearchMode::Exact => Self::Exact,
            SearchMode::Semantic => Self::Semantic,
            SearchMode::Hybrid => Self::Hybrid,
        }
    }
}

impl From<alexandria_library::Results> for SearchResults {
    fn from(results: alexandria_library::Results) -> Self {
        Self {
            total: results.total,
            relaxed: results.relaxed,
            took_ms: results.took_ms,
            not_embedded: results.not_embedded,
            hits: results.hits.into_iter().map(SearchHit::from).collect(),
        }
    }
}

impl From<alexandria_library::Hit> for SearchHit {
    fn from(hit: alexandria_library::Hit) -> Self {
        let marks = utf16::ranges(&hit.snippet.text, &hit.snippet.marks);
        let alexandria_library::Scores { exact, semantic, fused } = hit.scores;
        Self {
            publication: HitPublication { id: hit.publication.into(), title: hit.title, authors: hit.authors },
            heading_path: hit.heading_path,
            locator: hit.locator.into(),
            snippet: Snippet { text: hit.snippet.text, marks },
            highlights: hit.highlights.into_iter().map(Quote::from).collect(),
            scores: Scores { exact, semantic, fused },
        }
    }
}
