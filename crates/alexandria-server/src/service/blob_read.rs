//! Reading blobs: any range of bytes, assembled from the parts that hold it.
//!
//! Boundary: what an HTTP range means is the edge's; here it is first and end. Parts are opened one after the other as the
//! client reads, so memory does not depend on the size of the blob.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};

use super::blobs::{layout, prefix};
use super::context::Rules;
use super::error::RuleError;
use crate::objects::{ObjectKey, Objects, ObjectsError};
use crate::store::{AccountId, Blob, BlobId, BlobState};

/// Bytes of a blob as they are read.
pub type BlobStream = BoxStream<'static, Result<Bytes, ObjectsError>>;

impl Rules {
    /// A blob that can be read.
    ///
    /// # Errors
    /// [`RuleError::NotFound`], also while it is being uploaded; [`RuleError::BlobDeleted`].
    pub async fn committed_blob(&self, account: AccountId, id: BlobId) -> Result<Blob, RuleError> {
        let blob = self.blob(account, id).await?;
        if blob.state == BlobState::Committed { Ok(blob) } else { Err(RuleError::NotFound) }
    }

    /// The bytes `range` of a committed blob, which must lie within it.
    ///
    /// # Errors
    /// [`RuleError::RangeNotSatisfiable`]. That a part is missing is found when it is read.
    pub fn read_blob(&self, blob: &Blob, range: Range<u64>) -> Result<BlobStream, RuleError> {
        let layout = layout(&blob.declared)?;
        if range.is_empty() || range.end > layout.size() {
            return Err(RuleError::RangeNotSatisfiable { bytes: layout.size() });
        }
        let prefix = prefix(&blob.object)?;
        let objects: Arc<dyn Objects> = Arc::clone(&self.backends.objects);
        let pieces: Vec<(ObjectKey, Range<u64>)> = layout
            .parts_of(range.clone())
            .filter_map(|part| {
                let bounds = layout.range(part)?;
                let start = range.start.max(bounds.start) - bounds.start;
                let end = range.end.min(bounds.end) - bounds.start;
                Some((ObjectKey::new(prefix, part), start..end))
            })
            .collect();
        let opened = stream::iter(pieces).then(move |(key, range)| {
            let objects = Arc::clone(&objects);
            async move { objects.get(&key, range).await }
        });
        Ok(opened.try_flatten().boxed())
    }
}
