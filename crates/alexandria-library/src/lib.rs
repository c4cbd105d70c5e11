//! What Alexandria can do, as one API: every shell (window, command line, tests) calls this and nothing below it.
//!
//! The only place where the engines (extract, vault, store, index) meet. All operations are async and never block an
//! async worker: file, database and model work runs on blocking threads. No user interface here, and no printing.

mod backup;
mod change;
mod checkup;
mod delete;
mod doctor;
mod embed;
mod event;
mod harden;
pub mod import;
mod logging;
mod open;
mod places;
mod power;
mod protect;
mod read;
mod repair;
mod search;
mod secret;
mod settings;
mod shelf;
mod status;
mod worker;

pub use alexandria_domain as domain;
pub use alexandria_extract::{FORMATS, FormatInfo, Limits, Signature};
pub use alexandria_vault::{
    CleanupFailure, Inspection as Protection, KeychainError, KeychainStatus, NewRecoveryCode, Rotation, SlotKind,
};
pub use tokio_util::sync::CancellationToken;

pub use backup::{
    BackupError, BackupOptions, BackupProgress, BackupReport, BackupStage, RestoreError, Restored, restore_backup,
};
pub use doctor::{Finding, Severity};
pub use embed::EmbedError;
pub use event::{EmbeddingProgress, EmbeddingState, Event, ImportProgress};
pub use harden::{harden_process, place_of_panic};
pub use import::{ImportJob, ImportReport};
pub use logging::{LogError, start_logging};
pub use open::{
    IDLE, InvalidRecoveryCode, Library, LibraryState, OpenError, Passphrase, RecoveryCode, RestError, Unlock,
};
pub use places::{Places, PlacesError};
pub use protect::ProtectError;
pub use read::{Page, ReadError, Reading, Resolved, Resource};
pub use repair::RepairError;
pub use search::{Hit, Results, Scores, SearchError, SearchMode, SearchRequest};
pub use secret::{SecretFileError, passphrase_in, recovery_code_in};
pub use settings::{AutoLock, Flow, FontFamily, LibrarySort, LibraryView, Settings, SettingsError, Theme};
pub use shelf::{Book, ShelfError};
pub use status::{Searchable, Status};
