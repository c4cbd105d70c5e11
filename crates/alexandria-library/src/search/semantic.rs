//! Semantic search: the passages whose vectors are nearest to the query's.

use std::sync::Arc;

use alexandria_domain::{Query, Term};
use alexandria_index::{Embedding, Neighbour, PublicationFilter, VectorIndex};
use alexandria_store::Scope;

use super::fuse::CANDIDATES;
use super::hit::Scores;
use super::{Found, SearchContext, SearchError};
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::semantic_index::{IndexFuture, IndexOpError};

/// A query as a vector, and what lies nearest to it.
pub(super) struct Asked {
    pub(super) vector: Embedding,
    /// Best first.
    pub(super) nearest: Vec<Neighbour>,
}

/// The nearest passages, best first.
pub(super) async fn ranked(
    context: SearchContext<'_>,
    query: &Query,
    scope: &Scope,
) -> Result<Vec<Found>, SearchError> {
    let found = |neighbour: Neighbour| Found {
        passage: neighbour.passage,
        scores: Scores::semantic(f64::from(neighbour.similarity)),
    };
    Ok(ask(context, query, scope).await?.nearest.into_iter().map(found).collect())
}

/// Embeds the query and finds what is nearest. Filters hold; excluded words do not count, as a vector cannot exclude.
pub(super) async fn ask(context: SearchContext<'_>, query: &Query, scope: &Scope) -> Result<Asked, SearchError> {
    let text = wording(query);
    let models = Arc::clone(context.models);
    let vector = blocking(move || Ok::<_, SearchError>(models.embedder()?.embed_query(&text)?)).await?;
    let nearest = nearest(context, &vector, scope).await?.unwrap_or_default();
    Ok(Asked { vector, nearest })
}

/// The candidates nearest to a vector among the passages of the shelf that the scope allows, best first. `None` if the
/// index was damaged and is begun anew: it has nothing to find then.
pub(super) async fn nearest(
    context: SearchContext<'_>,
    vector: &Embedding,
    scope: &Scope,
) -> Result<Option<Vec<Neighbour>>, SearchError> {
    let index = context.index.lease().await?;
    // Boxed: LanceDB's futures nest so deep that ours around them exceed the compiler's limit.
    let finding: IndexFuture<'_, Vec<Neighbour>> = Box::pin(nearest_in(&index, context.engines, vector, scope));
    let found = finding.await;
    Ok(context.index.rebuild_if_damaged(index, found).await?)
}

async fn nearest_in(
    index: &VectorIndex,
    engines: &Arc<Engines>,
    vector: &Embedding,
    scope: &Scope,
) -> Result<Vec<Neighbour>, IndexOpError> {
    if let Some(rows) = &scope.publications {
        return Ok(index.nearest(vector, CANDIDATES, PublicationFilter::Only(rows)).await?);
    }
    let engines = Arc::clone(engines);
    let binned = blocking(move || Ok::<_, IndexOpError>(engines.store.binned_rows()?)).await?;
    Ok(index.nearest(vector, CANDIDATES, PublicationFilter::Except(&binned)).await?)
}

/// What the reader typed, without operators, as the model should read it.
fn wording(query: &Query) -> String {
    let terms = query.clauses.iter().filter(|clause| !clause.negated).flat_map(|clause| &clause.any_of);
    let words: Vec<&str> = terms
        .map(|term| match term {
            Term::Word(text) | Term::Prefix(text) | Term::Phrase(text) => text.as_str(),
        })
        .collect();
    words.join(" ")
}
