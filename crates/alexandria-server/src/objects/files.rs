//! Objects as files: `<folder>/<first byte of the id>/<id>/<part>`. A file is written under another name, synchronised and
//! renamed, so that after a crash it is there with all its bytes or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio::sync::mpsc;

use super::probe::probe;
use super::{ObjectEntry, ObjectKey, ObjectStream, Objects, ObjectsError, verify};

/// Where files are written before they are renamed.
const TEMPORARY: &str = "tmp";

/// How many bytes are read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A folder of objects. One process writes to it.
#[derive(Debug, Clone)]
pub struct FileObjects {
    folder: PathBuf,
}

impl FileObjects {
    /// Opens the folder, creating it if need be, and removes what an interrupted upload left.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Self, ObjectsError> {
        let temporary = folder.join(TEMPORARY);
        match fs::remove_dir_all(&temporary) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => fs::create_dir_all(&temporary)?,
        }
        Ok(Self { folder: folder.to_owned() })
    }

    fn path(&self, key: &ObjectKey) -> PathBuf {
        // `b/<id>/<part>` without its first component.
        let name = key.to_string();
        self.folder.join(key.shard()).join(name.trim_start_matches("b/"))
    }
}

/// Writes a file so that it is durable under `path`.
fn write_durably(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let parent = path.parent().unwrap_or(folder);
    let is_new = !parent.is_dir();
    fs::create_dir_all(parent)?;
    let mut file = tempfile::NamedTempFile::new_in(folder.join(TEMPORARY))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(parent)?.sync_all()?;
    if is_new {
        // The names of the folders themselves.
        for above in parent.ancestors().skip(1).take_while(|above| above.starts_with(folder)) {
            File::open(above)?.sync_all()?;
        }
    }
    Ok(())
}

/// Runs file operations outside of the threads that serve requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

#[async_trait]
impl Objects for FileObjects {
    async fn put(&self, key: &ObjectKey, bytes: Bytes, digest: &[u8; 32]) -> Result<(), ObjectsError> {
        verify(&bytes, digest)?;
        let (folder, path) = (self.folder.clone(), self.path(key));
        Ok(blocking(move || write_durably(&folder, &path, &bytes)).await?)
    }

    async fn get(&self, key: &ObjectKey, range: Range<u64>) -> Result<ObjectStream, ObjectsError> {
        let mut file = match tokio::fs::File::open(self.path(key)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(ObjectsError::NotFound(*key)),
            opened => opened?,
        };
        let bytes = file.metadata().await?.len();
        let Range { start, end } = range;
        if end > bytes || start > end {
            return Err(ObjectsError::OutOfRange { key: *key, start, end, bytes });
        }
        file.seek(SeekFrom::Start(start)).await?;
        let reader = file.take(end - start);
        let chunks = stream::try_unfold(reader, |mut reader| async move {
            let mut chunk = Vec::with_capacity(CHUNK_BYTES);
            let read = reader.read_buf(&mut chunk).await?;
            Ok((read > 0).then_some((Bytes::from(chunk), reader)))
        });
        Ok(chunks.boxed())
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, ObjectsError> {
        match tokio::fs::metadata(self.path(key)).await {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), ObjectsError> {
        let path = self.path(key);
        let removed = blocking(move || {
            fs::remove_file(&path)?;
            // The folder of the blob goes with its last part; it is not empty before.
            match path.parent().map(fs::remove_dir) {
                Some(Err(error)) if error.kind() != ErrorKind::DirectoryNotEmpty => Err(error),
                _ => Ok(()),
            }
        });
        match removed.await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn list(&self) -> BoxStream<'static, Result<ObjectEntry, ObjectsError>> {
        let (sender, receiver) = mpsc::channel(64);
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = list_into(&folder, &sender) {
                // Nobody reads any more if this fails.
                let _unread = sender.blocking_send(Err(error.into()));
            }
        });
        stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|entry| (entry, receiver)) })
            .boxed()
    }

    async fn probe(&self) -> Result<(), ObjectsError> {
        probe(self).await
    }
}

/// Sends every object below `folder`. Ends early if nobody reads.
fn list_into(folder: &Path, sender: &mpsc::Sender<Result<ObjectEntry, ObjectsError>>) -> io::Result<()> {
    for shard in folders(folder)? {
        for blob in folders(&shard)? {
            for part in read_folder(&blob)? {
                let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let Ok(key) = format!("b/{}/{}", name(&blob), name(&part.path())).parse() else { continue };
                let metadata = match part.metadata() {
                    // Deleted since the folder was read.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    metadata => metadata?,
                };
                let age = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
                let modified_ms = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
                if sender.blocking_send(Ok(ObjectEntry { key, bytes: metadata.len(), modified_ms })).is_err() {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// The folders in a folder, except the one for temporary files.
fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = read_folder(folder)?.into_iter().map(|entry| entry.path());
    Ok(entries.filter(|path| path.is_dir() && !path.ends_with(TEMPORARY)).collect())
}

/// The entries of a folder; none if it has been deleted.
fn read_folder(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.collect(),
    }
}
