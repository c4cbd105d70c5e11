//! A round trip through a store of objects, for health checks.

use bytes::Bytes;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use super::{ObjectKey, Objects, ObjectsError};
use crate::random;

/// Writes an object, reads it back and deletes it.
pub(super) async fn probe(objects: &dyn Objects) -> Result<(), ObjectsError> {
    let id = random::bytes().map_err(|error| ObjectsError::Io(std::io::Error::other(error)))?;
    let key = ObjectKey::new(id, 0);
    let bytes = Bytes::copy_from_slice(&id);
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    objects.put(&key, bytes.clone(), &digest).await?;
    let read: Vec<Bytes> = objects.get(&key, 0..16).await?.try_collect().await?;
    objects.delete(&key).await?;
    if read.concat() == bytes { Ok(()) } else { Err(ObjectsError::ProbeFailed) }
}
