//! Searching the shelf.

use super::Library;
use crate::search::{self, Results, SearchContext, SearchError, SearchRequest};

impl Library {
    /// Searches the shelf.
    ///
    /// # Errors
    /// When the query is malformed (the message says what to write instead) or an engine fails.
    pub async fn search(&self, request: SearchRequest) -> Result<Results, SearchError> {
        let parts = &*self.parts;
        let context = SearchContext { engines: &parts.engines, models: &parts.models, index: &parts.index };
        search::search(context, request).await
    }
}
