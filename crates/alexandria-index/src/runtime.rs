//! Where the embedding model and its runtime are, and whether they are the right ones.
//!
//! A *runtime folder* holds three files: the model, its tokeniser and ONNX Runtime's shared library. This module finds the
//! folder and checks the files against [`pinned`]. It never downloads anything; `cargo xtask setup` and the installers do.

pub mod pinned;
#[cfg(test)]
mod tests;

use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use alexandria_domain::{CodedError, ErrorCode};
use sha2::{Digest, Sha256};

use pinned::PinnedFile;

/// Names a runtime folder; when set, no other folder is looked at.
pub const RUNTIME_DIR_VARIABLE: &str = "ALEXANDRIA_RUNTIME_DIR";
/// Names the developers' cache folder, whose sub-folder `runtime` is the last place looked at.
pub const CACHE_DIR_VARIABLE: &str = "ALEXANDRIA_CACHE_DIR";

/// Bytes of a file that are read and hashed at once.
const READ_AT_ONCE: usize = 256 << 10;

/// The three files the embedder needs. They exist; [`verify`](Self::verify) tells whether they are intact.
#[derive(Clone, Debug)]
pub struct RuntimeFiles {
    model: PathBuf,
    tokenizer: PathBuf,
    library: PathBuf,
}

/// Why the embedder's files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// No runtime folder in any of the places it may be.
    #[error(
        "the embedding model is not installed; run `cargo xtask setup`, reinstall the app, or set ALEXANDRIA_RUNTIME_DIR"
    )]
    NotInstalled,
    /// A runtime folder lacks one of its files.
    #[error("{file} is missing from the runtime folder; run `cargo xtask setup` or reinstall the app")]
    Missing {
        /// Name of the file.
        file: &'static str,
    },
    /// A file is not the one this version of Alexandria was built for.
    #[error("{file} is damaged or of another version; run `cargo xtask setup` or reinstall the app")]
    Damaged {
        /// Name of the file.
        file: &'static str,
    },
    /// A file is there but the operating system does not let us read it.
    #[error("{file} cannot be read; check its permissions")]
    Unreadable {
        /// Name of the file.
        file: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

impl CodedError for RuntimeError {
    fn code(&self) -> ErrorCode {
        ErrorCode::ModelMissing
    }
}

impl RuntimeFiles {
    /// The files of the first runtime folder found: the one [`RUNTIME_DIR_VARIABLE`] names, else beside the executable
    /// (as installers lay it out), else in the developers' cache folder.
    ///
    /// # Errors
    /// [`RuntimeError::NotInstalled`] if there is none, [`RuntimeError::Missing`] if it is not complete.
    pub fn locate() -> Result<Self, RuntimeError> {
        if let Some(folder) = env::var_os(RUNTIME_DIR_VARIABLE) {
            return Self::in_folder(Path::new(&folder));
        }
        let folder = candidates().into_iter().find(|folder| folder.join(pinned::MODEL.name).is_file());
        Self::in_folder(&folder.ok_or(RuntimeError::NotInstalled)?)
    }

    /// The files of this runtime folder.
    ///
    /// # Errors
    /// [`RuntimeError::Missing`] names the first file that is not there.
    pub fn in_folder(folder: &Path) -> Result<Self, RuntimeError> {
        let find = |file: &'static str| {
            let path = folder.join(file);
            if path.is_file() { Ok(path) } else { Err(RuntimeError::Missing { file }) }
        };
        Ok(Self {
            model: find(pinned::MODEL.name)?,
            tokenizer: find(pinned::TOKENIZER.name)?,
            library: find(pinned::LIBRARY.name)?,
        })
    }

    /// Checks size and hash of all three.
    ///
    /// # Errors
    /// [`RuntimeError::Damaged`] names the first file that is not the pinned one.
    pub fn verify(&self) -> Result<(), RuntimeError> {
        self.read_model()?;
        self.read_tokenizer()?;
        self.verified_library()?;
        Ok(())
    }

    /// The model's bytes, verified: what is checked is what is used.
    pub(crate) fn read_model(&self) -> Result<Vec<u8>, RuntimeError> {
        read_pinned(&self.model, &pinned::MODEL)
    }

    /// The tokeniser's bytes, verified.
    pub(crate) fn read_tokenizer(&self) -> Result<Vec<u8>, RuntimeError> {
        read_pinned(&self.tokenizer, &pinned::TOKENIZER)
    }

    /// Where the tokeniser is.
    #[cfg(test)]
    pub(crate) fn tokenizer_path(&self) -> &Path {
        &self.tokenizer
    }

    /// ONNX Runtime's shared library, verified. What is checked is not quite what is used: the system opens the file again to
    /// load it. That is enough against a damaged file or one of another version; whoever can exchange it in between can
    /// exchange this program, too.
    pub(crate) fn verified_library(&self) -> Result<&Path, RuntimeError> {
        verify_pinned(&self.library, &pinned::LIBRARY)?;
        Ok(&self.library)
    }

    /// Where the library is.
    #[cfg(test)]
    pub(crate) fn library_path(&self) -> &Path {
        &self.library
    }
}

/// Folders that may hold the runtime, in the order they are looked at.
fn candidates() -> Vec<PathBuf> {
    const BESIDE_EXECUTABLE: [&str; 5] =
        ["runtime", "../runtime", "../lib/alexandria/runtime", "../lib/Alexandria/runtime", "../Resources/runtime"];
    let executable = env::current_exe().unwrap_or_default();
    let mut folders: Vec<PathBuf> = match executable.parent() {
        Some(folder) => BESIDE_EXECUTABLE.iter().map(|place| folder.join(place)).collect(),
        None => Vec::new(),
    };
    let cache = env::var_os(CACHE_DIR_VARIABLE)
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache").join("alexandria")));
    folders.extend(cache.map(|cache| cache.join("runtime")));
    folders
}

fn read_pinned(path: &Path, expected: &PinnedFile) -> Result<Vec<u8>, RuntimeError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.size).unwrap_or_default());
    visit_pinned(path, expected, |part| bytes.extend_from_slice(part))?;
    Ok(bytes)
}

fn verify_pinned(path: &Path, expected: &PinnedFile) -> Result<(), RuntimeError> {
    visit_pinned(path, expected, |_| {})
}

/// Hands over a file part by part, and says in the end whether it is the expected one.
fn visit_pinned(path: &Path, expected: &PinnedFile, mut visit: impl FnMut(&[u8])) -> Result<(), RuntimeError> {
    let unreadable = |source| RuntimeError::Unreadable { file: expected.name, source };
    // One byte more than expected shows a file that is too long without reading all of it.
    let mut file = File::open(path).map_err(unreadable)?.take(expected.size.saturating_add(1));
    let (mut hash, mut size, mut part) = (Sha256::new(), 0_u64, vec![0; READ_AT_ONCE]);
    loop {
        let length = file.read(&mut part).map_err(unreadable)?;
        let Some(read) = part.get(..length).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        visit(read);
        size += read.len() as u64;
    }
    let intact = size == expected.size && hash.finalize()[..] == expected.sha256;
    if intact { Ok(()) } else { Err(RuntimeError::Damaged { file: expected.name }) }
}
