//! The value of an op on a note: the text, and which other ops its writer had seen.

use crate::clock::Hlc;
use crate::id::DeviceId;

/// Another device's newest op on the note that the writer of an op had seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The device.
    pub device: DeviceId,
    /// The stamp of its op.
    pub stamp: Hlc,
}

/// A text, and what it replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteText {
    /// Markdown; empty if the reader has removed the note.
    pub text: String,
    /// The newest op of each device at that time.
    pub seen: Vec<Seen>,
}

impl NoteText {
    /// Whether the writer had seen the op of that device with that stamp.
    #[must_use]
    pub fn has_seen(&self, device: DeviceId, stamp: Hlc) -> bool {
        self.seen.iter().any(|seen| seen.device == device && seen.stamp >= stamp)
    }
}
