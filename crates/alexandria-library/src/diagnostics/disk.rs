//! Disk by kind.

use std::path::Path;
use std::sync::Arc;

use alexandria_domain::op::Membership;
use alexandria_store::DatabaseUsage;

use super::error::DiagnosticsError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::folders::Folders;

/// Bytes on disk, by kind. All but logs and updates is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskUsage {
    /// Files of the publications on the shelf, as they were imported.
    pub files: u64,
    /// Files of the publications in the bin.
    pub bin: u64,
    /// The database: text, index of words, covers, the rest, and what it does not use.
    pub database: DatabaseUsage,
    /// The vectors for search by meaning.
    pub vectors: u64,
    /// Logs.
    pub logs: u64,
    /// Downloads of updates, and what is known about them.
    pub updates: u64,
}

impl DiskUsage {
    /// All of it.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.files + self.bin + self.database.total() + self.vectors + self.logs + self.updates
    }
}

/// Measures everything that Alexandria keeps in `folders`.
pub(crate) async fn disk_usage(engines: &Arc<Engines>, folders: &Folders) -> Result<DiskUsage, DiagnosticsError> {
    let (engines, folders) = (Arc::clone(engines), folders.clone());
    blocking(move || {
        let binned = engines.store.publications(Membership::Bin)?;
        let mut bin = 0;
        for publication in binned {
            bin += engines.blobs.bytes(&publication.id)?;
        }
        Ok(DiskUsage {
            files: engines.blobs.total_bytes()?.saturating_sub(bin),
            bin,
            database: engines.store.usage()?,
            vectors: folder_bytes(&folders.library().join("index"))?,
            logs: folder_bytes(folders.logs())?,
            updates: folder_bytes(folders.updates())?,
        })
    })
    .await
}

/// Bytes of all files below a folder, which need not exist. Files that disappear meanwhile are not counted.
fn folder_bytes(folder: &Path) -> std::io::Result<u64> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut bytes = 0;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() {
            folder_bytes(&entry.path())?
        } else {
            match entry.metadata() {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
                metadata => metadata?.len(),
            }
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_a_folder_include_those_of_folders_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let check = |expect| assert_eq!(folder_bytes(&folder.path().join("a")).unwrap(), expect);
        check(0);
        std::fs::create_dir_all(folder.path().join("a/b/c")).unwrap();
        check(0);
        std::fs::write(folder.path().join("a/one"), [0; 10]).unwrap();
        std::fs::write(folder.path().join("a/b/c/two"), [0; 7]).unwrap();
        check(17);
        assert!(folder_bytes(&folder.path().join("a/one")).is_err());
    }
}
