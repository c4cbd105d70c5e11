//! Searches and their results.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Id, Locator, Quote, utf16};

/// A search.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SearchArgs {
    /// As typed.
    pub(crate) query: String,
    pub(crate) mode: SearchMode,
    /// Maximum number of hits to return.
    pub(crate) limit: u32,
    /// Number of hits to skip.
    pub(crate) offset: u32,
    /// The publication to search; null for the whole library.
    pub(crate) publication: Option<Id>,
}

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SearchMode {
    /// By words.
    Exact,
    /// By meaning.
    Semantic,
    /// By words and by meaning.
    Hybrid,
}

/// One page of hits.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchResults {
    /// Number of all hits.
    pub(crate) total: u64,
    /// No passage matched all words, so passages that match any of them are returned.
    pub(crate) relaxed: bool,
    /// Words of a long query that exact search did not use, because it searches for the rarest only.
    pub(crate) unused_words: Vec<String>,
    /// Duration of the search in milliseconds.
    pub(crate) took_ms: f64,
    /// Passages that semantic search cannot find yet, because they have no vectors.
    pub(crate) not_embedded: u64,
    /// Best first.
    pub(crate) hits: Vec<SearchHit>,
}

/// A passage that matches.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchHit {
    pub(crate) publication: HitPublication,
    /// Headings of the passage, outermost first.
    pub(crate) heading_path: Vec<String>,
    /// Where to open the publication.
    pub(crate) locator: Locator,
    pub(crate) snippet: Snippet,
    /// Text to highlight on the page.
    pub(crate) highlights: Vec<Quote>,
    pub(crate) scores: Scores,
}

/// The publication of a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HitPublication {
    pub(crate) id: Id,
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
}

/// A part of a passage's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snippet {
    pub(crate) text: String,
    /// Matched words: start and end in UTF-16 units, ascending, without overlap.
    pub(crate) marks: Vec<(u32, u32)>,
}

/// The parts of a hit's score; higher is better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Scores {
    /// BM25, if the words matched.
    pub(crate) exact: Option<f64>,
    /// Cosine similarity, if vectors were compared.
    pub(crate) semantic: Option<f64>,
    /// The score that hits are ordered by.
    pub(crate) fused: f64,
}

impl From<SearchArgs> for alexandria_library::SearchRequest {
    fn from(args: SearchArgs) -> Self {
        let to_usize = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            query: args.query,
            mode: args.mode.into(),
            limit: to_usize(args.limit),
            offset: to_usize(args.offset),
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
            unused_words: results.unused_words,
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
