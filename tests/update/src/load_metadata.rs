//! Loads release metadata and does nothing else, so that a test can run it with another clock.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_net::{Client, Feature, NetError, NetworkLog, Permissions};
use alexandria_update::{Fetch, FetchError, FetchedBody, LastCheck, ReleaseSource as _, Repository, TufSource};
use async_trait::async_trait;
use futures::StreamExt as _;
use jiff::Timestamp;
use url::Url;

#[derive(Debug)]
struct Allowed;

impl Permissions for Allowed {
    fn allows(&self, _: Feature) -> bool {
        true
    }
}

#[derive(Debug)]
struct NetFetch(Client);

#[async_trait]
impl Fetch for NetFetch {
    async fn fetch(&self, url: &Url, offset: u64) -> Result<FetchedBody, FetchError> {
        let failed = |error: NetError| match error {
            NetError::NotFound => FetchError::NotFound,
            other => FetchError::Failed(other.to_string()),
        };
        let body = self.0.get(Feature::Updates, url, offset).await.map_err(failed)?;
        Ok(FetchedBody { offset: body.offset, bytes: body.map(move |chunk| chunk.map_err(failed)).boxed() })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, state, address] = arguments.as_slice() else { anyhow::bail!("load-metadata ROOT STATE ADDRESS") };
    let (state, metadata) = (PathBuf::from(state), Url::parse(address)?.join("u/v1/")?);
    let repository = Repository { root: std::fs::read(Path::new(root))?, targets: metadata.join("t/")?, metadata };
    let client = Client::new(NetworkLog::open(&state.join("network.jsonl"))?, Arc::new(Allowed))?;
    let loaded = TufSource::new(repository, Arc::new(NetFetch(client)), state.clone()).load().await;
    let now = Timestamp::now();
    let last = LastCheck::read(&state)?.after(now, loaded.is_ok());
    last.write(&state)?;
    let staleness = if last.is_stale(now) { "stale" } else { "not stale" };
    let outcome = match loaded {
        Ok(releases) => format!("{} artifacts", releases.artifacts.len()),
        Err(error) => format!("{error:?}"),
    };
    Ok(writeln!(std::io::stdout(), "{outcome}, {staleness}")?)
}
