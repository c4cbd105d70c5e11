//! Hybrid search: words and meaning at once, fused, then judged again by what the best hits have in common.

use std::sync::Arc;

use alexandria_domain::{CodedError, PassageId, Query, Term};
use alexandria_index::{Embedding, Neighbour};
use alexandria_store::{ExactHit, Scope};

use super::feedback::{self, FEEDBACK, Vectors};
use super::semantic::{self, Asked};
use super::{Found, SearchContext, SearchError, fuse};
use crate::blocking::blocking;
use crate::semantic_index::IndexOpError;

/// The best candidates of both kinds, best first: by meaning for the query as it was typed, by words for any of `words`.
pub(super) async fn ranked(
    context: SearchContext<'_>,
    query: &Query,
    words: &Query,
    scope: &Scope,
) -> Result<Vec<Found>, SearchError> {
    let engines = Arc::clone(context.engines);
    let (wanted, within) = (words.clone(), scope.clone());
    let words = blocking(move || Ok::<_, SearchError>(engines.store.rank_any(&wanted, &within, fuse::CANDIDATES)?));
    let (words, asked) = tokio::join!(words, semantic::ask(context, query, scope));
    let words = words?;
    let asked = match asked {
        // Words still find passages.
        Err(error) if is_dispensable(&error) => {
            tracing::warn!(code = %error.code(), "hybrid search without meaning");
            return Ok(fuse::fuse(&words, &[]));
        }
        asked => asked?,
    };
    let first = fuse::fuse(&words, &asked.nearest);
    if quotes(query) {
        // The reader knows the words; what else is about the same is not asked for.
        return Ok(first);
    }
    again(context, asked, &words, first, scope).await
}

/// Ranks once more, with the query moved towards the best hits of the first ranking.
async fn again(
    context: SearchContext<'_>,
    asked: Asked,
    words: &[ExactHit],
    first: Vec<Found>,
    scope: &Scope,
) -> Result<Vec<Found>, SearchError> {
    let best = vectors(context, first.iter().take(FEEDBACK)).await?;
    let Some(moved) = feedback::moved(&asked.vector, &first, &best) else { return Ok(first) };
    let Some(nearest) = semantic::nearest(context, &moved, scope).await? else { return Ok(first) };
    let mut second = fuse::fuse(words, &nearest);
    let known = vectors(context, second.iter()).await?;
    feedback::smooth(&mut second, &known);
    if let Some(passage) = agreed(words, &asked.nearest) {
        feedback::keep_first(&mut second, passage);
    }
    show_own_similarity(&mut second, &asked.vector, &known);
    Ok(second)
}

/// The passage that both rankings have first.
pub(super) fn agreed(words: &[ExactHit], nearest: &[Neighbour]) -> Option<PassageId> {
    let by_words = words.first()?.passage;
    (nearest.first()?.passage == by_words).then_some(by_words)
}

/// Hits show how near they are to what the reader asked, not to what the query became.
fn show_own_similarity(found: &mut [Found], query: &Embedding, vectors: &Vectors) {
    for found in found {
        found.scores.semantic = vectors.get(&found.passage).map(|vector| feedback::cosine(query, vector));
    }
}

async fn vectors(context: SearchContext<'_>, of: impl Iterator<Item = &Found>) -> Result<Vectors, SearchError> {
    let passages: Vec<PassageId> = of.map(|found| found.passage).collect();
    let index = context.index.lease().await?;
    let fetched = index.vectors(&passages).await.map_err(IndexOpError::from);
    let rows = context.index.rebuild_if_damaged(index, fetched).await?.unwrap_or_default();
    Ok(rows.into_iter().map(|row| (row.passage, row.vector)).collect())
}

/// Whether a search by meaning failed for a reason that search by words does not share: the model is not installed, or
/// the index is damaged again and again.
fn is_dispensable(error: &SearchError) -> bool {
    match error {
        SearchError::Model(_) => true,
        SearchError::Index(error) => error.is_index_damage(),
        _ => false,
    }
}

/// Whether the reader quotes.
fn quotes(query: &Query) -> bool {
    query.clauses.iter().flat_map(|clause| &clause.any_of).any(|term| matches!(term, Term::Phrase(_)))
}
