//! What a check reports: where, what is wrong, and what to do about it.

use std::fmt;

/// One thing to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// Path from the repository's root, and a line from 1.
    location: Option<(String, usize)>,
    /// What is wrong and what to do instead.
    message: String,
}

impl Finding {
    /// A finding at a line of a file.
    pub(super) fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { location: Some((path.to_owned(), line)), message: message.into() }
    }

    /// A finding without a location, such as the failure of a program that prints its own.
    pub(super) fn general(message: impl Into<String>) -> Self {
        Self { location: None, message: message.into() }
    }
}

/// `1 line`, `2 lines`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((path, line)) = &self.location {
            write!(f, "{path}:{line}: ")?;
        }
        f.write_str(&self.message)
    }
}
