//! Replaces the AppImage file that the program runs from.
//!
//! At every moment the file is the old or the new program, complete: the new one is written beside it and renamed over it.
//! The new one is verified once more on the way: what lies in a folder for a while may have been changed there.
//! The old one stays as `NAME.previous`, so that a program that does not start can be undone without a download.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use alexandria_domain::{CodedError, ErrorCode};
use sha2::{Digest as _, Sha256};

use crate::state_file::sync_folder;

/// Bytes copied at a time.
const BUFFER_BYTES: usize = 128 * 1024;

/// Why the program could not be replaced. The old one is still there.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The folder of the AppImage may not be written.
    #[error("the program's file may not be replaced; move it to a folder of your own, or download the new version")]
    NotWritable(#[source] io::Error),
    /// There is no previous program to return to.
    #[error("the previous version is not there any more; download it again")]
    NoPrevious,
    /// The package was changed after it was downloaded.
    #[error("the downloaded package was changed before it was installed; download it again")]
    NotTheSigned,
    /// The operating system failed, for example because the disk is full.
    #[error("the new program could not be put in place")]
    Io(#[source] io::Error),
}

impl CodedError for InstallError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotWritable(_) => ErrorCode::PermissionDenied,
            Self::NoPrevious => ErrorCode::NotFound,
            Self::NotTheSigned => ErrorCode::UpdateRefused,
            Self::Io(error) => error.code(),
        }
    }
}

impl From<io::Error> for InstallError {
    fn from(error: io::Error) -> Self {
        match ErrorCode::of_io(&error) {
            ErrorCode::PermissionDenied => Self::NotWritable(error),
            _ => Self::Io(error),
        }
    }
}

/// An installed AppImage.
#[derive(Clone, Debug)]
pub struct AppImage {
    file: PathBuf,
}

impl AppImage {
    /// The AppImage `file`. A link to it is followed: the link stays, the file it leads to is replaced.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn new(file: &Path) -> Result<Self, InstallError> {
        Ok(Self { file: file.canonicalize()? })
    }

    /// Where the program is.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Puts `package`, a file that may lie on another disk, in the place of the program, if its bytes have the signed
    /// `sha256`.
    ///
    /// # Errors
    /// When a file cannot be written or the package is another one. The old program is still in its place then.
    pub fn replace(&self, package: &Path, sha256: &[u8; 32]) -> Result<(), InstallError> {
        let new = self.sibling("new");
        let result = self.replace_by(package, sha256, &new);
        if result.is_err() {
            // What could not be completed is of no use, and large. The first error is the one to report.
            if let Err(error) = remove(&new) {
                tracing::warn!(%error, "an incomplete program could not be removed");
            }
        }
        result
    }

    fn replace_by(&self, package: &Path, sha256: &[u8; 32], new: &Path) -> Result<(), InstallError> {
        remove(new)?;
        let mut from = File::open(package)?;
        let mut to = File::create_new(new)?;
        if copy_hashed(&mut from, &mut to)? != *sha256 {
            return Err(InstallError::NotTheSigned);
        }
        make_executable(&to)?;
        to.sync_all()?;
        drop(to);
        self.keep_previous()?;
        std::fs::rename(new, &self.file)?;
        self.sync()
    }

    /// Gives the present program its second name. A hard link, because a rename would leave a moment without a program.
    fn keep_previous(&self) -> Result<(), InstallError> {
        let previous = self.previous();
        remove(&previous)?;
        if std::fs::hard_link(&self.file, &previous).is_ok() {
            return Ok(());
        }
        // Not every file system has hard links.
        let copy = self.sibling("copy");
        remove(&copy)?;
        // A new file, never one that a link leads to: the folder may be one where others write, too.
        let mut to = File::create_new(&copy)?;
        io::copy(&mut File::open(&self.file)?, &mut to)?;
        make_executable(&to)?;
        to.sync_all()?;
        Ok(std::fs::rename(&copy, &previous)?)
    }

    /// Puts the previous program back.
    ///
    /// # Errors
    /// When there is none or a file cannot be renamed.
    pub fn restore(&self) -> Result<(), InstallError> {
        match std::fs::rename(self.previous(), &self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(InstallError::NoPrevious),
            Err(error) => Err(error.into()),
            Ok(()) => self.sync(),
        }
    }

    /// Removes the previous program, once the new one has proved itself.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn forget_previous(&self) -> Result<(), InstallError> {
        Ok(remove(&self.previous())?)
    }

    /// Where the previous program is, if there is one.
    #[must_use]
    pub fn previous(&self) -> PathBuf {
        self.sibling("previous")
    }

    fn sync(&self) -> Result<(), InstallError> {
        Ok(sync_folder(self.file.parent().unwrap_or(Path::new("/")))?)
    }

    fn sibling(&self, suffix: &str) -> PathBuf {
        let mut name = self.file.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(suffix);
        self.file.with_file_name(name)
    }
}

/// Copies a file, and returns the SHA-256 of what was written.
fn copy_hashed(from: &mut File, to: &mut File) -> io::Result<[u8; 32]> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; BUFFER_BYTES]);
    loop {
        let read = from.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        to.write_all(bytes)?;
    }
    Ok(hash.finalize().into())
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn make_executable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha256(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    struct Setup {
        folder: tempfile::TempDir,
    }

    impl Setup {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("A.AppImage"), "old").unwrap();
            std::fs::write(folder.path().join("package"), "new").unwrap();
            Self { folder }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn app(&self) -> AppImage {
            AppImage::new(&self.path("A.AppImage")).unwrap()
        }

        fn check(&self, want: &[(&str, &str)]) {
            let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .filter(|name| name != "package")
                .collect();
            names.sort();
            assert_eq!(names, want.iter().map(|(name, _)| *name).collect::<Vec<_>>());
            for (name, content) in want {
                assert_eq!(&std::fs::read_to_string(self.path(name)).unwrap(), content, "{name}");
            }
        }
    }

    #[test]
    fn replaced_program_leaves_the_previous_one_beside_it() {
        let setup = Setup::new();
        setup.app().replace(&setup.path("package"), &sha256(b"new")).unwrap();
        setup.check(&[("A.AppImage", "new"), ("A.AppImage.previous", "old")]);
        setup.app().restore().unwrap();
        setup.check(&[("A.AppImage", "old")]);
        assert!(matches!(setup.app().restore(), Err(InstallError::NoPrevious)));
    }

    #[test]
    fn remains_of_an_interrupted_replacement_are_overwritten() {
        let setup = Setup::new();
        for name in ["A.AppImage.new", "A.AppImage.previous"] {
            std::fs::write(setup.path(name), "remains").unwrap();
        }
        setup.app().replace(&setup.path("package"), &sha256(b"new")).unwrap();
        setup.check(&[("A.AppImage", "new"), ("A.AppImage.previous", "old")]);
        setup.app().forget_previous().unwrap();
        setup.check(&[("A.AppImage", "new")]);
    }

    #[test]
    fn package_that_is_missing_leaves_the_program_as_it_was() {
        let setup = Setup::new();
        assert!(setup.app().replace(&setup.path("absent"), &sha256(b"new")).is_err());
        setup.check(&[("A.AppImage", "old")]);
    }

    #[test]
    fn package_that_was_changed_after_its_download_is_not_installed() {
        let setup = Setup::new();
        let refused = setup.app().replace(&setup.path("package"), &sha256(b"signed"));
        assert!(matches!(refused, Err(InstallError::NotTheSigned)), "{refused:?}");
        setup.check(&[("A.AppImage", "old")]);
    }

    #[cfg(unix)]
    #[test]
    fn link_to_the_program_stays_a_link() {
        use std::os::unix::fs::PermissionsExt as _;
        let setup = Setup::new();
        std::os::unix::fs::symlink(setup.path("A.AppImage"), setup.path("link")).unwrap();
        AppImage::new(&setup.path("link")).unwrap().replace(&setup.path("package"), &sha256(b"new")).unwrap();
        assert!(setup.path("link").is_symlink());
        assert_eq!(std::fs::read_to_string(setup.path("link")).unwrap(), "new");
        let mode = setup.path("A.AppImage").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
    }
}
