//! Runs a request.

use std::sync::Arc;
use std::time::Instant;

use alexandria_domain::{PublicationId, Query};
use alexandria_store::{Scope, Selection, analysis};

use super::context::SearchContext;
use super::ranking::{RankedPassage, Ranking, Scores};
use super::request::{Results, SearchError, SearchMode, SearchRequest};
use super::{hit, hybrid, semantic};
use crate::blocking::blocking;
use crate::engines::Engines;

/// Maximum hits of one request.
const MAX_HITS: usize = 1000;

/// Searches the shelf.
pub(crate) async fn search(context: SearchContext<'_>, request: SearchRequest) -> Result<Results, SearchError> {
    let started = Instant::now();
    let query = Query::parse(&request.query)?;
    let engines = Arc::clone(context.engines);
    let scope = scope_of(&engines, request.publication, &query).await?;
    let (limit, offset) = (request.limit.min(MAX_HITS), request.offset);
    let ranking = match request.mode {
        SearchMode::Exact => {
            let engines = Arc::clone(&engines);
            blocking(move || exact(&engines, query, &scope, limit, offset)).await?
        }
        SearchMode::Semantic => {
            let ranked = semantic::rank(context, &query, &scope).await?;
            Ranking::page_of(ranked, query, limit, offset)
        }
        SearchMode::Hybrid => {
            let (worker, long_query) = (Arc::clone(&engines), query.clone());
            let selection = blocking(move || Ok::<_, SearchError>(worker.store.select_words(long_query)?)).await?;
            let words = analysis::relaxed(&selection.query);
            let ranked = hybrid::rank(context, &query, &words, &scope).await?;
            Ranking::page_of(ranked, words, limit, offset)
        }
    };
    let Ranking { total, relaxed, unused_words, page, words } = ranking;
    let is_semantic = request.mode != SearchMode::Exact;
    let (hits, not_embedded) = blocking(move || {
        let not_embedded = if is_semantic { engines.store.totals()?.not_embedded() } else { 0 };
        Ok::<_, SearchError>((hit::load(&engines.store, &words, &page)?, not_embedded))
    })
    .await?;
    let took_ms = started.elapsed().as_secs_f64() * 1000.0;
    Ok(Results { total, relaxed, unused_words, took_ms, not_embedded, hits })
}

/// The publications that a request covers.
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
            let is_allowed = rows.is_none_or(|rows| rows.contains(&record.row));
            rows = Some(if is_allowed { vec![record.row] } else { Vec::new() });
        }
        Ok(Scope { publications: rows })
    })
    .await
}

fn exact(engines: &Engines, query: Query, scope: &Scope, limit: usize, offset: usize) -> Result<Ranking, SearchError> {
    let Selection { query: mut words, unused_words } = engines.store.select_words(query)?;
    let mut matches = engines.store.search(&words, scope, limit, offset)?;
    let mut relaxed = false;
    if matches.total == 0 && words.clauses.iter().filter(|clause| !clause.negated).count() > 1 {
        words = analysis::relaxed(&words);
        matches = engines.store.search(&words, scope, limit, offset)?;
        relaxed = matches.total > 0;
    }
    let page = matches.hits.iter().map(|hit| RankedPassage { passage: hit.passage, scores: Scores::exact(hit.score) });
    Ok(Ranking { total: matches.total, relaxed, unused_words, page: page.collect(), words })
}
