//! Looks at a published repository from outside, as an installation that starts today does: is it there, is it valid for long
//! enough, and can every package be fetched from the middle.
//!
//! Absent: the bytes of the packages, which `verify` compares before they are uploaded. Their length, and that the server
//! resumes, is what a content delivery network gets wrong.

use std::path::Path;
use std::sync::Arc;

use alexandria_update::{Artifact, Fetch, FetchError, ReleaseSource as _, Repository, TufSource};
use anyhow::Context as _;
use futures::StreamExt as _;
use jiff::Timestamp;

/// What was seen.
#[derive(Clone, Debug)]
pub struct Sight {
    /// How many packages are listed.
    pub artifacts: usize,
    /// When the first part of the metadata expires.
    pub expires: Timestamp,
    /// What is wrong; empty if all is well.
    pub findings: Vec<String>,
}

/// Loads the repository through `fetch` with a fresh state in the folder `state`, and looks at the end of every package.
/// Reports metadata that is valid for less than `days`.
///
/// # Errors
/// When a client cannot load the metadata.
pub async fn watch(
    repository: Repository,
    fetch: Arc<dyn Fetch>,
    state: &Path,
    now: Timestamp,
    days: i64,
) -> anyhow::Result<Sight> {
    let source = TufSource::new(repository, Arc::clone(&fetch), state.to_owned());
    let releases = source.load().await.context("an installation cannot load the metadata")?;
    let mut findings = Vec::new();
    let hours = releases.expires.duration_since(now).as_hours();
    if hours < days * 24 {
        findings.push(format!("the metadata expires in {hours} hours, at {}", releases.expires));
    }
    for artifact in &releases.artifacts {
        if let Err(problem) = look_at_end(&source, fetch.as_ref(), artifact).await {
            findings.push(format!("{}: {problem:#}", artifact.name));
        }
    }
    Ok(Sight { artifacts: releases.artifacts.len(), expires: releases.expires, findings })
}

/// Fetches the last byte: it is there, and it is the last, only if the length is right and the server resumes.
async fn look_at_end(source: &TufSource, fetch: &dyn Fetch, artifact: &Artifact) -> anyhow::Result<()> {
    let url = source.address(artifact)?;
    let last = artifact.length.checked_sub(1).context("it is listed as empty")?;
    let mut body = match fetch.fetch(&url, last).await {
        Ok(body) => body,
        Err(FetchError::NotFound) => anyhow::bail!("it is not there"),
        Err(error) => return Err(error).context("it cannot be fetched from its last byte on"),
    };
    anyhow::ensure!(body.offset == last, "the server does not resume a download");
    let mut bytes = 0;
    while let Some(chunk) = body.bytes.next().await {
        bytes += chunk?.len();
        // A longer file need not be fetched to its end.
        if bytes > 1 {
            break;
        }
    }
    anyhow::ensure!(
        bytes == 1,
        "it is {} than {} bytes",
        if bytes == 0 { "shorter" } else { "longer" },
        artifact.length
    );
    Ok(())
}
