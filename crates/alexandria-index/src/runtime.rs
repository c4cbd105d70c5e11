//! Locates and verifies the embedding model and its runtime.
//!
//! A *runtime folder* holds three files: the model, its tokenizer and ONNX Runtime's shared library. This module finds the
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

/// Names a runtime folder; when set, no other folder is tried. An installed program ignores it.
pub const RUNTIME_DIR_VARIABLE: &str = "ALEXANDRIA_RUNTIME_DIR";
/// Names the developers' cache folder, whose sub-folder `runtime` is tried last. An installed program ignores it.
pub const CACHE_DIR_VARIABLE: &str = "ALEXANDRIA_CACHE_DIR";

/// The folder of libraries in a macOS bundle, from its folder `Resources`. Everything that is executed is signed there, and
/// the signature is part of the file.
const FRAMEWORKS: &str = "../../Frameworks";

/// Bytes of a file that are read and hashed at once.
const READ_BUFFER_BYTES: usize = 256 << 10;

/// The three files the embedder needs. They exist; [`verify`](Self::verify) checks their content.
#[derive(Clone, Debug)]
pub struct RuntimeFiles {
    model: PathBuf,
    tokenizer: PathBuf,
    library: PathBuf,
    /// The library is signed with the program, so the system verifies it and its bytes are not the pinned ones.
    is_library_signed: bool,
}

/// Why the embedder's files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// There is no runtime folder in any of the candidate locations.
    #[error("the embedding model is not installed")]
    NotInstalled,
    /// A runtime folder lacks one of its files.
    #[error("{file} is missing from the runtime folder")]
    Missing {
        /// Name of the file.
        file: &'static str,
    },
    /// A file is not the one this version of Alexandria was built for.
    #[error("{file} is damaged or of another version")]
    Damaged {
        /// Name of the file.
        file: &'static str,
    },
    /// A file exists but cannot be read.
    #[error("{file} cannot be read")]
    Unreadable {
        /// Name of the file.
        file: &'static str,
        /// The operating system's error.
        source: io::Error,
    },
}

impl CodedError for RuntimeError {
    fn code(&self) -> ErrorCode {
        ErrorCode::ModelMissing
    }
}

impl RuntimeFiles {
    /// The files of the first runtime folder found: the one that was installed with the executable, else the one that
    /// [`RUNTIME_DIR_VARIABLE`] names, else one next to the executable, else the one in the developers' cache folder.
    ///
    /// # Errors
    /// [`RuntimeError::NotInstalled`] if there is none, [`RuntimeError::Missing`] if it is incomplete.
    pub fn locate() -> Result<Self, RuntimeError> {
        let executable = env::current_exe().unwrap_or_default();
        let folder = runtime_folder(&executable, |name| env::var_os(name).map(PathBuf::from));
        Self::in_folder(&folder.ok_or(RuntimeError::NotInstalled)?)
    }

    /// The files of this runtime folder.
    ///
    /// # Errors
    /// [`RuntimeError::Missing`] names the first missing file.
    pub fn in_folder(folder: &Path) -> Result<Self, RuntimeError> {
        Self::in_layout(folder, cfg!(target_os = "macos"))
    }

    /// The files of this runtime folder, whose library may be among the frameworks of a bundle.
    fn in_layout(folder: &Path, may_be_bundle: bool) -> Result<Self, RuntimeError> {
        let path_of = |file: &'static str| {
            let path = folder.join(file);
            if path.is_file() { Ok(path) } else { Err(RuntimeError::Missing { file }) }
        };
        let (model, tokenizer) = (path_of(pinned::MODEL.name)?, path_of(pinned::TOKENIZER.name)?);
        let signed = folder.join(FRAMEWORKS).join(pinned::LIBRARY.name);
        let is_library_signed = may_be_bundle && signed.is_file();
        let library = if is_library_signed { signed } else { path_of(pinned::LIBRARY.name)? };
        Ok(Self { model, tokenizer, library, is_library_signed })
    }

    /// Checks size and hash of all three files.
    ///
    /// # Errors
    /// [`RuntimeError::Damaged`] names the first file that is not the pinned one.
    pub fn verify(&self) -> Result<(), RuntimeError> {
        self.read_model()?;
        self.read_tokenizer()?;
        self.verified_library()?;
        Ok(())
    }

    /// The model's bytes, verified: the bytes checked are the bytes used.
    pub(crate) fn read_model(&self) -> Result<Vec<u8>, RuntimeError> {
        read_pinned(&self.model, &pinned::MODEL)
    }

    /// The tokenizer's bytes, verified.
    pub(crate) fn read_tokenizer(&self) -> Result<Vec<u8>, RuntimeError> {
        read_pinned(&self.tokenizer, &pinned::TOKENIZER)
    }

    #[cfg(test)]
    pub(crate) fn tokenizer_path(&self) -> &Path {
        &self.tokenizer
    }

    /// The path of ONNX Runtime's shared library, verified. The system opens the file again to load it, so the check guards
    /// against a damaged file or one of another version; an attacker who can replace it in between can also replace this
    /// program. In a macOS bundle, the system loads only a library with the program's own signature (library validation of
    /// the hardened runtime), and ours is not the pinned file any more.
    pub(crate) fn verified_library(&self) -> Result<&Path, RuntimeError> {
        if !self.is_library_signed {
            verify_pinned(&self.library, &pinned::LIBRARY)?;
        }
        Ok(&self.library)
    }

    #[cfg(test)]
    pub(crate) fn library_path(&self) -> &Path {
        &self.library
    }
}

/// The runtime folder of a program. What was installed with it comes first and alone: a package is complete, and a variable
/// must not make it load another library.
fn runtime_folder(executable: &Path, variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    const INSTALLED: [&str; 3] = ["../lib/alexandria/runtime", "../lib/Alexandria/runtime", "../Resources/runtime"];
    const BUILT: [&str; 2] = ["runtime", "../runtime"];
    let beside = |paths: &[&str]| -> Vec<PathBuf> {
        executable.parent().map(|folder| paths.iter().map(|path| folder.join(path)).collect()).unwrap_or_default()
    };
    let installed = beside(&INSTALLED).into_iter().find(|folder| folder.is_dir());
    if let Some(folder) = installed.or_else(|| variable(RUNTIME_DIR_VARIABLE)) {
        return Some(folder);
    }
    let cache = variable(CACHE_DIR_VARIABLE)
        .or_else(|| env::home_dir().map(|home| home.join(".cache").join("alexandria")))
        .map(|cache| cache.join("runtime"));
    beside(&BUILT).into_iter().chain(cache).find(|folder| folder.join(pinned::MODEL.name).is_file())
}

fn read_pinned(path: &Path, expected: &PinnedFile) -> Result<Vec<u8>, RuntimeError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.size).unwrap_or_default());
    visit_pinned(path, expected, |part| bytes.extend_from_slice(part))?;
    Ok(bytes)
}

fn verify_pinned(path: &Path, expected: &PinnedFile) -> Result<(), RuntimeError> {
    visit_pinned(path, expected, |_| {})
}

/// Passes a file to `visit` in parts, then checks that it is the expected one.
fn visit_pinned(path: &Path, expected: &PinnedFile, mut visit: impl FnMut(&[u8])) -> Result<(), RuntimeError> {
    let unreadable = |source| RuntimeError::Unreadable { file: expected.name, source };
    // One byte more than expected reveals a file that is too long without reading all of it.
    let mut file = File::open(path).map_err(unreadable)?.take(expected.size.saturating_add(1));
    let (mut hash, mut size, mut part) = (Sha256::new(), 0_u64, vec![0; READ_BUFFER_BYTES]);
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
