//! Why settings cannot be used. No message repeats a value, which could be a secret.

use std::path::PathBuf;

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file of settings or secrets cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is neither TOML nor JSON.
    #[error("{path}: {message}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where, and what was expected.
        message: String,
    },
    /// A variable begins as ours do, and no setting has its name.
    #[error("unknown variable {name}")]
    UnknownVariable {
        /// Its name.
        name: String,
    },
    /// A setting of the file does not exist.
    #[error("unknown setting {name}")]
    UnknownSetting {
        /// Its name, with its table.
        name: String,
    },
    /// A variable has a value of the wrong type.
    #[error("variable {name} {message}")]
    Variable {
        /// Its name.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A variable and its `*_FILE` are both set.
    #[error("{name} and {name}_FILE are both set")]
    Twice {
        /// The variable.
        name: String,
    },
    /// A value cannot be used, or settings contradict each other.
    #[error("settings: {0}")]
    Invalid(String),
}
