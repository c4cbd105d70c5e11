//! Events: what the shell tells the UI unasked. Their names come from the one list.

use serde::Serialize;
use ts_rs::TS;

use super::{EmbeddingProgress, ImportFinished, ImportProgress, JobStarted};

/// A message to the UI.
pub(crate) trait Event: Serialize + Clone {
    /// The name the UI listens to.
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

/// The shelf has to be read again.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct LibraryChanged;

/// Files are held over the window, or no longer.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FilesHover {
    /// Whether they are.
    pub(crate) over: bool,
}

/// The window is about to be closed.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct Closing;

/// The library was closed.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct Locked;
