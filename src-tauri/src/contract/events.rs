//! Events that the shell emits to the UI. Their names come from the one list.

use alexandria_library::BookAddress;
use serde::Serialize;
use ts_rs::TS;

use super::{
    EmbeddingProgress, HealthProgress, Id, ImportFinished, ImportProgress, ImportStarted, SyncChanged, UpdateProgress,
    UpdateStatus,
};

/// An event for the UI.
pub(crate) trait Event: Serialize + Clone {
    /// The name that the UI subscribes to.
    const NAME: &'static str;
}

macro_rules! event_names {
    (
        commands { $($commands:tt)* }
        events { $($(#[$doc:meta])* $name:literal => $payload:ty;)* }
    ) => {
        $(impl Event for $payload {
            const NAME: &'static str = $name;
        })*
    };
}
contract!(event_names);

/// The shelf changed and has to be listed again.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct LibraryChanged;

/// Files are dragged over the window, or no longer.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FilesHover {
    pub(crate) over: bool,
}

/// The window is about to close.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct CloseRequested;

/// A book has to be shown, because an address of it was opened. Anybody may have written the address.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct OpenRequested {
    /// The book's id.
    pub(crate) id: Id,
    /// The id of the annotation to show in it.
    pub(crate) annotation: Option<String>,
}

impl From<BookAddress> for OpenRequested {
    fn from(address: BookAddress) -> Self {
        Self { id: address.publication.into(), annotation: address.annotation.map(|id| id.to_string()) }
    }
}

/// An update file was opened or dropped, and waits to be looked into.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct UpdateFileOffered;

/// The library was locked.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct Locked;
