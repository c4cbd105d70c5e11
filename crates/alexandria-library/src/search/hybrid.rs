//! Hybrid search: exact and semantic rankings, fused and then reranked by feedback.

use std::sync::Arc;

use alexandria_domain::{CodedError, PassageId, Query, Term};
use alexandria_index::{Embedding, Neighbour};
use alexandria_store::{ExactHit, Scope};

use super::context::SearchContext;
use super::feedback::{self, FEEDBACK_HITS, Vectors};
use super::fuse;
use super::ranking::RankedPassage;
use super::request::SearchError;
use super::semantic::{self, QueryNeighbours};
use crate::blocking::blocking;
use crate::semantic_index::IndexOpError;

/// The candidates of both rankings, best first: semantic for the query as it was typed, exact for any of `words`.
pub(super) async fn rank(
    context: SearchContext<'_>,
    query: &Query,
    words: &Query,
    scope: &Scope,
) -> Result<Vec<RankedPassage>, SearchError> {
    let engines = Arc::clone(context.engines);
    let (any_of, exact_scope) = (words.clone(), scope.clone());
    let exact = move || Ok::<_, SearchError>(engines.store.rank_any(&any_of, &exact_scope, fuse::MAX_CANDIDATES)?);
    let (exact, semantic) = tokio::join!(blocking(exact), semantic::neighbours(context, query, scope));
    let exact = exact?;
    let semantic = match semantic {
        Err(error) if allows_exact_only(&error) => {
            tracing::warn!(code = %error.code(), "hybrid search without semantic ranking");
            return Ok(fuse::fuse(&exact, &[]));
        }
        semantic => semantic?,
    };
    let fused = fuse::fuse(&exact, &semantic.nearest);
    if has_phrase(query) {
        // Whoever quotes a phrase wants its passages, not others on the same subject.
        return Ok(fused);
    }
    rerank(context, semantic, &exact, fused, scope).await
}

/// Ranks again, with the query's vector moved towards the best hits of the first ranking.
async fn rerank(
    context: SearchContext<'_>,
    semantic: QueryNeighbours,
    exact: &[ExactHit],
    first: Vec<RankedPassage>,
    scope: &Scope,
) -> Result<Vec<RankedPassage>, SearchError> {
    let best = vectors(context, first.iter().take(FEEDBACK_HITS)).await?;
    let Some(moved) = feedback::move_query(&semantic.vector, &first, &best) else { return Ok(first) };
    let Some(nearest) = semantic::nearest(context, &moved, scope).await? else { return Ok(first) };
    let mut second = fuse::fuse(exact, &nearest);
    let known = vectors(context, second.iter()).await?;
    feedback::smooth(&mut second, &known);
    if let Some(passage) = common_top_hit(exact, &semantic.nearest) {
        feedback::pin_first(&mut second, passage);
    }
    set_query_similarity(&mut second, &semantic.vector, &known);
    Ok(second)
}

/// The passage that both rankings place first.
pub(super) fn common_top_hit(exact: &[ExactHit], nearest: &[Neighbour]) -> Option<PassageId> {
    let passage = exact.first()?.passage;
    (nearest.first()?.passage == passage).then_some(passage)
}

/// Sets the reported similarity to that with the original query, not with the moved one.
fn set_query_similarity(ranked: &mut [RankedPassage], query: &Embedding, vectors: &Vectors) {
    for ranked in ranked {
        ranked.scores.semantic = vectors.get(&ranked.passage).map(|vector| feedback::cosine(query, vector));
    }
}

async fn vectors(
    context: SearchContext<'_>,
    ranked: impl Iterator<Item = &RankedPassage>,
) -> Result<Vectors, SearchError> {
    let passages: Vec<PassageId> = ranked.map(|ranked| ranked.passage).collect();
    let index = context.index.lease().await?;
    let rows = index.vectors(&passages).await.map_err(IndexOpError::from);
    let rows = context.index.rebuild_if_damaged(index, rows).await?.unwrap_or_default();
    Ok(rows.into_iter().map(|row| (row.passage, row.vector)).collect())
}

/// Whether semantic search failed for a reason that exact search does not share: the model is not installed, or the index
/// is damaged again after a rebuild.
fn allows_exact_only(error: &SearchError) -> bool {
    match error {
        SearchError::Model(_) => true,
        SearchError::Index(error) => error.is_index_damage(),
        _ => false,
    }
}

fn has_phrase(query: &Query) -> bool {
    query.clauses.iter().flat_map(|clause| &clause.any_of).any(|term| matches!(term, Term::Phrase(_)))
}
