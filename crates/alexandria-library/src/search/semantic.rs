//! Semantic search: the passages whose vectors are nearest to the query's.

use std::sync::Arc;

use alexandria_domain::{Query, Term};
use alexandria_index::Within;
use alexandria_store::Scope;

use super::fuse::CANDIDATES;
use super::hit::Scores;
use super::{Found, SearchError};
use crate::open::Core;
use crate::worker::blocking;

/// The nearest passages, best first. Filters hold; excluded words do not count, as a vector cannot exclude.
pub(super) async fn nearest(core: &Arc<Core>, query: &Query, scope: &Scope) -> Result<Vec<Found>, SearchError> {
    let text = wording(query);
    let worker = Arc::clone(core);
    let (vector, binned) = blocking(move || {
        let vector = worker.embedder()?.embed_query(&text)?;
        Ok::<_, SearchError>((vector, worker.store.binned_rows()?))
    })
    .await?;
    let within = match &scope.publications {
        Some(rows) => Within::Publications(rows),
        None => Within::AllBut(&binned),
    };
    let near = core.index().await?.nearest(&vector, CANDIDATES, within).await?;
    let found = |neighbour: alexandria_index::Neighbour| Found {
        passage: neighbour.passage,
        scores: Scores::semantic(f64::from(neighbour.similarity)),
    };
    Ok(near.into_iter().map(found).collect())
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
