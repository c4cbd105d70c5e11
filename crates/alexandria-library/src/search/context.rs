//! The engines of a search.

use std::sync::Arc;

use crate::engines::Engines;
use crate::models::Models;
use crate::semantic_index::SemanticIndex;

/// What a search runs on.
#[derive(Clone, Copy)]
pub(crate) struct SearchContext<'a> {
    pub(crate) engines: &'a Arc<Engines>,
    pub(crate) models: &'a Arc<Models>,
    pub(crate) index: &'a SemanticIndex,
}
