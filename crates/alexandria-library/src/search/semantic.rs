//! Semantic search: the passages whose vectors are nearest to the query's.

use std::sync::Arc;

use alexandria_domain::Query;
use alexandria_index::{Embedding, Neighbour, PublicationFilter, VectorIndex};
use alexandria_store::Scope;

use super::context::SearchContext;
use super::fuse::MAX_CANDIDATES;
use super::ranking::{RankedPassage, Scores};
use super::request::SearchError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::semantic_index::{IndexFuture, IndexOpError};

/// A query's vector and its nearest passages.
pub(super) struct QueryNeighbours {
    pub(super) vector: Embedding,
    /// Best first.
    pub(super) nearest: Vec<Neighbour>,
}

/// The nearest passages, best first.
pub(super) async fn rank(
    context: SearchContext<'_>,
    query: &Query,
    scope: &Scope,
) -> Result<Vec<RankedPassage>, SearchError> {
    let ranked = |neighbour: Neighbour| RankedPassage {
        passage: neighbour.passage,
        scores: Scores::semantic(f64::from(neighbour.similarity)),
    };
    Ok(neighbours(context, query, scope).await?.nearest.into_iter().map(ranked).collect())
}

/// Embeds the query and finds its nearest passages. Filters hold; excluded words are ignored, because a vector cannot
/// exclude.
pub(super) async fn neighbours(
    context: SearchContext<'_>,
    query: &Query,
    scope: &Scope,
) -> Result<QueryNeighbours, SearchError> {
    let text = text_of(query);
    let models = Arc::clone(context.models);
    let vector = blocking(move || Ok::<_, SearchError>(models.embedder()?.embed_long_query(&text)?)).await?;
    let nearest = nearest(context, &vector, scope).await?.unwrap_or_default();
    Ok(QueryNeighbours { vector, nearest })
}

/// The passages nearest to a vector among those on the shelf that the scope allows, best first. `None` if the index was
/// damaged and is being rebuilt.
pub(super) async fn nearest(
    context: SearchContext<'_>,
    vector: &Embedding,
    scope: &Scope,
) -> Result<Option<Vec<Neighbour>>, SearchError> {
    let index = context.index.lease().await?;
    // Boxed: LanceDB's futures nest so deep that ours around them exceed the compiler's limit.
    let search: IndexFuture<'_, Vec<Neighbour>> = Box::pin(nearest_in(&index, context.engines, vector, scope));
    let nearest = search.await;
    Ok(context.index.rebuild_if_damaged(index, nearest).await?)
}

async fn nearest_in(
    index: &VectorIndex,
    engines: &Arc<Engines>,
    vector: &Embedding,
    scope: &Scope,
) -> Result<Vec<Neighbour>, IndexOpError> {
    if let Some(rows) = &scope.publications {
        return Ok(index.nearest(vector, MAX_CANDIDATES, PublicationFilter::Only(rows)).await?);
    }
    let engines = Arc::clone(engines);
    let binned = blocking(move || Ok::<_, IndexOpError>(engines.store.binned_rows()?)).await?;
    Ok(index.nearest(vector, MAX_CANDIDATES, PublicationFilter::Except(&binned)).await?)
}

/// The query without operators, filters and excluded words.
fn text_of(query: &Query) -> String {
    let terms = query.clauses.iter().filter(|clause| !clause.negated).flat_map(|clause| &clause.any_of);
    terms.map(|term| term.text()).collect::<Vec<_>>().join(" ")
}
