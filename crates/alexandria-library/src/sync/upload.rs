//! Sends a sealed blob in parts. What the server has already is not sent again, so an upload that broke off goes on.

use std::io;
use std::ops::Range;

use alexandria_net::sync::{SyncClient, SyncError};
use alexandria_protocol::api::blobs::{BlobKind, BlobOffer, BlobStage};
use alexandria_protocol::blob::{KeyId, PartDigest, PartLayout, SMALL_PART_BYTES};
use alexandria_protocol::ids::BlobId;
use alexandria_protocol::problem::ProblemCode;

use crate::blocking::{Panicked, blocking};

/// How often parts that the server lost are sent again.
const ATTEMPTS: u32 = 3;

/// Why a blob was not sent.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// A request failed.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The source cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is longer than any blob may be.
    #[error("the file is too long for the server")]
    TooLong,
    /// The server loses what it is sent.
    #[error("the server does not keep what it is sent")]
    Lost,
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

/// Ciphertext that gives the same bytes however often it is read.
pub(crate) trait Ciphertext: Send {
    /// The bytes of a range. Blocks.
    fn read(&mut self, range: Range<u64>) -> io::Result<Vec<u8>>;
}

impl Ciphertext for Vec<u8> {
    fn read(&mut self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let range = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
        let bytes = range.and_then(|(start, end)| self.get(start..end));
        Ok(bytes.ok_or(io::ErrorKind::UnexpectedEof)?.to_vec())
    }
}

/// What is sent.
pub(crate) struct Sealed {
    pub(crate) id: BlobId,
    pub(crate) kind: BlobKind,
    pub(crate) key: KeyId,
    /// Its length in bytes.
    pub(crate) size: u64,
    pub(crate) bytes: Box<dyn Ciphertext>,
}

/// Sends a blob, unless the server has it.
pub(crate) async fn upload(client: &SyncClient, blob: Sealed) -> Result<(), UploadError> {
    let Sealed { id, kind, key, size, mut bytes } = blob;
    let layout = PartLayout::new(size, SMALL_PART_BYTES).map_err(|_| UploadError::TooLong)?;
    let (mut bytes, parts) = blocking(move || {
        let ranges = (0..layout.count()).filter_map(|number| layout.range(number));
        let digests: io::Result<Vec<_>> = ranges.map(|range| Ok(PartDigest::of(&bytes.read(range)?))).collect();
        Ok::<_, UploadError>((bytes, digests?))
    })
    .await?;
    let offer = BlobOffer { size, part_size: SMALL_PART_BYTES, parts, key_id: key, kind };
    for _attempt in 0..ATTEMPTS {
        let state = client.put_blob(id, &offer).await?;
        if state.state == BlobStage::Committed {
            return Ok(());
        }
        for number in state.missing.iter().flat_map(|run| run.numbers()) {
            let digest = usize::try_from(number).ok().and_then(|number| offer.parts.get(number));
            let (range, digest) = layout.range(number).zip(digest).ok_or(UploadError::Lost)?;
            let part;
            (bytes, part) = blocking(move || {
                let part = bytes.read(range)?;
                Ok::<_, UploadError>((bytes, part))
            })
            .await?;
            client.put_part(id, number, *digest, part.into()).await?;
        }
        match client.commit_blob(id).await {
            Err(error) if error.code() == Some(&ProblemCode::BlobMissingParts) => {}
            done => return Ok(done?),
        }
    }
    Err(UploadError::Lost)
}
