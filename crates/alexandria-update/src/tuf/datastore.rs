//! What this device has already verified, so that it never accepts anything older.
//!
//! `tough` writes its files one by one and ignores one that it cannot read, which would silently end the protection. It
//! therefore works on a copy, which replaces the record only after everything verified. The versions of all roles are in
//! a file of their own, written first: whatever a crash leaves behind, they still refuse what is older. A second record of
//! them may lie elsewhere ([`VersionRecord`]), for the case that the whole folder is deleted or replaced by an older copy.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::error::SourceError;
use crate::lock::lock;
use crate::preferences::MAX_CLOCK_ERROR;
use crate::record::{RoleVersions, VersionRecord, rolled_back};
use crate::state_file;

/// The file in which `tough` keeps the time of the last check.
const TIME_FILE: &str = "latest_known_time.json";
const VERSIONS_FILE: &str = "versions.json";

#[derive(Clone, Debug)]
pub(super) struct Datastore {
    folder: PathBuf,
    /// The address of the metadata, under which the second record has it.
    repository: String,
    record: Option<Arc<dyn VersionRecord>>,
}

/// A copy of the record for the loader to work on. Nobody else loads until it is dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) path: PathBuf,
    _lock: File,
}

impl Datastore {
    pub(super) const fn new(folder: PathBuf, repository: String) -> Self {
        Self { folder, repository, record: None }
    }

    pub(super) fn with_record(self, record: Arc<dyn VersionRecord>) -> Self {
        Self { record: Some(record), ..self }
    }

    /// A copy of the record for the loader to work on.
    pub(super) async fn open(&self) -> Result<Scratch, SourceError> {
        // Two loads in one copy would mix their files, and the slower one could record its older versions last.
        let lock = lock(&self.folder).await.map_err(SourceError::State)?;
        let this = self.clone();
        let path = blocking(move || this.copy()).await?;
        Ok(Scratch { path, _lock: lock })
    }

    /// Makes the copy the record, unless a role in it is older than recorded.
    pub(super) async fn commit(&self, scratch: Scratch, versions: &RoleVersions) -> Result<(), SourceError> {
        let (this, versions) = (self.clone(), versions.clone());
        blocking(move || {
            this.replace(&versions)?;
            drop(scratch);
            Ok(())
        })
        .await
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

    fn replace(&self, versions: &RoleVersions) -> Result<(), SourceError> {
        let file = self.folder.join(VERSIONS_FILE);
        let recorded: RoleVersions =
            state_file::read(&file).map_err(|error| SourceError::State(error.into()))?.unwrap_or_default();
        if let Some(role) = rolled_back(&recorded, versions) {
            return Err(SourceError::Rollback(role));
        }
        let elsewhere = self.recorded_elsewhere();
        if let Some(role) = rolled_back(&elsewhere, versions) {
            return Err(SourceError::StateReplaced(role));
        }
        state_file::write(&file, versions).map_err(|error| SourceError::State(error.into()))?;
        let replace = || -> io::Result<()> {
            for file in std::fs::read_dir(self.scratch())? {
                File::open(file?.path())?.sync_all()?;
            }
            remove_folder_io(&self.current())?;
            std::fs::rename(self.scratch(), self.current())?;
            state_file::sync_folder(&self.folder)
        };
        replace().map_err(SourceError::State)?;
        if elsewhere != *versions {
            self.record_elsewhere(versions);
        }
        Ok(())
    }

    /// What the second record has. One that cannot be read must not end updates, which may be what repairs it.
    fn recorded_elsewhere(&self) -> RoleVersions {
        let Some(record) = &self.record else { return RoleVersions::default() };
        record.load(&self.repository).unwrap_or_else(|error| {
            tracing::warn!(%error, "the second record of verified updates cannot be read");
            RoleVersions::default()
        })
    }

    fn record_elsewhere(&self, versions: &RoleVersions) {
        let Some(record) = &self.record else { return };
        if let Err(error) = record.save(&self.repository, versions) {
            tracing::warn!(%error, "the second record of verified updates cannot be written");
        }
    }
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
