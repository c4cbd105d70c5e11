//! What a signing stage is.

use std::path::{Path, PathBuf};

use super::error::SignError;

/// Where a stage comes in the order of stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Signatures inside the files.
    Embedded,
    /// A signature beside each file.
    Detached,
    /// A signed list of hashes.
    List,
}

impl Rank {
    /// The stage that a file is from, if it is a signature and not something that is signed.
    pub(super) fn of_signature(path: &Path) -> Option<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        match (&*name, &*extension) {
            ("SHA256SUMS", _) | (_, "asc") => Some(Self::List),
            (_, "minisig") => Some(Self::Detached),
            _ => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Embedded => "a signature inside the files",
            Self::Detached => "minisign",
            Self::List => "gpg",
        }
    }
}

/// A kind of signature, with the key that makes it or the public material that verifies it, or both.
pub trait SigningStage {
    /// Its name.
    fn name(&self) -> &'static str;

    /// Where it comes in the order of stages.
    fn rank(&self) -> Rank;

    /// Whether it signs files like this one, by their content.
    ///
    /// # Errors
    /// If the file cannot be read.
    fn signs(&self, file: &Path) -> Result<bool, SignError>;

    /// Whether an input is kept as it is, because somebody else has signed it who is trusted.
    ///
    /// # Errors
    /// If it is signed by somebody else who is not.
    fn is_kept(&self, _file: &Path) -> Result<bool, SignError> {
        Ok(false)
    }

    /// Writes the signed file. `to` does not exist.
    ///
    /// # Errors
    /// If the key cannot be used, or the program that signs fails.
    fn sign(&self, from: &Path, to: &Path) -> Result<(), SignError>;

    /// Verifies a signed file with public material only.
    ///
    /// # Errors
    /// If it is not validly signed.
    fn verify(&self, file: &Path) -> Result<(), SignError>;

    /// Whether `signed` is validly signed and was made from this input.
    ///
    /// # Errors
    /// If one of them cannot be read.
    fn is_made_from(&self, from: &Path, signed: &Path) -> Result<bool, SignError>;

    /// The files that are written for one of the input: itself, then those beside it.
    fn outputs(&self, file: &Path) -> Vec<PathBuf> {
        vec![file.to_owned()]
    }

    /// Whether [`finish`](Self::finish) writes this file.
    fn finishes(&self, _file: &Path) -> bool {
        false
    }

    /// What is done once for all files, in the folder of the signed ones.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    fn finish(&self, _folder: &Path) -> Result<(), SignError> {
        Ok(())
    }

    /// Verifies what [`finish`](Self::finish) writes.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    fn verify_folder(&self, _folder: &Path) -> Result<(), SignError> {
        Ok(())
    }
}
