//! Fetching bytes: implemented over a network by the caller, and over a file by [`UpdateFile`](crate::UpdateFile).

use std::fmt::Debug;

use alexandria_domain::{CodedError, ErrorCode};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use url::Url;

/// A body that is being fetched.
pub struct FetchedBody {
    /// Where it begins, in bytes: what was asked for, or 0 if the server always sends the whole.
    pub offset: u64,
    /// Its bytes, in order.
    pub bytes: BoxStream<'static, Result<Bytes, FetchError>>,
}

impl Debug for FetchedBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FetchedBody").field("offset", &self.offset).finish_non_exhaustive()
    }
}

/// Why bytes could not be fetched.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no such file.
    #[error("the update server does not have a file that it should have")]
    NotFound,
    /// No connection: no network, no such server, or refused.
    #[error("the update server cannot be reached: {0}")]
    Unreachable(String),
    /// Whoever answers is not the server, or cannot prove it.
    #[error("there is no secure connection to the update server: {0}")]
    NotTrusted(String),
    /// The connection is so slow that it may be held open on purpose.
    #[error("the update server sends too slowly")]
    TooSlow,
    /// The server answered with an error, or the transfer broke off.
    #[error("the update server failed: {0}")]
    Failed(String),
    /// The user does not allow requests for updates.
    #[error("requests for updates are switched off in the settings")]
    NotAllowed,
}

impl CodedError for FetchError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound | Self::Unreachable(_) | Self::NotTrusted(_) | Self::TooSlow | Self::Failed(_) => {
                ErrorCode::Offline
            }
            Self::NotAllowed => ErrorCode::PermissionDenied,
        }
    }
}

/// Fetches files by their address.
#[async_trait]
pub trait Fetch: Debug + Send + Sync {
    /// Begins to fetch `url`, from byte `offset` on if the server can do that.
    ///
    /// # Errors
    /// When there is no such file or no connection.
    async fn fetch(&self, url: &Url, offset: u64) -> Result<FetchedBody, FetchError>;
}
