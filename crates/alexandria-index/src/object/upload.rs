//! Encrypts an object that arrives in parts.

use std::fmt;

use alexandria_crypto::chunked::Sealer;
use async_trait::async_trait;
use bytes::Bytes;
use futures::future::{self, FutureExt};
use object_store::{Error, MultipartUpload, PutPayload, PutResult, Result, UploadPart};

use super::error::store_error;

/// An upload whose parts are encrypted in call order; they may be written in any order.
pub(super) struct SealedUpload {
    parts: Box<dyn MultipartUpload>,
    /// `None` once the upload is finished or has failed.
    sealer: Option<Sealer>,
}

impl SealedUpload {
    pub(super) fn new(parts: Box<dyn MultipartUpload>, sealer: Sealer) -> Self {
        Self { parts, sealer: Some(sealer) }
    }

    fn seal(&mut self, plain: &[u8]) -> Result<Vec<u8>> {
        let mut sealer = self.sealer.take().ok_or_else(finished)?;
        let mut sealed = Vec::with_capacity(plain.len());
        sealer.push(plain, &mut sealed).map_err(store_error)?;
        self.sealer = Some(sealer);
        Ok(sealed)
    }
}

fn finished() -> Error {
    store_error("the upload is already finished")
}

impl fmt::Debug for SealedUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedUpload").field("parts", &self.parts).finish_non_exhaustive()
    }
}

#[async_trait]
impl MultipartUpload for SealedUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        // Chunks are numbered in call order, so encryption cannot wait until the future is polled.
        match self.seal(&Bytes::from(data)) {
            // Less than a chunk: it is written with the next part.
            Ok(sealed) if sealed.is_empty() => future::ready(Ok(())).boxed(),
            Ok(sealed) => self.parts.put_part(sealed.into()),
            Err(error) => future::ready(Err(error)).boxed(),
        }
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let mut end = Vec::new();
        let sealer = self.sealer.take().ok_or_else(finished)?;
        sealer.finish(&mut end).map_err(store_error)?;
        self.parts.put_part(end.into()).await?;
        self.parts.complete().await
    }

    async fn abort(&mut self) -> Result<()> {
        self.sealer = None;
        self.parts.abort().await
    }
}
