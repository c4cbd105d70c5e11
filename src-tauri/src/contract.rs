//! What the web UI and this shell say to each other: every type, command and event, each declared once.
//!
//! These are the UI's own types, in JSON with camelCase names; nothing of the core is serialised as it is. Numbers are
//! JavaScript numbers. Offsets into texts count UTF-16 units, as JavaScript does.

#[macro_use]
mod list;
mod code;
mod credential;
mod error;
mod events;
pub(crate) mod handlers;
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
mod utf16;

pub(crate) use self::code::ErrorCode;
pub(crate) use self::credential::{
    Authorised, CleanupFailure, Credential, NewLibrary, Protection, Reentry, RemoveProtection, SetPassphrase,
    ShownCode, Slot,
};
pub(crate) use self::error::CommandError;
pub(crate) use self::events::{Closing, Event, FilesHover, LibraryChanged, Locked};
pub(crate) use self::id::Id;
pub(crate) use self::import::{
    CancelImport, ChooseAndImport, ImportFinished, ImportProgress, ImportSource, JobStarted,
};
pub(crate) use self::library::{LibraryState, LibraryStateKind, NoArgs, OnePublication, Publications};
pub(crate) use self::locator::{Locator, Quote};
pub(crate) use self::preferences::{Language, Preferences, SetLanguage};
pub(crate) use self::publication::{PublicationDetails, PublicationRow};
pub(crate) use self::reader::{OpenPublication, SavePosition};
pub(crate) use self::search::{SearchArgs, SearchResults};
pub(crate) use self::settings::{SetSetting, Settings};
pub(crate) use self::status::{EmbeddingProgress, SetEmbeddingPaused, Status};
