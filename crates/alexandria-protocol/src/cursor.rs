//! Where a client has read up to in the server's log of its account.

use std::fmt;
use std::str::FromStr;

use crate::ids::LogId;

/// A position in the log of an account: everything up to and including it was read.
///
/// Opaque to clients, which only keep it and send it back: only the server may compute one, because it may answer with
/// less than was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    log: LogId,
    position: u64,
}

/// Why a text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct ParseCursorError;

impl Cursor {
    /// The cursor after position `position` (0: before everything) of `log`.
    #[must_use]
    pub const fn new(log: LogId, position: u64) -> Self {
        Self { log, position }
    }

    /// Which life of the log. If it is not the current one, positions mean nothing.
    #[must_use]
    pub const fn log(&self) -> LogId {
        self.log
    }

    /// The last position that was read; 0 if none was.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.log, self.position)
    }
}

impl FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (log, digits) = text.split_once('.').ok_or(ParseCursorError)?;
        let log = log.parse().map_err(|_| ParseCursorError)?;
        let position: u64 = digits.parse().map_err(|_| ParseCursorError)?;
        let cursor = Self { log, position };
        // One text for each cursor: `+1` and `01` are refused.
        if cursor.to_string() == text { Ok(cursor) } else { Err(ParseCursorError) }
    }
}

impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
