//! The arguments of `alexandria protect`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum Protect {
    /// Show what opens the library, and whether the keychain works
    Show,
    /// Add a passphrase, or change it
    Passphrase {
        /// A file whose first line is the new passphrase; without it, you are asked at a terminal
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Have this computer's keychain keep the key, also when it has lost it
    Keychain,
    /// Make a recovery code, in place of an older one; it is shown once and has to be typed back
    Recovery(CodeArgs),
    /// Remove a way to open the library; something to remember or to keep has to stay
    Remove {
        /// What to remove
        what: Way,
    },
    /// Replace the library key, and the recovery code with it; a passphrase is needed if there is one
    Rotate(CodeArgs),
}

/// How a recovery code reaches a person and comes back.
#[derive(Debug, clap::Args)]
pub(crate) struct CodeArgs {
    /// Write the recovery code to this new file instead of showing it
    #[arg(long, value_name = "FILE")]
    pub(crate) write_to: Option<PathBuf>,

    /// Read the recovery code back from this file instead of asking for it
    #[arg(long, value_name = "FILE")]
    pub(crate) confirm_file: Option<PathBuf>,
}

/// A way to open a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// The keychain of this computer
    Keychain,
    /// The passphrase
    Passphrase,
    /// The recovery code
    RecoveryCode,
}
