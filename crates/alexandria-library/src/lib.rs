//! The use cases of Alexandria as one API: every shell (window, command line, tests) calls this crate and nothing below
//! it.
//!
//! The only crate in which the engines (extract, vault, store, index) meet. All operations are async and never block an
//! async worker: file, database and model work runs on blocking threads. No user interface, and no printing.

mod account;
mod address;
mod annotations;
pub mod auto_lock;
mod background;
mod backup;
mod blocking;
mod change;
mod collections;
mod device;
mod diagnostics;
mod editing;
mod embedding;
mod engines;
mod event;
mod folders;
mod harden;
mod health;
pub mod import;
mod import_queue;
mod library;
mod locks;
mod logging;
mod metered;
mod models;
mod open;
mod power;
mod preferences;
mod protection;
mod reading;
mod search;
mod secret_file;
mod semantic_index;
mod settings;
mod shelf;
mod sync;
mod update;

pub use alexandria_crypto::account::recovery::AccountRecoveryCode;
pub use alexandria_domain as domain;
pub use alexandria_extract::{BOOK_CSP, FORMATS, FormatInfo, Limits, Signature};
pub use alexandria_net::{Entry as NetworkEntry, Feature as NetworkFeature, Outcome as NetworkOutcome};
pub use alexandria_protocol::secret::InvitationToken;
pub use alexandria_store::TagCount;
pub use alexandria_sync::alarm::Alarm as SyncAlarm;
pub use alexandria_sync::status::{Status as SyncStatus, WaitingFor};
pub use alexandria_vault::{
    CleanupFailure, Inspection as Protection, KeychainError, KeychainStatus, NewRecoveryCode, Rotation, SlotKind,
};
pub use tokio_util::sync::CancellationToken;

pub use account::{
    AccountCreated, AccountDevice, AccountError, AccountInfo, SecondFactorCode, SignIn, SignInSecret, SignUp,
    suggested_device_name,
};
pub use address::{ADDRESS_SCHEME, BookAddress, NotABookAddress};
pub use annotations::{
    AnnotatedBook, AnnotationEdit, AnnotationError, ExportFormat, ImportedNotes, MissingNote, MissingReason,
    NewAnnotation, NotesImport, export as export_annotations,
};
pub use background::{IDLE_TIMEOUT, MaintenanceError, Schedule};
pub use backup::{
    BackupError, BackupOptions, BackupProgress, BackupReport, BackupStage, RestoreError, Restored, restore_backup,
};
pub use change::ChangeError;
pub use collections::{CollectionEdit, CollectionError, ListedCollection, NewCollection};
pub use diagnostics::{
    Diagnostics, DiagnosticsError, DiskUsage, FreedSpace, ProcessMemory, StartClock, StartStage, StartStep,
    memory_by_process, report_text, save_report_text,
};
pub use editing::{Change, EditError, PublicationEdit};
pub use embedding::EmbedError;
pub use event::{EmbeddingProgress, EmbeddingState, Event, ImportProgress};
pub use folders::{Folders, FoldersError};
pub use harden::{first_panic_location, harden_process};
pub use health::{Finding, Remedy, RepairError, Severity, Status, Watch};
pub use import::{ImportJob, ImportReport};
pub use import_queue::ImportQueue;
pub use library::Library;
pub use logging::{LogError, start_logging};
pub use open::{InvalidRecoveryCode, LibraryState, OpenError, Passphrase, RecoveryCode, Unlock};
pub use preferences::{Language, PreferencesFile, SavePreferencesError, WindowPreferences};
pub use protection::ProtectError;
pub use reading::{Page, RangeRequest, ReadError, Reading, ReadingSection, Resolved, Resource, parse_range};
pub use search::{Hit, Results, Scores, SearchError, SearchMode, SearchRequest};
pub use secret_file::{
    SecretFileError, account_recovery_code_in, document_password_in, invitation_in, passphrase_in, recovery_code_in,
    second_factor_in,
};
pub use semantic_index::IndexOpError;
pub use settings::{AutoLock, Flow, FontFamily, LibrarySort, LibraryView, Settings, SettingsError, Theme};
pub use shelf::{Book, Searchable, ShelfError, ShelfRequest};
pub use sync::{CloudBook, FileTransferError, SyncReport, SyncRunError};
pub use update::{
    Artifact, Channel, Check, Decision, Installed, Mode, Obstacle, Packaging, Preferences, Trigger, UpdateCenter,
    UpdateError, UpdateOverview, UpdateStatus, Updates, Version, WaitReason, begin_start, start_previous,
};
