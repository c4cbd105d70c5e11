//! Downloads a package into a staging folder: resumed where it stopped, never longer than signed, verified before anyone
//! sees it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use alexandria_domain::{CodedError, ErrorCode};
use futures::StreamExt;
use sha2::{Digest, Sha256};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use url::Url;

use crate::fetch::{Fetch, FetchError, FetchedBody};
use crate::lock::{LOCK_FILE, lock};
use crate::pace::Pace;
use crate::release::Artifact;

/// Connections that may break off before the download fails. What was received is kept for the next time.
const MAX_CONNECTIONS: u32 = 4;
/// Bytes hashed at a time.
const BUFFER_BYTES: usize = 128 * 1024;

/// A package whose bytes are the signed ones.
#[derive(Clone, Debug)]
pub struct Downloaded {
    /// Where it is.
    pub path: PathBuf,
}

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// See [`FetchError`]. What was received is kept, and the next attempt goes on from there.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The bytes are not the signed ones. They were deleted.
    #[error("the downloaded package is not the one that Alexandria signed; it was deleted")]
    NotTheSigned,
    /// The server sends more than the signed size. The package was deleted.
    #[error("the server sends more than the package may have; the download was stopped")]
    TooLong,
    /// The staging folder cannot be written, for example because the disk is full.
    #[error("the package cannot be saved")]
    Io(#[from] io::Error),
}

impl CodedError for DownloadError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Fetch(error) => error.code(),
            Self::NotTheSigned | Self::TooLong => ErrorCode::UpdateRefused,
            Self::Io(error) => error.code(),
        }
    }
}

/// Downloads the package of `artifact` from `url` into the folder `staging`, and calls `progress` with the bytes that are
/// there. May be dropped at any time; the next call goes on.
///
/// # Errors
/// When the bytes cannot be fetched or saved, or are not the signed ones.
pub async fn download(
    fetch: &dyn Fetch,
    url: &Url,
    artifact: &Artifact,
    staging: &Path,
    progress: impl FnMut(u64) + Send,
) -> Result<Downloaded, DownloadError> {
    download_at(Pace::DEFAULT, fetch, url, artifact, staging, progress).await
}

/// Downloads, and gives up a connection that is slower than `pace`.
async fn download_at(
    pace: Pace,
    fetch: &dyn Fetch,
    url: &Url,
    artifact: &Artifact,
    staging: &Path,
    mut progress: impl FnMut(u64) + Send,
) -> Result<Downloaded, DownloadError> {
    // Two writers of one file would spoil it for each other.
    let _lock = lock(staging).await?;
    let complete = staging.join(artifact.sha256_hex());
    if tokio::fs::try_exists(&complete).await? {
        // It lay there since the last time; somebody may have changed it.
        if verify(&complete, artifact).await? {
            return Ok(Downloaded { path: complete });
        }
        tokio::fs::remove_file(&complete).await?;
    }
    let partial = complete.with_extension("part");
    remove_others(staging, &partial).await?;
    let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&partial).await?;
    let result = receive(pace, fetch, url, artifact, &mut file, &mut progress).await;
    if matches!(result, Err(DownloadError::TooLong)) {
        tokio::fs::remove_file(&partial).await?;
    }
    result?;
    file.sync_all().await?;
    drop(file);
    if !verify(&partial, artifact).await? {
        tokio::fs::remove_file(&partial).await?;
        return Err(DownloadError::NotTheSigned);
    }
    tokio::fs::rename(&partial, &complete).await?;
    Ok(Downloaded { path: complete })
}

/// Deletes what is left of downloads of other packages, which nobody would go on with: each is as large as the program.
async fn remove_others(staging: &Path, partial: &Path) -> io::Result<()> {
    let mut files = tokio::fs::read_dir(staging).await?;
    while let Some(file) = files.next_entry().await? {
        if file.file_type().await?.is_file() && file.path() != partial && file.file_name() != LOCK_FILE {
            tokio::fs::remove_file(file.path()).await?;
        }
    }
    Ok(())
}

/// Receives what is missing in `file`, over as many connections as it takes.
async fn receive(
    pace: Pace,
    fetch: &dyn Fetch,
    url: &Url,
    artifact: &Artifact,
    file: &mut File,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<(), DownloadError> {
    let mut have = file.metadata().await?.len();
    if have > artifact.length {
        file.set_len(0).await?;
        have = 0;
    }
    let mut connections = 0;
    while have < artifact.length {
        connections += 1;
        let outcome = match fetch.fetch(url, have).await {
            Ok(body) => append(pace, body, artifact.length, file, &mut have, progress).await,
            Err(error) => Err(error.into()),
        };
        match outcome {
            Ok(()) if have == artifact.length => return Ok(()),
            // The connection ended early.
            Ok(()) if connections < MAX_CONNECTIONS => {}
            Ok(()) => return Err(FetchError::Failed("the transfer ends before the package does".into()).into()),
            Err(DownloadError::Fetch(FetchError::Failed(_) | FetchError::TooSlow)) if connections < MAX_CONNECTIONS => {
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes a body to the file, from where the body begins.
async fn append(
    pace: Pace,
    mut body: FetchedBody,
    length: u64,
    file: &mut File,
    have: &mut u64,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<(), DownloadError> {
    if body.offset > *have {
        return Err(FetchError::Failed("the server left out a part of the package".into()).into());
    }
    file.set_len(body.offset).await?;
    file.seek(io::SeekFrom::Start(body.offset)).await?;
    *have = body.offset;
    let mut meter = pace.begin(Instant::now());
    loop {
        let chunk = tokio::time::timeout(pace.stall, body.bytes.next()).await;
        let Some(chunk) = chunk.map_err(|_| FetchError::TooSlow)? else { break };
        let chunk = chunk?;
        let size = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if have.saturating_add(size) > length {
            return Err(DownloadError::TooLong);
        }
        file.write_all(&chunk).await?;
        *have += size;
        progress(*have);
        if !meter.add(Instant::now(), size) {
            file.flush().await?;
            return Err(FetchError::TooSlow.into());
        }
    }
    file.flush().await?;
    Ok(())
}

/// Whether a file is the signed package.
async fn verify(path: &Path, artifact: &Artifact) -> io::Result<bool> {
    let mut file = File::open(path).await?;
    if file.metadata().await?.len() != artifact.length {
        return Ok(false);
    }
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; BUFFER_BYTES]);
    loop {
        let read = file.read(&mut buffer).await?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
    }
    Ok(hash.finalize().as_slice() == artifact.sha256)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_trait::async_trait;
    use bytes::Bytes;
    use futures::stream;

    use super::*;
    use crate::release::Channel;

    /// Sends a byte every few milliseconds, for as long as anybody listens.
    #[derive(Debug)]
    struct Trickle;

    #[async_trait]
    impl Fetch for Trickle {
        async fn fetch(&self, _: &Url, offset: u64) -> Result<FetchedBody, FetchError> {
            let bytes = stream::repeat(()).then(|()| async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                Ok(Bytes::from_static(b"x"))
            });
            Ok(FetchedBody { offset, bytes: bytes.boxed() })
        }
    }

    fn artifact(length: u64) -> Artifact {
        let custom = serde_json::json!({
            "version": "1.4.0", "target": "linux-x86_64-appimage", "db_schema": 1, "rollout_bp": 1, "salt": ""
        });
        let custom = custom.as_object().unwrap().clone();
        Artifact::new(Channel::Stable, "stable/a.AppImage", length, &[0; 32], custom).unwrap()
    }

    #[tokio::test]
    async fn download_that_trickles_ends_and_keeps_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let url = Url::parse("https://updates.invalid/a").unwrap();
        let pace = Pace { window: Duration::from_millis(50), ..Pace::DEFAULT };
        let artifact = artifact(1_000_000);
        let trickled = download_at(pace, &Trickle, &url, &artifact, folder.path(), |_| {}).await;
        assert!(matches!(trickled, Err(DownloadError::Fetch(FetchError::TooSlow))), "{trickled:?}");
        let part = folder.path().join(artifact.sha256_hex()).with_extension("part");
        assert!(part.metadata().unwrap().len() >= u64::from(MAX_CONNECTIONS));
    }

    #[tokio::test]
    async fn remains_of_other_packages_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("00".repeat(31)).with_extension("part");
        std::fs::write(&other, "remains").unwrap();
        let url = Url::parse("https://updates.invalid/a").unwrap();
        drop(download(&Trickle, &url, &artifact(1), folder.path(), |_| {}).await);
        assert!(!other.exists());
    }

    #[tokio::test]
    async fn downloads_of_one_package_take_turns() {
        let folder = tempfile::tempdir().unwrap();
        let held = lock(folder.path()).await.unwrap();
        let url = Url::parse("https://updates.invalid/a").unwrap();
        let artifact = artifact(1);
        let mut waiting = Box::pin(download(&Trickle, &url, &artifact, folder.path(), |_| {}));
        let early = tokio::time::timeout(Duration::from_millis(200), &mut waiting).await;
        assert!(early.is_err(), "two writers of one file: {early:?}");
        drop(held);
        let late = waiting.await;
        assert!(matches!(late, Err(DownloadError::TooLong | DownloadError::NotTheSigned)), "{late:?}");
    }
}
