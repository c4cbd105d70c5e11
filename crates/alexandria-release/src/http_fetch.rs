//! Fetches from a server, with the client that the program itself uses.

use std::path::Path;

use alexandria_net::{Client, Feature, NetError, NetworkLog, Permissions};
use alexandria_update::{Fetch, FetchError, FetchedBody};
use async_trait::async_trait;
use futures::StreamExt as _;
use url::Url;

/// Fetches over the network. Whoever runs this command has allowed it by that.
#[derive(Clone, Debug)]
pub struct HttpFetch {
    client: Client,
}

impl HttpFetch {
    /// A client that lists its requests in the folder `state`.
    ///
    /// # Errors
    /// When the list cannot be written, or TLS cannot be set up.
    pub fn new(state: &Path) -> anyhow::Result<Self> {
        let log = NetworkLog::open(&state.join("network.log"))?;
        Ok(Self { client: Client::new(log, std::sync::Arc::new(Allowed))? })
    }
}

#[async_trait]
impl Fetch for HttpFetch {
    async fn fetch(&self, url: &Url, offset: u64) -> Result<FetchedBody, FetchError> {
        let body = self.client.get(Feature::Updates, url, offset).await.map_err(sort)?;
        Ok(FetchedBody { offset: body.offset, bytes: body.map(|chunk| chunk.map_err(sort)).boxed() })
    }
}

fn sort(error: NetError) -> FetchError {
    match error {
        NetError::NotFound => FetchError::NotFound,
        NetError::TimedOut => FetchError::TooSlow,
        NetError::Unreachable(reason) => FetchError::Unreachable(reason),
        other => FetchError::Failed(other.to_string()),
    }
}

#[derive(Debug)]
struct Allowed;

impl Permissions for Allowed {
    fn allows(&self, _: Feature) -> bool {
        true
    }
}
