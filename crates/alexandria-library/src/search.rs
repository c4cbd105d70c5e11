//! Search: exact (words), semantic (meaning) and hybrid (both, fused). Every hit names its place and opens there.

mod feedback;
mod fuse;
mod hit;
mod hybrid;
mod semantic;
mod snippet;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use alexandria_domain::{CodedError, ErrorCode, PassageId, PublicationId, Query, QueryError};
use alexandria_index::{EmbedError, LoadError};
use alexandria_store::{Scope, StoreError, analysis};

pub use self::hit::{Hit, Scores};
use crate::blocking::{Panicked, blocking};
use crate::engines::Engines;
use crate::models::Models;
use crate::semantic_index::{IndexOpError, SemanticIndex};

/// How passages are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// By the words they contain; every match is counted.
    Exact,
    /// By what they mean; the nearest passages.
    Semantic,
    /// By both.
    Hybrid,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What the reader typed, in the query language of [`Query`].
    pub query: String,
    /// How.
    pub mode: SearchMode,
    /// Most hits to return, at most 1,000.
    pub limit: usize,
    /// Hits to skip.
    pub offset: usize,
    /// Only in this publication.
    pub publication: Option<PublicationId>,
}

/// Most hits of one request.
const MAX_LIMIT: usize = 1000;

/// The hits of a request.
#[derive(Clone, Debug)]
pub struct Results {
    /// All passages that match, of which `hits` are a page. For semantic and hybrid search: those that were ranked.
    pub total: u64,
    /// No passage has all the words, so any of them were taken; those that say nothing about a subject did not count.
    pub relaxed: bool,
    /// Time the search took, in milliseconds.
    pub took_ms: f64,
    /// Passages on the shelf that semantic search cannot see yet.
    pub not_embedded: u64,
    /// The page of hits, best first.
    pub hits: Vec<Hit>,
}

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query cannot be understood.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// No such publication to search in.
    #[error("there is no such publication on the shelf")]
    NoPublication,
    /// The model is not there.
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

/// A passage that was found, before its words are fetched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) passage: PassageId,
    pub(crate) scores: Scores,
}

/// Passages found, best first.
struct Ranking {
    total: u64,
    relaxed: bool,
    page: Vec<Found>,
    /// Whose words are marked in the hits.
    words: Query,
}

impl Ranking {
    /// A page of what was ranked.
    fn of(found: Vec<Found>, words: Query, limit: usize, offset: usize) -> Self {
        let total = found.len() as u64;
        Self { total, relaxed: false, page: found.into_iter().skip(offset).take(limit).collect(), words }
    }
}

/// What a search works on.
#[derive(Clone, Copy)]
pub(crate) struct SearchContext<'a> {
    pub(crate) engines: &'a Arc<Engines>,
    pub(crate) models: &'a Arc<Models>,
    pub(crate) index: &'a SemanticIndex,
}

/// Searches the shelf.
pub(crate) async fn search(context: SearchContext<'_>, request: SearchRequest) -> Result<Results, SearchError> {
    let begun = Instant::now();
    let query = Query::parse(&request.query)?;
    let engines = Arc::clone(context.engines);
    let scope = scope_of(&engines, request.publication, &query).await?;
    let limit = request.limit.min(MAX_LIMIT);
    let ranking = match request.mode {
        SearchMode::Exact => {
            let (engines, scope) = (Arc::clone(&engines), scope.clone());
            blocking(move || exact(&engines, query, &scope, limit, request.offset)).await?
        }
        SearchMode::Semantic => {
            let found = semantic::ranked(context, &query, &scope).await?;
            Ranking::of(found, query, limit, request.offset)
        }
        SearchMode::Hybrid => {
            let words = analysis::relaxed(&query);
            let found = hybrid::ranked(context, &query, &words, &scope).await?;
            Ranking::of(found, words, limit, request.offset)
        }
    };
    let Ranking { total, relaxed, page, words } = ranking;
    let semantic = request.mode != SearchMode::Exact;
    let (hits, not_embedded) = blocking(move || {
        let not_embedded = if semantic { engines.store.totals()?.not_embedded() } else { 0 };
        Ok::<_, SearchError>((hit::fetch(&engines.store, &words, &page)?, not_embedded))
    })
    .await?;
    let took_ms = begun.elapsed().as_secs_f64() * 1000.0;
    Ok(Results { total, relaxed, took_ms, not_embedded, hits })
}

/// The publications a request is limited to.
async fn scope_of(
    engines: &Arc<Engines>,
    publication: Option<PublicationId>,
    query: &Query,
) -> Result<Scope, SearchError> {
    let engines = Arc::clone(engines);
    let filters = query.filters.clone();
    blocking(move || {
        let mut rows = engines.store.rows_matching(&filters)?;
        if let Some(id) = publication {
            let record = engines.store.publication(&id)?.ok_or(SearchError::NoPublication)?;
            let allowed = rows.is_none_or(|rows| rows.contains(&record.row));
            rows = Some(if allowed { vec![record.row] } else { Vec::new() });
        }
        Ok(Scope { publications: rows })
    })
    .await
}

fn exact(engines: &Engines, query: Query, scope: &Scope, limit: usize, offset: usize) -> Result<Ranking, SearchError> {
    let mut found = engines.store.search(&query, scope, limit, offset)?;
    let (mut relaxed, mut words) = (false, query);
    if found.total == 0 && words.clauses.iter().filter(|clause| !clause.negated).count() > 1 {
        words = analysis::relaxed(&words);
        found = engines.store.search(&words, scope, limit, offset)?;
        relaxed = found.total > 0;
    }
    let page = found.hits.iter().map(|hit| Found { passage: hit.passage, scores: Scores::exact(hit.score) }).collect();
    Ok(Ranking { total: found.total, relaxed, page, words })
}
