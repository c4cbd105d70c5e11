//! Blobs: sealed files, stored as objects in parts of one size. Here is which there are, and which parts have arrived.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::{AccountId, BlobId, Hash};
use super::time::UnixMillis;
use crate::objects::ObjectKey;

/// Where a blob is between its announcement and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobState {
    /// Parts are missing, or it is not committed yet. Its size is reserved.
    Uploading,
    /// Complete; counts towards the quota.
    Committed,
    /// Deleted at this time. It does not count, and can be claimed back until it expires.
    Deleted {
        /// When.
        at: UnixMillis,
    },
}

/// A blob that a client has or is about to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBlob {
    /// Its id: keyed hash of what it contains.
    pub id: BlobId,
    /// Bytes in all, at least 1.
    pub size: u64,
    /// Bytes of each part but the last.
    pub part_size: u32,
    /// SHA-256 of each part.
    pub digests: Vec<Hash>,
    /// The id of the key that seals it.
    pub key_id: [u8; 8],
    /// What it is for; means nothing to the server.
    pub kind: u32,
}

/// A blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// What the client declared.
    pub declared: NewBlob,
    /// The random prefix of its objects: part `n` is `object/n`.
    pub object: String,
    /// Where it is.
    pub state: BlobState,
    /// The numbers of the parts that have not arrived, ascending.
    pub missing: Vec<u32>,
    /// When it was announced.
    pub created_at: UnixMillis,
}

/// The answer to announcing a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsuredBlob {
    /// The blob as it is now stored. An older epoch's is returned as it is if it is complete.
    pub blob: Blob,
    /// Whether this call created it, or replaced an unfinished upload sealed with another key.
    pub created: bool,
}

/// What an account may store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobLimits {
    /// Bytes, unless the account has a quota of its own; `None` for no limit.
    pub quota_bytes: Option<u64>,
    /// Blobs, deleted ones aside.
    pub max_blobs: u64,
    /// Blobs that are not committed.
    pub max_unfinished: u64,
}

/// Objects that nothing refers to any more and that are still to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedObject {
    /// The account they belonged to.
    pub account: AccountId,
    /// Their prefix.
    pub object: String,
    /// How many parts there can be.
    pub parts: u32,
}

/// Objects that the store knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectEntry {
    /// The account they belong to.
    pub account: AccountId,
    /// The blob; `None` if they are only waiting for removal.
    pub blob: Option<BlobId>,
    /// Their prefix.
    pub object: String,
    /// Bytes of the blob.
    pub size: u64,
    /// Bytes of a part.
    pub part_size: u32,
    /// SHA-256 of each part that has arrived.
    pub digests: Vec<Option<Hash>>,
    /// Whether all of it must be there.
    pub committed: bool,
}

/// The blobs of an account, and what is left of those that are gone.
#[async_trait]
pub trait Blobs {
    /// Announces a blob: creates it with the objects' prefix `object`, or returns the one there is, undeleted. An
    /// unfinished upload that is sealed with another key is dropped and replaced; one with the same key and other
    /// digests is `Conflict(Blob)`. Other errors: `QuotaExceeded`, `LimitReached`, `AccountClosing`, `Invalid`.
    async fn ensure_blob(
        &self,
        account: AccountId,
        new: NewBlob,
        object: String,
        limits: BlobLimits,
        now: UnixMillis,
    ) -> Result<EnsuredBlob, StoreError>;

    /// A blob.
    async fn blob(&self, account: AccountId, id: BlobId) -> Result<Option<Blob>, StoreError>;

    /// Records that a part has arrived under the prefix `object`. Again, or after the commit, is done. `NotFound(Blob)` if
    /// the upload was replaced meanwhile, `NotFound(Part)` for a number it does not have.
    async fn add_part(&self, account: AccountId, id: BlobId, object: String, part: u32) -> Result<(), StoreError>;

    /// Commits a blob whose parts have all arrived, and counts it. Again is done. Errors: `BlobIncomplete`,
    /// `QuotaExceeded`, `NotFound(Blob)` (also if it is deleted).
    async fn commit_blob(
        &self,
        account: AccountId,
        id: BlobId,
        limits: BlobLimits,
        now: UnixMillis,
    ) -> Result<(), StoreError>;

    /// Deletes a blob, to be claimed back until it expires; an unfinished one at once. Returns whether there was one.
    /// `Conflict(Snapshot)` if a snapshot needs it.
    async fn delete_blob(&self, account: AccountId, id: BlobId, now: UnixMillis) -> Result<bool, StoreError>;

    /// Blobs after this id, in the order of ids, whatever their state.
    async fn blobs(&self, account: AccountId, after: Option<BlobId>, limit: u32) -> Result<Vec<Blob>, StoreError>;

    /// Drops at most `limit` uploads that were announced before `unfinished_before` and blobs that were deleted before
    /// `deleted_before`; their objects become [`dropped_objects`](Self::dropped_objects). Returns how many.
    async fn expire_blobs(
        &self,
        unfinished_before: UnixMillis,
        deleted_before: UnixMillis,
        limit: u32,
        now: UnixMillis,
    ) -> Result<u64, StoreError>;

    /// Objects to remove, oldest first; those after the first `skip`.
    async fn dropped_objects(&self, skip: u32, limit: u32) -> Result<Vec<DroppedObject>, StoreError>;

    /// Forgets objects that have been removed. Again is done.
    async fn forget_object(&self, account: AccountId, object: String) -> Result<(), StoreError>;

    /// All objects that the store knows, in the order of prefixes; for checking and backups.
    async fn objects(&self, after: Option<String>, limit: u32) -> Result<Vec<ObjectEntry>, StoreError>;
}

/// The name of part `part` of the objects with the prefix `object`, if it is one that objects can have.
#[must_use]
pub fn object_key(object: &str, part: u32) -> Option<ObjectKey> {
    format!("b/{object}/{part}").parse().ok()
}
