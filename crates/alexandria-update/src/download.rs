//! Downloads a package into a staging folder: resumed where it stopped, never longer than signed, verified before anyone
//! sees it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use alexandria_domain::{CodedError, ErrorCode};
use futures::StreamExt;
use sha2::{Digest, Sha256};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use url::Url;

use crate::fetch::{Fetch, FetchError, FetchedBody};
use crate::release::Artifact;

/// Time without a single byte after which a connection counts as dead.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
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
    mut progress: impl FnMut(u64) + Send,
) -> Result<Downloaded, DownloadError> {
    tokio::fs::create_dir_all(staging).await?;
    let complete = staging.join(artifact.sha256_hex());
    if tokio::fs::try_exists(&complete).await? {
        // It lay there since the last time; somebody may have changed it.
        if verify(&complete, artifact).await? {
            return Ok(Downloaded { path: complete });
        }
        tokio::fs::remove_file(&complete).await?;
    }
    let partial = complete.with_extension("part");
    let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&partial).await?;
    let result = receive(fetch, url, artifact, &mut file, &mut progress).await;
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

/// Receives what is missing in `file`, over as many connections as it takes.
async fn receive(
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
            Ok(body) => append(body, artifact.length, file, &mut have, progress).await,
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
    loop {
        let chunk = tokio::time::timeout(STALL_TIMEOUT, body.bytes.next()).await;
        let Some(chunk) = chunk.map_err(|_| FetchError::TooSlow)? else { break };
        let chunk = chunk?;
        let size = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if have.saturating_add(size) > length {
            return Err(DownloadError::TooLong);
        }
        file.write_all(&chunk).await?;
        *have += size;
        progress(*have);
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
