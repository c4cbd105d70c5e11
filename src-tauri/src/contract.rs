//! The contract between the web UI and this shell: every type, command and event, each declared once.
//!
//! These are the UI's own types, in JSON with camelCase names; no type of the core is serialised. Numbers are JavaScript
//! numbers. Offsets into texts count UTF-16 units, as JavaScript does.

#[macro_use]
mod list;
mod account;
mod annotation;
mod code;
mod counterpart;
mod credential;
mod diagnostics;
mod editing;
mod error;
mod events;
mod health;
mod id;
mod import;
mod library;
mod locator;
mod preferences;
mod publication;
mod reader;
mod search;
mod settings;
mod status;
#[cfg(test)]
mod typescript;
mod update;
mod utf16;

pub(crate) use self::account::{AccountDevice, AccountStatus, RemoveDevice, SignIn, SignUp, SyncChanged};
pub(crate) use self::annotation::{AnnotatedBook, Annotation, EditAnnotation, ExportAnnotations, NewAnnotation};
pub(crate) use self::code::ErrorCode;
pub(crate) use self::credential::{
    AuthorizedRequest, CleanupFailure, CreateLibrary, Credential, Protection, RecoveryCodeConfirmation,
    RecoveryCodeText, RemoveProtection, SetPassphrase, Slot,
};
pub(crate) use self::diagnostics::{Diagnostics, DiagnosticsReport, FreedSpace, ReportFeedback};
pub(crate) use self::editing::{
    Collection, CollectionMembers, EditCollection, EditPublications, NewCollection, ReadingStatus, Selection,
};
pub(crate) use self::error::CommandError;
pub(crate) use self::events::{
    CloseRequested, Event, FilesHover, LibraryChanged, Locked, OpenRequested, UpdateFileOffered,
};
pub(crate) use self::health::{HealthFinding, HealthProgress};
pub(crate) use self::id::Id;
pub(crate) use self::import::{
    CancelImport, ChooseAndImport, ImportFinished, ImportProgress, ImportSource, ImportStarted, UnlockFile,
};
pub(crate) use self::library::{LibraryState, LibraryStateKind, NoArgs, PublicationRef, PublicationRefs};
pub(crate) use self::locator::{Locator, Quote};
pub(crate) use self::preferences::{Preferences, SetLanguage};
pub(crate) use self::publication::{PublicationDetails, PublicationRow};
pub(crate) use self::reader::{OpenPublication, SavePosition};
pub(crate) use self::search::{SearchArgs, SearchResults};
pub(crate) use self::settings::{SetSetting, Settings};
pub(crate) use self::status::{EmbeddingProgress, SetEmbeddingPaused, Status};
pub(crate) use self::update::{NetworkRequest, SetUpdatePreferences, UpdateProgress, UpdateStatus};
