//! Where releases are known from: verified metadata.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::SourceError;
use crate::release::Artifact;

/// What the verified metadata lists.
#[derive(Clone, Debug)]
pub struct Releases {
    /// Every artifact of every channel and platform.
    pub artifacts: Vec<Artifact>,
    /// When this metadata is no longer valid.
    pub expires: Timestamp,
}

/// Verified release metadata. The only implementation is [`TufSource`](crate::TufSource); the trait keeps the choice of
/// the library that verifies in one place.
#[async_trait]
pub trait ReleaseSource: Send + Sync {
    /// Fetches and verifies the current metadata.
    ///
    /// # Errors
    /// When it cannot be fetched, does not verify, has expired, or is older than what was verified before.
    async fn load(&self) -> Result<Releases, SourceError>;
}
