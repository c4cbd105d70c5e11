//! Whether an index on disk is the one this library last wrote.
//!
//! After every commit of the index, its fingerprint is stored in the database in the same transaction as what that commit
//! contains. A process that dies between the two leaves an index newer than the database knows; the recorded commit is
//! then still in it. Any other index, such as an older copy of the folder, is not the library's.

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_index::{Fingerprint, IndexError, VectorIndex};

/// How an index relates to the version that the database recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lineage {
    /// It is the recorded version.
    Recorded,
    /// It contains the recorded version and newer commits.
    Descendant,
    /// It is unrelated, or too damaged to tell.
    Unrelated,
}

impl Lineage {
    /// Compares an index with the fingerprint in the database, in its stored form.
    ///
    /// # Errors
    /// When the index cannot be read for another reason than damage.
    pub(super) async fn of(index: &VectorIndex, recorded: Option<&[u8]>) -> Result<Self, IndexError> {
        match Self::compare(index, recorded).await {
            Err(error) if error.code() == ErrorCode::Damaged => Ok(Self::Unrelated),
            lineage => lineage,
        }
    }

    async fn compare(index: &VectorIndex, recorded: Option<&[u8]>) -> Result<Self, IndexError> {
        let Some(recorded) = recorded else {
            // Created by a process that died before it recorded it. One with vectors would have been recorded.
            return Ok(if index.is_empty().await? { Self::Descendant } else { Self::Unrelated });
        };
        let Some(recorded) = Fingerprint::from_bytes(recorded) else { return Ok(Self::Unrelated) };
        if index.fingerprint().await? == recorded {
            return Ok(Self::Recorded);
        }
        Ok(if index.descends_from(&recorded).await? { Self::Descendant } else { Self::Unrelated })
    }
}
