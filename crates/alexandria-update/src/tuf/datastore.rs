//! What this device has already verified, so that it never accepts anything older.
//!
//! `tough` writes its files one by one and ignores one that it cannot read, which would silently end the protection. It
//! therefore works on a copy, which replaces the record only after everything verified. The versions of all roles are in
//! a file of their own, written first: whatever a crash leaves behind, they still refuse what is older.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use crate::error::{SourceError, UpdateRole};
use crate::state_file;

/// The file in which `tough` keeps the time of the last check.
const TIME_FILE: &str = "latest_known_time.json";
const VERSIONS_FILE: &str = "versions.json";
/// A recorded time that is further in the future was written while the clock was wrong.
const MAX_CLOCK_ERROR: SignedDuration = SignedDuration::from_hours(24);

/// The version of each role, by its name.
pub(super) type Versions = BTreeMap<String, u64>;

#[derive(Clone, Debug)]
pub(super) struct Datastore {
    folder: PathBuf,
}

impl Datastore {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// A copy of the record for the loader to work on.
    pub(super) async fn open(&self) -> Result<PathBuf, SourceError> {
        let this = self.clone();
        blocking(move || this.copy()).await
    }

    /// Makes the copy the record, unless a role in it is older than recorded.
    pub(super) async fn commit(&self, versions: &Versions) -> Result<(), SourceError> {
        let (this, versions) = (self.clone(), versions.clone());
        blocking(move || this.replace(&versions)).await
    }

    fn current(&self) -> PathBuf {
        self.folder.join("metadata")
    }

    fn scratch(&self) -> PathBuf {
        self.folder.join("metadata.new")
    }

    fn copy(&self) -> Result<PathBuf, SourceError> {
        let scratch = self.scratch();
        remove_folder(&scratch)?;
        std::fs::create_dir_all(&scratch).map_err(SourceError::State)?;
        let files = match std::fs::read_dir(self.current()) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(scratch),
            Err(error) => return Err(SourceError::State(error)),
        };
        for file in files {
            let file = file.map_err(SourceError::State)?;
            std::fs::copy(file.path(), scratch.join(file.file_name())).map_err(SourceError::State)?;
        }
        forget_future_time(&scratch.join(TIME_FILE))?;
        Ok(scratch)
    }

    fn replace(&self, versions: &Versions) -> Result<(), SourceError> {
        let file = self.folder.join(VERSIONS_FILE);
        let recorded: Versions =
            state_file::read(&file).map_err(|error| SourceError::State(error.into()))?.unwrap_or_default();
        if let Some(role) = rolled_back(&recorded, versions) {
            return Err(SourceError::Rollback(role));
        }
        state_file::write(&file, versions).map_err(|error| SourceError::State(error.into()))?;
        let replace = || -> io::Result<()> {
            for file in std::fs::read_dir(self.scratch())? {
                std::fs::File::open(file?.path())?.sync_all()?;
            }
            remove_folder_io(&self.current())?;
            std::fs::rename(self.scratch(), self.current())?;
            state_file::sync_folder(&self.folder)
        };
        replace().map_err(SourceError::State)
    }
}

/// The role that is older than recorded. After a new root, which only the holders of the root keys can make, the other
/// versions may start again: that is how a repository recovers from keys that were used to raise them.
fn rolled_back(recorded: &Versions, new: &Versions) -> Option<UpdateRole> {
    let version = |versions: &Versions, role: &str| versions.get(role).copied().unwrap_or_default();
    let root = UpdateRole::Root.as_str();
    if version(new, root) < version(recorded, root) {
        return Some(UpdateRole::Root);
    }
    if version(new, root) > version(recorded, root) {
        return None;
    }
    let older = recorded.iter().find(|(role, recorded)| version(new, role) < **recorded)?;
    let top = [UpdateRole::Timestamp, UpdateRole::Snapshot];
    Some(top.into_iter().find(|role| role.as_str() == older.0).unwrap_or(UpdateRole::Targets))
}

/// Deletes the recorded time if it lies far in the future. Otherwise one wrong clock would end updates until that time.
fn forget_future_time(file: &Path) -> Result<(), SourceError> {
    let Some(time) = state_file::read::<Timestamp>(file).unwrap_or_default() else { return Ok(()) };
    if time.duration_since(Timestamp::now()) > MAX_CLOCK_ERROR {
        tracing::warn!("the time of the last check for updates lies in the future; it is forgotten");
        std::fs::remove_file(file).map_err(SourceError::State)?;
    }
    Ok(())
}

fn remove_folder(folder: &Path) -> Result<(), SourceError> {
    remove_folder_io(folder).map_err(SourceError::State)
}

fn remove_folder_io(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, SourceError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(SourceError::State(io::Error::other(error))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(recorded: &[(&str, u64)], new: &[(&str, u64)], want: Option<UpdateRole>) {
        let versions =
            |list: &[(&str, u64)]| list.iter().map(|(role, version)| ((*role).to_owned(), *version)).collect();
        assert_eq!(rolled_back(&versions(recorded), &versions(new)), want);
    }

    #[test]
    fn versions_never_decrease_under_one_root() {
        check(&[], &[("root", 1), ("timestamp", 1)], None);
        check(&[("root", 1), ("timestamp", 4)], &[("root", 1), ("timestamp", 4)], None);
        check(&[("root", 1), ("timestamp", 4)], &[("root", 1), ("timestamp", 3)], Some(UpdateRole::Timestamp));
        check(&[("root", 1), ("beta", 4)], &[("root", 1), ("beta", 3)], Some(UpdateRole::Targets));
        check(&[("root", 1), ("beta", 4)], &[("root", 1)], Some(UpdateRole::Targets));
        check(&[("root", 2), ("timestamp", 4)], &[("root", 1), ("timestamp", 5)], Some(UpdateRole::Root));
        check(&[("root", 2), ("timestamp", 9)], &[("root", 3), ("timestamp", 1)], None);
    }
}
