//! The publishing side of updates: makes the keys and the root of trust, and edits and signs the update repository.
//!
//! The repository is a folder laid out as it is served ([`Layout`]). Each [`Change`] writes a new version of one channel's
//! list, signed with that channel's key only; [`resign`] then makes the newest lists visible with the keys that the
//! continuous integration holds. [`sign_files`](fn@sign_files) signs the packages themselves, one kind of signature at a time.
//! Nothing is ever changed in place but `timestamp.json`, so every step can be repeated.
//! Absent: building and packaging, and the client, which is `alexandria-update`.

mod ceremony;
mod change;
mod checksums;
mod diff;
mod edit;
mod folder_fetch;
mod http_fetch;
mod import_keys;
mod keys;
mod layout;
mod plan;
mod repository;
mod resign;
mod sign_files;
mod staged;
mod sums;
mod tag;
mod upload;
mod verify;
mod watch;

pub use ceremony::{Ceremony, KEY_NAMES, create, rotate};
pub use change::Change;
pub use checksums::{check_checksums, write_checksums};
pub use diff::diff;
pub use edit::Edit;
pub use folder_fetch::FolderFetch;
pub use http_fetch::HttpFetch;
pub use import_keys::{import_file, import_keys};
pub use keys::{CommandKey, FileKey, KeyFolder, generate};
pub use layout::Layout;
pub use plan::{notes, plan, status};
pub use repository::Repository;
pub use resign::resign;
pub use sign_files::{
    Apple, AppleKey, Authenticode, AuthenticodeKey, Gpg, Minisign, MinisignKey, Outcome, Rank, Secret, SignError,
    SigningStage, Timestamps, sign_files, verify_files,
};
pub use staged::{About, Staged, StagedArtifact, stage};
pub use sums::sign as sign_sums;
pub use tag::check_tag;
pub use upload::{Bucket, download, upload};
pub use verify::{Report, bundle, verify};
pub use watch::{Sight, watch};
