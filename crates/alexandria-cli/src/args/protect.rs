//! The arguments of `alexandria protect`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum Protect {
    /// Show what unlocks the library, and whether the keychain works
    Show,
    /// Add or change the passphrase
    Passphrase {
        /// Read the new passphrase from the first line of this file instead of prompting
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Store the library key in this computer's keychain, or store it again if the keychain lost it
    Keychain,
    /// Create a recovery code; it is shown once, has to be typed back, and replaces any older one
    Recovery(CodeArgs),
    /// Remove a way to unlock the library; a passphrase, or the keychain and a recovery code, must remain
    Remove {
        /// What to remove
        what: UnlockMethod,
    },
    /// Replace the library key and the recovery code; needs the passphrase if there is one
    Rotate(CodeArgs),
}

/// How a new recovery code is shown and confirmed.
#[derive(Debug, clap::Args)]
pub(crate) struct CodeArgs {
    /// Write the recovery code to this new file instead of showing it
    #[arg(long, value_name = "FILE")]
    pub(crate) write_to: Option<PathBuf>,

    /// Read the confirmation from this file instead of prompting
    #[arg(long, value_name = "FILE")]
    pub(crate) confirm_file: Option<PathBuf>,
}

/// A way to unlock a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnlockMethod {
    /// This computer's keychain
    Keychain,
    /// The passphrase
    Passphrase,
    /// The recovery code
    RecoveryCode,
}
