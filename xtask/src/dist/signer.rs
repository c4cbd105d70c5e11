//! Signatures by GnuPG, with a key of the caller.

use std::path::{Path, PathBuf};

use crate::process::Process;

/// The key that signs: what GnuPG knows it by, and the folder of GnuPG if it is not the caller's.
#[derive(Clone, Debug)]
pub(super) struct Signer {
    pub(super) key: String,
    pub(super) home: Option<PathBuf>,
}

impl Signer {
    /// Signs a file with `how`, such as `--detach-sign`, into another file.
    ///
    /// # Errors
    /// If the key cannot sign.
    pub(super) fn sign(&self, file: &Path, how: &str, signature: &Path) -> anyhow::Result<()> {
        self.gpg().arguments(["--armor", "--output"]).argument(signature).argument(how).argument(file).run()
    }

    /// Writes the public key.
    ///
    /// # Errors
    /// If GnuPG does not have it.
    pub(super) fn export(&self, armour: bool, target: &Path) -> anyhow::Result<()> {
        let gpg = if armour { self.gpg().argument("--armor") } else { self.gpg() };
        gpg.argument("--output").argument(target).arguments(["--export", &self.key]).run()
    }

    /// A program that calls GnuPG, in the folder that has the key.
    pub(super) fn equip(&self, process: Process) -> Process {
        match &self.home {
            Some(home) => process.variable("GNUPGHOME", home),
            None => process,
        }
    }

    fn gpg(&self) -> Process {
        let gpg = Process::new("gpg").arguments(["--batch", "--yes", "--quiet", "--local-user", &self.key]);
        self.equip(gpg.arguments(["--digest-algo", "SHA512"]))
    }
}
