//! Why a stage did not sign.

use std::io;
use std::path::{Path, PathBuf};

/// Why files were not signed, or are not validly signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The folder contains nothing that this stage signs.
    #[error("{} contains no file to sign", folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
    /// Signed files must not lie with unsigned ones.
    #[error("the folders of unsigned and of signed files contain each other")]
    SameFolder,
    /// A later stage has signed the folder: its signatures would be wrong.
    #[error("{} was made by {later}, after which {stage} must not sign; start from the unsigned files", file.display())]
    Order {
        /// The signature that was found.
        file: PathBuf,
        /// The stage that it is from.
        later: &'static str,
        /// The stage that was asked to sign.
        stage: &'static str,
    },
    /// A file has a signature already.
    #[error("{} is signed already; name who signed it (--foreign-ca), or start from the unsigned file", file.display())]
    AlreadySigned {
        /// The file.
        file: PathBuf,
    },
    /// The output contains something else than this stage would write.
    #[error("{} was not made from these files; empty the folder of signed files", file.display())]
    Unexpected {
        /// The file.
        file: PathBuf,
    },
    /// A link, or something else that is neither a file nor a folder.
    #[error("{} is neither a file nor a folder", file.display())]
    NotAFile {
        /// Its path.
        file: PathBuf,
    },
    /// A file is not signed by whom it should be, or was changed afterwards.
    #[error("{} is not validly signed: {reason}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The signed file has other content than the unsigned one.
    #[error("{} contains something else than the file that was signed", file.display())]
    OtherContent {
        /// The file.
        file: PathBuf,
    },
    /// The key is missing: this stage can only verify.
    #[error("{stage} was given no key to sign with")]
    NoKey {
        /// The stage.
        stage: &'static str,
    },
    /// A key, or the secret that opens it, cannot be used. Never contains any of it.
    #[error("the key of {stage} cannot be used: {reason}")]
    Key {
        /// The stage.
        stage: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A program is not installed.
    #[error("{program} cannot be started; is it installed?")]
    NoProgram {
        /// Its name.
        program: String,
    },
    /// A program failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Its name.
        program: String,
        /// The end of what it printed.
        output: String,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A folder cannot be read.
    #[error("{} cannot be read", file.display())]
    Unreadable {
        /// The folder.
        file: PathBuf,
    },
}

impl SignError {
    pub(super) fn file(file: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let file = file.to_owned();
        move |source| Self::File { file, source }
    }

    pub(super) fn invalid(file: &Path, reason: impl Into<String>) -> Self {
        Self::Invalid { file: file.to_owned(), reason: reason.into() }
    }

    pub(super) fn unreadable(file: &Path) -> Self {
        Self::Unreadable { file: file.to_owned() }
    }
}
