//! The files of books: sent sealed, fetched sealed, and imported without ever being on the disk in plaintext.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::ops::Range;
use std::sync::Arc;

use alexandria_crypto::blob::cloud::{self, CloudBlob};
use alexandria_domain::{CodedError, ErrorCode, PublicationId};
use alexandria_net::sync::{SyncClient, SyncError};
use alexandria_protocol::api::blobs::BlobKind;
use alexandria_protocol::blob::KeyId;
use alexandria_protocol::ids::BlobId;
use alexandria_store::BlobStoreError;
use alexandria_sync::exchange::RequestError;
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::cards;
use super::error::SyncRunError;
use super::requests;
use super::upload::{self, Ciphertext, Sealed, UploadError};
use crate::account::Enrolled;
use crate::blocking::{Panicked, blocking};
use crate::engines::Engines;
use crate::import::{ImportContext, ImportFileError, import_open_file};

/// Why a book was not sent or fetched.
#[derive(Debug, thiserror::Error)]
pub enum FileTransferError {
    /// The account has no such book, or this device has its file.
    #[error("there is no such book to fetch")]
    NoBook,
    /// The device that has the book has not sent its file yet.
    #[error("the file of this book is not on the server yet")]
    NotAvailable,
    /// What was fetched is another file than the book's.
    #[error("the server sent another file than the book's")]
    OtherFile,
    /// See [`SyncRunError`].
    #[error(transparent)]
    Sync(#[from] SyncRunError),
    /// A request failed.
    #[error(transparent)]
    Request(#[from] SyncError),
    /// The server refused, or cannot be reached.
    #[error(transparent)]
    Refused(#[from] RequestError),
    /// The file was not sent.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// The encrypted copy on this device cannot be read.
    #[error(transparent)]
    Blob(#[from] BlobStoreError),
    /// What was fetched does not open.
    #[error(transparent)]
    Sealed(#[from] alexandria_crypto::blob::BlobError),
    /// The file system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The book was fetched, and could not be imported.
    #[error(transparent)]
    Import(#[from] ImportFileError),
    /// It was stopped. What was fetched is kept.
    #[error("stopped")]
    Cancelled,
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for FileTransferError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoBook => ErrorCode::NotFound,
            Self::NotAvailable => ErrorCode::Offline,
            Self::OtherFile | Self::Sealed(_) => ErrorCode::Damaged,
            Self::Sync(error) => error.code(),
            Self::Request(error) | Self::Upload(UploadError::Sync(error)) => CodedError::code(error),
            Self::Refused(RequestError::QuotaFull) | Self::Upload(UploadError::TooLong) => ErrorCode::LimitExceeded,
            Self::Refused(_) | Self::Upload(UploadError::Lost) => ErrorCode::Offline,
            Self::Blob(error) => error.code(),
            Self::Io(error) | Self::Upload(UploadError::Io(error)) => ErrorCode::of_io(error),
            Self::Import(error) => error.code(),
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Panicked(_) | Self::Upload(UploadError::Panicked(_)) => ErrorCode::Internal,
        }
    }
}

/// The ciphertext of a book for the cloud, computed where it is read.
struct BookCiphertext(CloudBlob<alexandria_crypto::blob::BlobReader<File>>);

impl Ciphertext for BookCiphertext {
    fn read(&mut self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let length = usize::try_from(range.end.saturating_sub(range.start)).map_err(|_| io::ErrorKind::InvalidInput)?;
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let offset = range.start.saturating_add(filled as u64);
            match self.0.read_sealed(offset, rest).map_err(io::Error::other)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => filled += read,
            }
        }
        Ok(bytes)
    }
}

/// Sends the file of a book, unless the server has it, and says so in its card.
pub(super) async fn send(
    engines: &Arc<Engines>,
    client: &SyncClient,
    enrolled: &Arc<Enrolled>,
    id: PublicationId,
) -> Result<(), FileTransferError> {
    let (reading, keys) = (Arc::clone(engines), Arc::clone(enrolled));
    let (sealed, file) = blocking(move || {
        let source = reading.blobs.read(&id)?;
        let secrets = &keys.secrets;
        let (blob_keys, names) = (secrets.epochs.blob_keys(), secrets.root.blob_names());
        let blob = CloudBlob::new(source, &blob_keys, &names)?;
        let file = *blob.id();
        let sealed = Sealed {
            id: BlobId::from_bytes(file),
            kind: BlobKind::File,
            key: KeyId::from_bytes(*blob_keys.newest_id().as_bytes()),
            size: blob.sealed_len(),
            bytes: Box::new(BookCiphertext(blob)),
        };
        Ok::<_, FileTransferError>((sealed, file))
    })
    .await?;
    upload::upload(client, sealed).await?;
    let writing = Arc::clone(engines);
    blocking(move || Ok::<_, FileTransferError>(cards::set_available(&writing, id, file)?)).await
}

/// Fetches the file of a book and imports it. What was fetched before goes on where it broke off.
pub(super) async fn fetch(
    engines: &Arc<Engines>,
    context: &ImportContext,
    client: &SyncClient,
    enrolled: &Arc<Enrolled>,
    id: PublicationId,
    cancel: &CancellationToken,
) -> Result<(), FileTransferError> {
    let reading = Arc::clone(engines);
    let card = blocking(move || {
        if reading.store.publication(&id).map_err(SyncRunError::from)?.is_some() {
            return Err(FileTransferError::NoBook);
        }
        cards::card(&reading, &id)?.ok_or(FileTransferError::NoBook)
    })
    .await?;
    let file = card.file.filter(|_| card.available).ok_or(FileTransferError::NotAvailable)?;
    let path = engines.blobs.fetched_path(&file);
    let size = requests::blob_size(client, BlobId::from_bytes(file)).await?;
    let mut part = open_part(&path, size).await?;
    let mut at = part.metadata()?.len();
    if at < size {
        let mut body = client.blob(BlobId::from_bytes(file), at..size).await?;
        loop {
            let bytes = tokio::select! {
                () = cancel.cancelled() => return Err(FileTransferError::Cancelled),
                bytes = body.next() => bytes,
            };
            let Some(bytes) = bytes.transpose()? else { break };
            at = at.saturating_add(bytes.len() as u64);
            part = blocking(move || {
                part.write_all(&bytes)?;
                Ok::<_, FileTransferError>(part)
            })
            .await?;
        }
    }
    drop(part);
    let (context, keys, cancel) = (context.clone(), Arc::clone(enrolled), cancel.clone());
    let name = format!("{}.{}", card.title, card.format);
    blocking(move || {
        let sealed = File::open(&path)?;
        let mut source = match cloud::open(sealed, &keys.secrets.epochs.blob_keys(), &file) {
            Ok(source) => source,
            Err(error) => {
                // Fetched again next time.
                std::fs::remove_file(&path)?;
                return Err(error.into());
            }
        };
        let plain = anonymous_file()?;
        io::copy(&mut source, &mut &plain)?;
        let imported = import_open_file(&context, plain, &name, &cancel)?;
        std::fs::remove_file(&path)?;
        if imported == id { Ok(()) } else { Err(FileTransferError::OtherFile) }
    })
    .await
}

/// Opens what was fetched so far of a file of `size` bytes, for more.
async fn open_part(path: &std::path::Path, size: u64) -> Result<File, FileTransferError> {
    let path = path.to_owned();
    blocking(move || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let part = OpenOptions::new().create(true).append(true).open(&path)?;
        if part.metadata()?.len() > size {
            part.set_len(0)?;
        }
        Ok(part)
    })
    .await
}

/// A file without a name that is in memory only.
#[cfg(target_os = "linux")]
fn anonymous_file() -> io::Result<File> {
    let descriptor = rustix::fs::memfd_create(c"alexandria-book", rustix::fs::MemfdFlags::CLOEXEC)?;
    Ok(File::from(descriptor))
}
