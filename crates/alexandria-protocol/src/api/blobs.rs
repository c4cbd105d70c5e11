//! Sealed files, transmitted in parts ([`crate::blob::PartLayout`]).

use crate::blob::{KeyId, PartDigest};
use crate::ids::BlobId;

/// What a blob is, as far as the server has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlobKind {
    /// A book.
    File,
    /// A cover.
    Cover,
    /// A snapshot, which the server prunes with its records.
    Snapshot,
    /// A kind that this program does not know.
    #[serde(other)]
    Unknown,
}

/// `PUT blobs/{id}`: creates the blob, claims it if it is complete, and undeletes it if it was deleted. A blob that is
/// complete is never replaced; one that is not can be announced again with other parts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct BlobOffer {
    /// Length in bytes.
    pub size: u64,
    /// Length of every part but the last, in bytes; at most the server's ([`crate::api::meta::Meta::part_bytes`]).
    pub part_size: u32,
    /// SHA-256 of each part.
    pub parts: Vec<PartDigest>,
    /// The key that it is sealed under.
    pub key_id: KeyId,
    /// What it is.
    pub kind: BlobKind,
}

/// The answer to `PUT blobs/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct BlobState {
    /// Whether the blob is complete.
    pub state: BlobStage,
    /// Parts that the server does not have, in runs, ascending.
    pub missing: Vec<PartRun>,
}

/// How far a blob is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlobStage {
    /// Announced.
    Pending,
    /// Complete: it can be read.
    Committed,
    /// Deleted; `PUT` undeletes it.
    Deleted,
}

/// Consecutive parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct PartRun {
    /// The first part's number, from 0.
    pub first: u32,
    /// How many parts.
    pub count: u32,
}

impl PartRun {
    /// The runs of ascending part numbers.
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = u32>) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for part in parts {
            match runs.last_mut() {
                Some(run) if run.first.checked_add(run.count) == Some(part) => run.count += 1,
                _ => runs.push(Self { first: part, count: 1 }),
            }
        }
        runs
    }

    /// The parts' numbers.
    #[must_use]
    pub const fn numbers(&self) -> std::ops::Range<u32> {
        self.first..self.first.saturating_add(self.count)
    }
}

/// `POST blobs/{id}/urls`, where the server offers direct transfer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct BlobUrlsRequest {
    /// What for.
    pub operation: BlobOperation,
    /// Which parts.
    pub parts: Vec<PartRun>,
}

/// What a direct address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlobOperation {
    /// To read.
    Read,
    /// To write: the address binds length and SHA-256 of the part.
    Write,
}

/// The answer to `POST blobs/{id}/urls`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct BlobUrls {
    /// The addresses.
    pub urls: Vec<BlobUrl>,
    /// How long they work.
    pub expires_in_seconds: u32,
}

/// Where a part can be read or written directly.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct BlobUrl {
    /// The part's number.
    pub part: u32,
    /// The address.
    pub url: String,
    /// Headers that the request must have.
    pub headers: Vec<(String, String)>,
}

/// Query of `GET blobs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BlobsQuery {
    /// Those after this id; from the first if absent.
    #[param(value_type = Option<String>)]
    pub after: Option<BlobId>,
    /// Most to list.
    pub limit: Option<u32>,
}

/// `GET blobs`, in the order of ids.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Blobs {
    /// The blobs, deleted ones included while they can be undeleted.
    pub blobs: Vec<BlobInfo>,
    /// Continue after this id; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<BlobId>,
}

/// A blob in a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct BlobInfo {
    /// Its id.
    pub id: BlobId,
    /// What it is.
    pub kind: BlobKind,
    /// How far it is.
    pub state: BlobStage,
    /// Length in bytes.
    pub size: u64,
    /// The key that it is sealed under.
    pub key_id: KeyId,
    /// When it was committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_ms: Option<u64>,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_ms: Option<u64>,
}

/// The `ETag` of a complete blob: its id, because its content never changes.
#[must_use]
pub fn etag(blob: BlobId) -> String {
    format!("\"{blob}\"")
}
