//! Files that were refused because they open with a password only, so that a shell can ask for it and name the file without
//! handling its path.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A file that opens with a password only, until the library is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockedFile(u32);

impl LockedFile {
    /// The file of that number.
    #[must_use]
    pub const fn of(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// The files that were refused. Each is kept once.
#[derive(Default)]
pub(crate) struct LockedFiles(Mutex<Vec<PathBuf>>);

impl LockedFiles {
    pub(super) fn add(&self, path: &Path) -> Option<LockedFile> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = files.iter().position(|known| known == path).unwrap_or_else(|| {
            files.push(path.to_owned());
            files.len() - 1
        });
        u32::try_from(at).ok().map(LockedFile)
    }

    pub(super) fn path(&self, file: LockedFile) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(file.0 as usize).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locked_files_are_kept_once_and_found_by_number() {
        let files = LockedFiles::default();
        assert!(files.path(LockedFile::of(0)).is_none());
        let (one, two) = (files.add(Path::new("one.pdf")), files.add(Path::new("two.pdf")));
        assert_eq!([one, two], [Some(LockedFile(0)), Some(LockedFile(1))]);
        assert_eq!(files.add(Path::new("one.pdf")), one);
        assert_eq!(files.path(LockedFile::of(1)).as_deref(), Some(Path::new("two.pdf")));
    }
}
