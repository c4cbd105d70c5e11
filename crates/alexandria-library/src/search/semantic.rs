//! Semantic search: the passages whose vectors are nearest to the query's.

use std::sync::Arc;

use alexandria_domain::{Query, Term};
use alexandria_index::{Embedding, Neighbour, PublicationFilter, VectorIndex};
use alexandria_store::Scope;

use super::fuse::CANDIDATES;
use super::hit::Scores;
use super::{Found, SearchError};
use crate::open::{Core, Step};
use crate::worker::blocking;

/// A query as a vector, and what lies nearest to it.
pub(super) struct Asked {
    pub(super) vector: Embedding,
    /// Best first.
    pub(super) nearest: Vec<Neighbour>,
}

/// The nearest passages, best first.
pub(super) async fn ranked(core: &Arc<Core>, query: &Query, scope: &Scope) -> Result<Vec<Found>, SearchError> {
    let found = |neighbour: Neighbour| Found {
        passage: neighbour.passage,
        scores: Scores::semantic(f64::from(neighbour.similarity)),
    };
    Ok(ask(core, query, scope).await?.nearest.into_iter().map(found).collect())
}

/// Embeds the query and finds what is nearest. Filters hold; excluded words do not count, as a vector cannot exclude.
pub(super) async fn ask(core: &Arc<Core>, query: &Query, scope: &Scope) -> Result<Asked, SearchError> {
    let text = wording(query);
    let worker = Arc::clone(core);
    let vector = blocking(move || Ok::<_, SearchError>(worker.embedder()?.embed_query(&text)?)).await?;
    let nearest = nearest(core, &vector, scope).await?.unwrap_or_default();
    Ok(Asked { vector, nearest })
}

/// The candidates nearest to a vector among the passages of the shelf that the scope allows, best first. `None` if the
/// index was damaged and is begun anew: it has nothing to find then.
pub(super) async fn nearest(
    core: &Arc<Core>,
    vector: &Embedding,
    scope: &Scope,
) -> Result<Option<Vec<Neighbour>>, SearchError> {
    let index = core.index::<SearchError>().await?;
    let finding: Step<'_, Vec<Neighbour>, SearchError> = Box::pin(nearest_in(&index, core, vector, scope));
    let found = finding.await;
    core.unless_damaged(index, found).await
}

async fn nearest_in(
    index: &VectorIndex,
    core: &Arc<Core>,
    vector: &Embedding,
    scope: &Scope,
) -> Result<Vec<Neighbour>, SearchError> {
    if let Some(rows) = &scope.publications {
        return Ok(index.nearest(vector, CANDIDATES, PublicationFilter::Only(rows)).await?);
    }
    let worker = Arc::clone(core);
    let binned = blocking(move || Ok::<_, SearchError>(worker.store.binned_rows()?)).await?;
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
