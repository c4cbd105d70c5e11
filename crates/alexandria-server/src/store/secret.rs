//! What the server itself must remember between runs, sealed by the caller.

use async_trait::async_trait;

use super::error::StoreError;

/// Secrets of the server.
#[async_trait]
pub trait Secrets {
    /// The secret of this name; if there is none, stores `candidate` and returns it. Two servers that start at once
    /// get the same.
    async fn server_secret(&self, name: String, candidate: Vec<u8>) -> Result<Vec<u8>, StoreError>;

    /// The secret of this name.
    async fn find_server_secret(&self, name: String) -> Result<Option<Vec<u8>>, StoreError>;

    /// Whether the database answers, and has the schema that this program needs.
    async fn check(&self) -> Result<(), StoreError>;
}
