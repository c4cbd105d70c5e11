//! Fetching vectors by their passages.

use alexandria_domain::PassageId;

use super::{IndexError, VectorIndex};
use crate::embed::Embedding;

impl VectorIndex {
    /// The vectors of those of `passages` that have one, in no order; exact to the eight bits of a block. Empty when the
    /// vectors are too many for memory: reading the whole table would cost more than a caller gains by a few of them.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn vectors(&self, passages: &[PassageId]) -> Result<Vec<(PassageId, Embedding)>, IndexError> {
        let Some(flat) = self.flat().await? else { return Ok(Vec::new()) };
        let mut wanted: Vec<i64> = passages.iter().map(|passage| passage.to_i64()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let fetch = move || flat.vectors(&wanted);
        tokio::task::spawn_blocking(fetch).await.map_err(super::nearest::stopped)
    }
}
