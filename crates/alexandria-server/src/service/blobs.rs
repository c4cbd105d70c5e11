//! Blobs: announcing, uploading in parts, committing, deleting and listing.
//!
//! Boundary: the bytes are sealed and mean nothing here. Quota is decided in the store's transactions: reserved when a blob
//! is announced, counted when it is committed. Reading is in `blob_read.rs`; removing objects is a background job.

use alexandria_protocol::blob::PartLayout;
use alexandria_protocol::limits::MAX_LIST_ITEMS;
use bytes::Bytes;

use super::context::Rules;
use super::error::RuleError;
use crate::objects::{ObjectKey, ObjectsError};
use crate::random;
use crate::store::{AccountId, Blob, BlobId, BlobLimits, BlobState, EnsuredBlob, Entity, NewBlob, StoreError};

impl Rules {
    /// Announces a blob: creates it, claims the one there is, or undeletes it.
    ///
    /// # Errors
    /// [`RuleError::Invalid`] for sizes that do not fit together, [`RuleError::TooLarge`]; `Conflict(Blob)`,
    /// `QuotaExceeded` and `LimitReached` of the store.
    pub async fn ensure_blob(&self, account: AccountId, new: NewBlob) -> Result<EnsuredBlob, RuleError> {
        let limit = self.settings.limits.blob_bytes;
        if new.size > limit {
            return Err(RuleError::TooLarge { what: "a blob", limit });
        }
        let layout = PartLayout::new(new.size, new.part_size).map_err(|_| RuleError::Invalid("size of a blob"))?;
        // Another size is legal for a blob that was begun elsewhere, as long as this server takes such parts.
        if new.part_size > self.settings.part_bytes {
            return Err(RuleError::Invalid("size of a part"));
        }
        if usize::try_from(layout.count()) != Ok(new.digests.len()) {
            return Err(RuleError::Invalid("number of digests"));
        }
        let object = prefix_text(&random::bytes()?);
        Ok(self.store().ensure_blob(account, new, object, self.blob_limits(), self.now()).await?)
    }

    /// Stores a part. Again changes nothing.
    ///
    /// # Errors
    /// [`RuleError::NotFound`], [`RuleError::Invalid`] for a wrong length, [`RuleError::DigestMismatch`].
    pub async fn put_part(
        &self,
        account: AccountId,
        id: BlobId,
        part: u32,
        digest: [u8; 32],
        bytes: Bytes,
    ) -> Result<(), RuleError> {
        let blob = self.blob(account, id).await?;
        let declared = &blob.declared;
        let layout = layout(declared)?;
        let length = layout.length(part).ok_or(RuleError::NotFound)?;
        let index = usize::try_from(part).map_err(|_| RuleError::NotFound)?;
        let expected = declared.digests.get(index).ok_or(RuleError::NotFound)?;
        if usize::try_from(length) != Ok(bytes.len()) || *expected != digest {
            return Err(RuleError::DigestMismatch);
        }
        if !blob.missing.contains(&part) {
            return Ok(());
        }
        let key = ObjectKey::new(prefix(&blob.object)?, part);
        self.backends.objects.put(&key, bytes, &digest).await.map_err(|error| match error {
            ObjectsError::DigestMismatch => RuleError::DigestMismatch,
            error => error.into(),
        })?;
        Ok(self.store().add_part(account, id, blob.object, part).await?)
    }

    /// Commits a blob whose parts have all arrived.
    ///
    /// # Errors
    /// `BlobIncomplete` and `QuotaExceeded` of the store.
    pub async fn commit_blob(&self, account: AccountId, id: BlobId) -> Result<(), RuleError> {
        Ok(self.store().commit_blob(account, id, self.blob_limits(), self.now()).await?)
    }

    /// A blob, whatever its state but deleted.
    ///
    /// # Errors
    /// [`RuleError::NotFound`].
    pub async fn blob(&self, account: AccountId, id: BlobId) -> Result<Blob, RuleError> {
        let blob = self.store().blob(account, id).await?.ok_or(RuleError::NotFound)?;
        match blob.state {
            BlobState::Deleted { .. } => Err(RuleError::BlobDeleted),
            BlobState::Uploading | BlobState::Committed => Ok(blob),
        }
    }

    /// Deletes a blob, to be undeleted for thirty days. One that is not there is deleted.
    ///
    /// # Errors
    /// `Conflict(Snapshot)` of the store where a snapshot needs it.
    pub async fn delete_blob(&self, account: AccountId, id: BlobId) -> Result<(), RuleError> {
        match self.store().delete_blob(account, id, self.now()).await {
            Ok(_) | Err(StoreError::NotFound(Entity::Blob)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Blobs after an id, in the order of ids.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn blobs(
        &self,
        account: AccountId,
        after: Option<BlobId>,
        limit: Option<u32>,
    ) -> Result<Vec<Blob>, RuleError> {
        let limit = limit.unwrap_or(MAX_LIST_ITEMS).clamp(1, MAX_LIST_ITEMS);
        Ok(self.store().blobs(account, after, limit).await?)
    }

    pub(super) fn blob_limits(&self) -> BlobLimits {
        let limits = &self.settings.limits;
        BlobLimits {
            quota_bytes: limits.quota_bytes,
            max_blobs: limits.blobs,
            max_unfinished: u64::from(limits.unfinished_blobs),
        }
    }
}

/// How a blob is divided.
pub(super) fn layout(declared: &NewBlob) -> Result<PartLayout, RuleError> {
    PartLayout::new(declared.size, declared.part_size).map_err(|_| RuleError::Damaged("size of a blob"))
}

/// The prefix of a blob's objects from its stored form.
pub(super) fn prefix(text: &str) -> Result<[u8; 16], RuleError> {
    u128::from_str_radix(text, 16).map(u128::to_be_bytes).map_err(|_| RuleError::Damaged("prefix of a blob"))
}

fn prefix_text(prefix: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*prefix))
}
