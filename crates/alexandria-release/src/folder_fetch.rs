//! Serves a repository's folder to the client's code without a network, to verify what was just written.

use std::io::SeekFrom;
use std::path::PathBuf;

use alexandria_update::{Fetch, FetchError, FetchedBody};
use async_trait::async_trait;
use futures::{StreamExt as _, stream};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use url::Url;

use crate::layout::Layout;

/// Bytes read at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// Fetches from a folder.
#[derive(Clone, Debug)]
pub struct FolderFetch {
    folder: PathBuf,
    base: Url,
}

impl FolderFetch {
    /// Answers for [`Layout::base`] with the files of `layout`.
    ///
    /// # Errors
    /// See [`Layout::base`].
    pub fn new(layout: &Layout) -> anyhow::Result<Self> {
        Ok(Self { folder: layout.metadata(), base: Layout::base()? })
    }
}

#[async_trait]
impl Fetch for FolderFetch {
    async fn fetch(&self, url: &Url, offset: u64) -> Result<FetchedBody, FetchError> {
        let name = url.as_str().strip_prefix(self.base.as_str()).ok_or(FetchError::NotFound)?;
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => FetchError::NotFound,
            _ => FetchError::Failed(error.to_string()),
        };
        let mut file = tokio::fs::File::open(self.folder.join(name)).await.map_err(failed)?;
        file.seek(SeekFrom::Start(offset)).await.map_err(failed)?;
        let chunks = stream::unfold(Some(file), |file| async {
            let mut file = file?;
            let mut chunk = vec![0; CHUNK_BYTES];
            match file.read(&mut chunk).await {
                Ok(0) => None,
                Ok(read) => {
                    chunk.truncate(read);
                    Some((Ok(chunk.into()), Some(file)))
                }
                Err(error) => Some((Err(FetchError::Failed(error.to_string())), None)),
            }
        });
        Ok(FetchedBody { offset, bytes: chunks.boxed() })
    }
}
