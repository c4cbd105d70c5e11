//! Updates: which release is offered to this installation, and how it gets there.
//!
//! Release metadata is signed with The Update Framework (TUF): [`TufSource`] verifies it, [`decide`] picks a release,
//! [`may_transfer`] says whether now is a good time, [`download`] fetches its package, and [`AppImage`] replaces the program.
//! Nothing here opens a connection: bytes come through [`Fetch`], from a server ([`Fetch`] of the caller) or from a file
//! ([`UpdateFile`]), and are verified alike. Absent: settings, progress in a window, and everything of Tauri.

mod appimage;
mod attempts;
mod decision;
mod download;
mod error;
mod fetch;
mod installation;
mod lock;
mod pace;
mod plain;
mod preferences;
mod record;
mod release;
mod rollout;
mod source;
mod startup;
mod state_file;
mod transfer;
mod tuf;
mod update_file;
mod version;

pub use appimage::{AppImage, InstallError};
pub use attempts::{Attempt, Attempts, MAX_ATTEMPTS};
pub use decision::{Decision, Obstacle, Trigger, decide};
pub use download::{DownloadError, Downloaded, download};
pub use error::{SourceError, UpdateRole};
pub use fetch::{Fetch, FetchError, FetchedBody};
pub use installation::{Environment, Installation, Packaging, SystemVersion};
pub use preferences::{LastCheck, Mode, Preferences, STALE_AFTER, installation_id};
pub use record::{RecordError, RoleVersions, VersionRecord};
pub use release::{Artifact, CLIENT_LEVEL, Channel, InvalidRelease, Release, hex};
pub use rollout::{BASIS_POINTS, bucket};
pub use source::{ReleaseSource, Releases};
pub use startup::{MAX_FAILED_STARTS, StartCheck, Startup};
pub use state_file::StateFileError;
pub use transfer::{DeviceConditions, LOW_BATTERY_PERCENT, Transfer, WaitReason, may_transfer};
pub use tuf::{Repository, TufSource};
pub use update_file::{UpdateFile, UpdateFileError, write_update_file};
pub use version::{InvalidVersion, Version};
