//! Requests and results.

use alexandria_domain::{CodedError, ErrorCode, PublicationId, QueryError};
use alexandria_index::{EmbedError, LoadError};
use alexandria_store::StoreError;

use super::hit::Hit;
use crate::blocking::Panicked;
use crate::semantic_index::IndexOpError;

/// How passages are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// By the words they contain; every match is counted.
    Exact,
    /// By meaning: the nearest passages.
    Semantic,
    /// By both.
    Hybrid,
}

/// A search.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// A query in the language of [`Query`](alexandria_domain::Query), or a pasted text of up to a page.
    pub query: String,
    /// How passages are found.
    pub mode: SearchMode,
    /// Maximum hits to return, at most 1,000.
    pub limit: usize,
    /// Hits to skip.
    pub offset: usize,
    /// If set, only passages of this publication are found.
    pub publication: Option<PublicationId>,
}

/// The hits of a request.
#[derive(Clone, Debug)]
pub struct Results {
    /// Number of matching passages, of which `hits` is a page. For semantic and hybrid search: number of ranked passages.
    pub total: u64,
    /// No passage has all the words, so any of them sufficed; uninformative words were ignored.
    pub relaxed: bool,
    /// Words of a long query that exact search did not use, as they were typed.
    pub unused_words: Vec<String>,
    /// Duration of the search in milliseconds.
    pub took_ms: f64,
    /// Passages on the shelf that semantic search cannot find yet, because they have no vectors.
    pub not_embedded: u64,
    /// The page of hits, best first.
    pub hits: Vec<Hit>,
}

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query cannot be parsed.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The publication to search does not exist.
    #[error("there is no such publication on the shelf")]
    NoPublication,
    /// The embedding model cannot be loaded.
    #[error(transparent)]
    Model(#[from] LoadError),
    /// The query could not be embedded.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The vector index failed.
    #[error(transparent)]
    Index(#[from] IndexOpError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for SearchError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Query(_) => ErrorCode::MalformedQuery,
            Self::NoPublication => ErrorCode::NotFound,
            Self::Model(error) => error.code(),
            Self::Embed(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
