//! Passwords of keys. They are in a file or in a variable of the environment, never in arguments, which every user of the
//! machine can see.

use std::path::PathBuf;

use super::error::SignError;

/// Where a password is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The first line of a file.
    File(PathBuf),
    /// A variable of the environment, by its name.
    Variable(String),
}

impl Secret {
    /// The password.
    ///
    /// # Errors
    /// If there is none, or it is empty.
    pub(super) fn read(&self, stage: &'static str) -> Result<String, SignError> {
        let (text, place) = match self {
            Self::File(path) => (std::fs::read_to_string(path).ok(), path.display().to_string()),
            Self::Variable(name) => (std::env::var(name).ok(), format!("the variable {name}")),
        };
        let line = text.as_deref().and_then(|text| text.lines().next()).filter(|line| !line.is_empty());
        line.map(str::to_owned).ok_or_else(|| SignError::Key { stage, reason: format!("{place} holds no password") })
    }
}
