//! Parts of blobs: immutable objects, each written at once and checked against the digest that the client declared.
//!
//! Files in a folder, or a bucket of an S3 server. Absent: which parts make a blob, who owns it and what counts against a
//! quota, which the store knows.

mod bucket;
mod files;
mod key;
mod probe;

#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use sha2::{Digest as _, Sha256};

pub use bucket::{BucketObjects, BucketSettings};
pub use files::FileObjects;
pub use key::{InvalidObjectKey, ObjectKey};

/// Bytes of an object as they arrive.
pub type ObjectStream = BoxStream<'static, Result<Bytes, ObjectsError>>;

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectEntry {
    /// Its name.
    pub key: ObjectKey,
    /// Its length.
    pub bytes: u64,
    /// When it was written, in milliseconds since 1970.
    pub modified_ms: i64,
}

/// Immutable objects. What has been put is durable when `put` returns.
#[async_trait]
pub trait Objects: Debug + Send + Sync {
    /// Stores `bytes` if their SHA-256 is `digest`. The same object again changes nothing.
    async fn put(&self, key: &ObjectKey, bytes: Bytes, digest: &[u8; 32]) -> Result<(), ObjectsError>;

    /// Reads `range` of an object, which must lie within it.
    async fn get(&self, key: &ObjectKey, range: Range<u64>) -> Result<ObjectStream, ObjectsError>;

    /// The length of an object, or nothing if there is none.
    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, ObjectsError>;

    /// Deletes an object. One that is not there counts as deleted.
    async fn delete(&self, key: &ObjectKey) -> Result<(), ObjectsError>;

    /// Every object, in no particular order.
    fn list(&self) -> BoxStream<'static, Result<ObjectEntry, ObjectsError>>;

    /// Writes, reads and deletes an object, for health checks.
    async fn probe(&self) -> Result<(), ObjectsError>;
}

/// Why an object could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// The bytes are not the ones that were declared.
    #[error("the digest of the bytes is not the declared one")]
    DigestMismatch,
    /// There is no such object.
    #[error("object {0} does not exist")]
    NotFound(ObjectKey),
    /// The range ends behind the object.
    #[error("bytes {start}..{end} are outside of object {key} of {bytes} bytes")]
    OutOfRange {
        /// The object.
        key: ObjectKey,
        /// First byte.
        start: u64,
        /// Behind the last byte.
        end: u64,
        /// Length of the object.
        bytes: u64,
    },
    /// The folder cannot be read or written.
    #[error("folder of objects: {0}")]
    Io(#[from] std::io::Error),
    /// The S3 server refused or did not answer.
    #[error("S3: {0}")]
    Bucket(#[from] object_store_s3::Error),
    /// An object was read back with other bytes than were written.
    #[error("an object that was just written is read back differently")]
    ProbeFailed,
}

/// Checks bytes against the SHA-256 that was declared for them.
fn verify(bytes: &Bytes, digest: &[u8; 32]) -> Result<(), ObjectsError> {
    if Sha256::digest(bytes)[..] == digest[..] { Ok(()) } else { Err(ObjectsError::DigestMismatch) }
}
