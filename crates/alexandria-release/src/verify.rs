//! Looks at a repository as a new installation would, and packs a release into a file for devices that are never online.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_update::{Artifact, Channel, ReleaseSource as _, TufSource, Version, write_update_file};
use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use tough::schema::{Root, Signed, Snapshot, Timestamp as TimestampRole};

use crate::folder_fetch::FolderFetch;
use crate::layout::Layout;
use crate::repository::read;
use crate::staged::measure;

/// What a new installation sees.
#[derive(Clone, Debug)]
pub struct Report {
    /// Every artifact.
    pub artifacts: Vec<Artifact>,
    /// When the first part of the metadata expires.
    pub expires: Timestamp,
}

/// Loads the repository with the client's code and the root of trust `root`, and compares every package with its hash.
///
/// # Errors
/// When the client refuses the metadata, or a package is missing or different.
pub async fn verify(layout: &Layout, root: &[u8], state: &Path) -> anyhow::Result<Report> {
    let base = Layout::base()?;
    let repository = alexandria_update::Repository { root: root.to_owned(), targets: base.join("t/")?, metadata: base };
    let source = TufSource::new(repository, Arc::new(FolderFetch::new(layout)?), state.to_owned());
    let releases = source.load().await?;
    for artifact in &releases.artifacts {
        let (length, sha256) = measure(&layout.package(artifact))?;
        ensure!((length, sha256) == (artifact.length, artifact.sha256), "{} is not the signed package", artifact.name);
    }
    Ok(Report { artifacts: releases.artifacts, expires: releases.expires })
}

/// Writes an update file: the metadata, and the package of one release for one target.
///
/// # Errors
/// When the release is not published, or a file cannot be read or written.
pub async fn bundle(
    layout: &Layout,
    (channel, version, target): (Channel, Version, &str),
    scratch: &Path,
    out: &Path,
) -> anyhow::Result<PathBuf> {
    let (_, newest) = layout.newest("root")?.context("there is no repository in this folder")?;
    let root = std::fs::read(newest)?;
    let report = verify(layout, &root, scratch).await?;
    let is_wanted = |artifact: &&Artifact| {
        artifact.channel == channel && artifact.release.version == version && artifact.release.target == target
    };
    let artifact = report.artifacts.iter().find(is_wanted);
    let artifact = artifact.with_context(|| format!("{version} for {target} is not in {}", channel.as_str()))?;
    let mut files: Vec<String> = vec!["timestamp.json".into()];
    let newest: Signed<Root> = serde_json::from_slice(&root)?;
    files.extend((1..=newest.signed.version.get()).map(|number| format!("{number}.root.json")));
    let timestamp: Signed<TimestampRole> = read(&layout.metadata().join("timestamp.json"))?;
    let snapshot = timestamp.signed.meta.get("snapshot.json").context("the timestamp names no snapshot")?;
    let snapshot = format!("{}.snapshot.json", snapshot.version);
    let signed: Signed<Snapshot> = read(&layout.metadata().join(&snapshot))?;
    files.push(snapshot);
    files.extend(signed.signed.meta.iter().map(|(name, meta)| format!("{}.{name}", meta.version)));
    files.push(format!("t/{}", artifact.path()));
    let files: Vec<(String, PathBuf)> =
        files.into_iter().map(|name| (name.clone(), layout.metadata().join(name))).collect();
    let path = out.join(format!("alexandria-{version}-{target}.update"));
    write_update_file(&path, &files).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
