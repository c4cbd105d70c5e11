//! Release metadata in the format of The Update Framework, verified by `tough`.
//!
//! The signatures and the order of the checks are `tough`'s. Three things that it leaves to the caller are done here: its
//! record of verified metadata is written atomically ([`datastore`]), the versions of all roles are recorded apart from it
//! and never decrease, and a root that could not be fetched is not taken for a root that does not exist ([`transport`]).

mod datastore;
mod transport;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tough::{ExpirationEnforcement, Limits, RepositoryLoader};
use url::Url;

use self::datastore::Datastore;
use self::transport::RecordingTransport;
use crate::error::{SourceError, UpdateRole};
use crate::fetch::Fetch;
use crate::record::{RoleVersions, VersionRecord};
use crate::release::{Artifact, Channel};
use crate::source::{ReleaseSource, Releases};

/// Upper bounds on the metadata, far above what a repository with years of releases needs.
const LIMITS: Limits = Limits {
    max_root_size: 256 * 1024,
    max_timestamp_size: 64 * 1024,
    max_snapshot_size: 256 * 1024,
    max_targets_size: 8 * 1024 * 1024,
    max_root_updates: 256,
};

/// Where a repository is and whom it must be signed by.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The root of trust that was installed with the program: a TUF `root.json`.
    pub root: Vec<u8>,
    /// The folder of the metadata, with a slash at the end.
    pub metadata: Url,
    /// The folder of the packages, with a slash at the end.
    pub targets: Url,
}

/// Verified metadata of one repository.
#[derive(Debug)]
pub struct TufSource {
    repository: Repository,
    fetch: Arc<dyn Fetch>,
    datastore: Datastore,
}

impl TufSource {
    /// A source that fetches from `repository` and remembers what it verified in the folder `state`.
    #[must_use]
    pub fn new(repository: Repository, fetch: Arc<dyn Fetch>, state: PathBuf) -> Self {
        let datastore = Datastore::new(state, repository.metadata.to_string());
        Self { repository, fetch, datastore }
    }

    /// The same source, which also accepts nothing older than `record` has.
    #[must_use]
    pub fn with_record(self, record: Arc<dyn VersionRecord>) -> Self {
        Self { datastore: self.datastore.with_record(record), ..self }
    }

    /// The address of an artifact's package.
    ///
    /// # Errors
    /// When the repository's address is not that of a folder.
    pub fn address(&self, artifact: &Artifact) -> Result<Url, SourceError> {
        let path = artifact.path();
        self.repository.targets.join(&path).map_err(|error| SourceError::Malformed(error.to_string()))
    }
}

#[async_trait]
impl ReleaseSource for TufSource {
    async fn load(&self) -> Result<Releases, SourceError> {
        let scratch = self.datastore.open().await?;
        let transport = RecordingTransport::new(Arc::clone(&self.fetch));
        let loaded = RepositoryLoader::new(
            &self.repository.root,
            self.repository.metadata.clone(),
            self.repository.targets.clone(),
        )
        .transport(transport.clone())
        .limits(LIMITS)
        .datastore(&scratch.path)
        .expiration_enforcement(ExpirationEnforcement::Safe)
        .load()
        .await;
        // Without the newest root nothing that follows can be trusted, so its error comes first.
        if let Some(error) = transport.root_error() {
            return Err(error.into());
        }
        let repository = loaded.map_err(SourceError::of)?;
        let releases = releases(&repository)?;
        self.datastore.commit(scratch, &versions(&repository)).await?;
        Ok(releases)
    }
}

/// The version of every role, by name.
fn versions(repository: &tough::Repository) -> RoleVersions {
    let delegations = repository.targets().signed.delegations.iter().flat_map(|delegations| &delegations.roles);
    let delegated =
        delegations.filter_map(|role| Some((role.name.clone(), role.targets.as_ref()?.signed.version.get())));
    let top = [
        (UpdateRole::Root, repository.root().signed.version),
        (UpdateRole::Timestamp, repository.timestamp().signed.version),
        (UpdateRole::Snapshot, repository.snapshot().signed.version),
        (UpdateRole::Targets, repository.targets().signed.version),
    ];
    top.iter().map(|(role, version)| (role.as_str().to_owned(), version.get())).chain(delegated).collect()
}

/// The artifacts of the channels. Each channel must be there, so that one cannot be left out unnoticed.
fn releases(repository: &tough::Repository) -> Result<Releases, SourceError> {
    let targets = &repository.targets().signed;
    let mut artifacts = Vec::new();
    let mut expires =
        repository.timestamp().signed.expires.min(repository.snapshot().signed.expires).min(targets.expires);
    for channel in Channel::ALL {
        let role = targets.delegations.iter().flat_map(|delegations| &delegations.roles);
        let role = role
            .filter_map(|role| Some((role, role.targets.as_ref()?)))
            .find(|(role, _)| role.name == channel.as_str());
        let (_, signed) = role.ok_or(SourceError::Mismatch("a channel is missing"))?;
        expires = expires.min(signed.signed.expires);
        for (name, target) in &signed.signed.targets {
            let custom = target.custom.clone().into_iter().collect();
            artifacts.push(Artifact::new(channel, name.raw(), target.length, &target.hashes.sha256, custom)?);
        }
    }
    Ok(Releases { artifacts, expires })
}
