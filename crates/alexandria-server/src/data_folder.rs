//! The folder of the embedded stack: `server.db` with its lock, `objects/`, `server.key` and a lock of the whole.
//!
//! One process uses it at a time. It is refused on a network file system, whose locks and synchronisation a database cannot
//! rely on.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::random;

/// The file of the server's key.
const KEY_FILE: &str = "server.key";

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// It cannot be created or written.
    #[error("cannot write to the data folder {path}: {source}")]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process uses it.
    #[error("another server uses the data folder {path}")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// It is on a network file system.
    #[error("the data folder {path} is on a network file system, where a database can lose data; use a local disk")]
    NetworkFileSystem {
        /// The folder.
        path: PathBuf,
    },
    /// There is a database or a backup of one, and its key is gone.
    #[error("{path} is missing, and the database cannot be read without it; copy it from where you stored it")]
    KeyMissing {
        /// The file of the key.
        path: PathBuf,
    },
    /// The file of the key holds something else.
    #[error("{path} is not a key: 64 hexadecimal digits were expected")]
    KeyInvalid {
        /// The file of the key.
        path: PathBuf,
    },
}

/// The folder, locked.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// Held open: closing it ends the lock.
    _lock: File,
}

impl DataFolder {
    /// Opens the folder, creating it if need be, and finds out whether it can be used.
    ///
    /// # Errors
    /// See [`DataFolderError`].
    pub fn open(path: &Path) -> Result<Self, DataFolderError> {
        let not_writable = |source| DataFolderError::NotWritable { path: path.to_owned(), source };
        create_private_folder(path).map_err(not_writable)?;
        if is_on_network(path).map_err(not_writable)? {
            return Err(DataFolderError::NetworkFileSystem { path: path.to_owned() });
        }
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path.join("folder.lock"));
        let lock = file.map_err(not_writable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DataFolderError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(not_writable(source)),
        }
        probe(path).map_err(not_writable)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join("server.db")
    }

    /// The folder of the objects.
    #[must_use]
    pub fn objects(&self) -> PathBuf {
        self.path.join("objects")
    }

    /// The key of the server, drawn when the folder is used for the first time.
    ///
    /// # Errors
    /// If it cannot be read or written, or is missing although there is a database.
    pub fn key(&self) -> Result<Zeroizing<[u8; 32]>, DataFolderError> {
        let path = self.path.join(KEY_FILE);
        let failed = |source| DataFolderError::NotWritable { path: self.path.clone(), source };
        match existing_key(&self.path) {
            Err(DataFolderError::KeyMissing { .. }) if !self.database().exists() => {
                let key = Zeroizing::new(random::bytes().map_err(|error| failed(io::Error::other(error)))?);
                write_key(&path, &key).map_err(failed)?;
                Ok(key)
            }
            existing => existing,
        }
    }
}

/// The key in the folder at `folder`, which must be there. Needs no lock.
///
/// # Errors
/// If it is not, or cannot be read.
pub fn existing_key(folder: &Path) -> Result<Zeroizing<[u8; 32]>, DataFolderError> {
    let path = folder.join(KEY_FILE);
    match fs::read_to_string(&path).map(Zeroizing::new) {
        Ok(text) => parse_key(&text).ok_or(DataFolderError::KeyInvalid { path }),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(DataFolderError::KeyMissing { path }),
        Err(source) => Err(DataFolderError::NotWritable { path: folder.to_owned(), source }),
    }
}

/// Reads a key as 64 hexadecimal digits.
#[must_use]
pub fn parse_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let text = text.trim().as_bytes();
    if text.len() != 64 {
        return None;
    }
    let mut key = Zeroizing::new([0; 32]);
    for (byte, digits) in key.iter_mut().zip(text.chunks_exact(2)) {
        let digits = str::from_utf8(digits).ok().filter(|digits| !digits.contains('+'))?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(key)
}

fn write_key(path: &Path, key: &[u8; 32]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in key {
        text.push_str(&format!("{byte:02x}"));
    }
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    File::open(path.parent().unwrap_or(path))?.sync_all()
}

fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file, as the lock may be there from before the disk became read-only.
fn probe(path: &Path) -> io::Result<()> {
    let mut file = tempfile::tempfile_in(path)?;
    file.write_all(b"probe")?;
    file.sync_all()
}

#[cfg(target_os = "linux")]
fn is_on_network(path: &Path) -> io::Result<bool> {
    /// NFS, SMB, CIFS, SMB2, AFS, Coda, Ceph and 9P, as statfs(2) numbers them.
    const NETWORK: &[i64] =
        &[0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x5346_414f, 0x7375_7245, 0x00c3_6400, 0x0102_1997];
    let kind = rustix::fs::statfs(path)?.f_type & 0xffff_ffff;
    Ok(NETWORK.contains(&kind))
}

#[cfg(not(target_os = "linux"))]
fn is_on_network(_path: &Path) -> io::Result<bool> {
    // Elsewhere the server is run for development only.
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_process_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataFolder::open(folder.path()).unwrap();
        assert!(matches!(DataFolder::open(folder.path()), Err(DataFolderError::InUse { .. })));
        drop(first);
        DataFolder::open(folder.path()).unwrap();
    }

    #[test]
    fn folder_that_cannot_be_written_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(DataFolder::open(&file), Err(DataFolderError::NotWritable { .. })));
    }

    #[test]
    fn key_is_drawn_once_and_missed_beside_a_database() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        let key = data.key().unwrap();
        assert_ne!(*key, [0; 32]);
        assert_eq!(data.key().unwrap(), key);
        fs::write(data.database(), "").unwrap();
        fs::remove_file(folder.path().join("server.key")).unwrap();
        assert!(matches!(data.key(), Err(DataFolderError::KeyMissing { .. })));
        fs::write(folder.path().join("server.key"), "key").unwrap();
        assert!(matches!(data.key(), Err(DataFolderError::KeyInvalid { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn key_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(&folder.path().join("data")).unwrap();
        data.key().unwrap();
        let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("data"), mode("data/server.key")), (0o700, 0o600));
    }
}
