//! Fetches metadata for `tough`, and records what it would overlook.
//!
//! `tough` takes every error on the next root for "there is no newer root", so an attacker who can break one connection
//! could keep a device at a root whose keys have been revoked. Any error on a root but *not found* is therefore recorded,
//! and makes the whole load fail.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::BytesMut;
use futures::StreamExt;
use tough::{Transport, TransportError, TransportErrorKind, TransportStream};
use url::Url;

use crate::fetch::{Fetch, FetchError};

/// Time for one metadata file, which is small. Longer, and the connection may be held open on purpose.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What is read of one file. More than any limit of the loader, which then refuses it.
const MAX_BYTES: usize = 16 * 1024 * 1024;

#[derive(Clone, Debug)]
pub(super) struct RecordingTransport {
    fetch: Arc<dyn Fetch>,
    root_error: Arc<Mutex<Option<FetchError>>>,
}

impl RecordingTransport {
    pub(super) fn new(fetch: Arc<dyn Fetch>) -> Self {
        Self { fetch, root_error: Arc::default() }
    }

    /// The error that prevented a newer root from being fetched, if there was one.
    pub(super) fn root_error(&self) -> Option<FetchError> {
        self.root_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn read(&self, url: &Url) -> Result<bytes::Bytes, FetchError> {
        let mut body = self.fetch.fetch(url, 0).await?;
        let mut bytes = BytesMut::new();
        while let Some(chunk) = body.bytes.next().await {
            bytes.extend_from_slice(&chunk?);
            if bytes.len() > MAX_BYTES {
                break;
            }
        }
        Ok(bytes.freeze())
    }
}

#[async_trait]
impl Transport for RecordingTransport {
    async fn fetch(&self, url: Url) -> Result<TransportStream, TransportError> {
        let read = tokio::time::timeout(TIMEOUT, self.read(&url)).await;
        match read.unwrap_or(Err(FetchError::TooSlow)) {
            Ok(bytes) => Ok(Box::pin(futures::stream::iter([Ok(bytes)]))),
            Err(FetchError::NotFound) => {
                Err(TransportError::new_with_cause(TransportErrorKind::FileNotFound, &url, FetchError::NotFound))
            }
            Err(error) => {
                if url.path().ends_with(".root.json") {
                    *self.root_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
                }
                Err(TransportError::new_with_cause(TransportErrorKind::Other, &url, error))
            }
        }
    }
}
