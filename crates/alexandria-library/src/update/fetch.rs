//! Connects the updater, which opens no connection, with the network client, which knows nothing of updates.

use std::path::{Path, PathBuf};

use alexandria_net::{Client, Feature, NetError, Permissions};
use alexandria_update::{Fetch, FetchError, FetchedBody, Mode, Preferences};
use async_trait::async_trait;
use futures::StreamExt as _;
use url::Url;

/// Fetches over the network.
#[derive(Debug)]
pub(super) struct NetFetch {
    client: Client,
}

impl NetFetch {
    pub(super) const fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl Fetch for NetFetch {
    async fn fetch(&self, url: &Url, offset: u64) -> Result<FetchedBody, FetchError> {
        let body = self.client.get(Feature::Updates, url, offset).await.map_err(sort)?;
        Ok(FetchedBody { offset: body.offset, bytes: body.map(|chunk| chunk.map_err(sort)).boxed() })
    }
}

fn sort(error: NetError) -> FetchError {
    match error {
        NetError::NotAllowed => FetchError::NotAllowed,
        NetError::NotFound => FetchError::NotFound,
        NetError::TimedOut => FetchError::TooSlow,
        NetError::Unreachable(reason) => FetchError::Unreachable(reason),
        NetError::NotTrusted(reason) => FetchError::NotTrusted(reason),
        other => FetchError::Failed(other.to_string()),
    }
}

/// Allows what the user chose, read again for each request, so that the switch takes effect at once.
#[derive(Debug)]
pub(super) struct ChosenPermissions {
    state: PathBuf,
}

impl ChosenPermissions {
    pub(super) fn new(state: &Path) -> Self {
        Self { state: state.to_owned() }
    }
}

impl Permissions for ChosenPermissions {
    fn allows(&self, feature: Feature) -> bool {
        match feature {
            // Not readable means not allowed.
            Feature::Updates => Preferences::read(&self.state).is_ok_and(|chosen| chosen.mode != Mode::Never),
            // This client downloads updates only.
            Feature::Sync => false,
        }
    }
}
