//! The marks: one small file for each device of a library on this computer, in the account's state folder.
//!
//! They hold random numbers only. A mark holds on the computer and in the file it was written in: copied elsewhere, also
//! with the whole account, it is void.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use alexandria_domain::DeviceId;
use alexandria_store::DeviceClaim;

use crate::open::create_private;

/// Most marks that are kept. Removing one too many costs its library a new device id and nothing else.
const MAX_MARKS: usize = 256;
const LOCK_FILE: &str = "lock";
/// How a mark is called while it is being written.
const UNFINISHED: &str = "unfinished";
const POLL_INTERVAL: Duration = Duration::from_millis(20);
const MAX_POLLS: u32 = 250;
const FORMAT: &str = "alexandria-device-mark 1";
/// Context of the hash of the operating system's machine id, which asks not to be shown as it is (`machine-id(5)`).
const MACHINE_CONTEXT: &str = "alexandria/machine-mark/v1";

/// The folder of the marks, locked for this process.
#[derive(Debug)]
pub(super) struct MarkFolder {
    folder: PathBuf,
    _lock: File,
}

impl MarkFolder {
    /// Makes the folder if it is not there, and waits a few seconds for another process that uses it.
    pub(super) fn lock(folder: &Path) -> io::Result<Self> {
        create_private(folder)?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE))?;
        for _ in 0..MAX_POLLS {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { folder: folder.to_owned(), _lock: lock }),
                Err(TryLockError::WouldBlock) => std::thread::sleep(POLL_INTERVAL),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    /// Whether the mark of the claim's device holds, and has the claim's token.
    pub(super) fn is_of(&self, claim: &DeviceClaim) -> bool {
        match self.read(claim.device) {
            Ok(tokens) => tokens.contains(&hex(&claim.token)),
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "the mark of this computer cannot be read");
                false
            }
        }
    }

    /// Replaces the mark of a device. When this returns it is on the disk.
    pub(super) fn write(&self, device: DeviceId, tokens: &[[u8; 16]]) -> io::Result<()> {
        let unfinished = self.folder.join(UNFINISHED);
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = File::create_new(&unfinished)?;
        let tokens: String = tokens.iter().map(|token| hex(token) + "\n").collect();
        file.write_all((head(&file.metadata()?)? + &tokens).as_bytes())?;
        file.sync_all()?;
        drop(file);
        let path = self.path(device);
        let is_new = !path.try_exists()?;
        fs::rename(&unfinished, path)?;
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        if is_new { self.remove_oldest() } else { Ok(()) }
    }

    /// The tokens of the mark of a device, in hexadecimal digits; none if there is no mark, or if it was not written here.
    fn read(&self, device: DeviceId) -> io::Result<Vec<String>> {
        let path = self.path(device);
        let text = match fs::read_to_string(&path) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
                return Ok(Vec::new());
            }
            read => read?,
        };
        let tokens = text.strip_prefix(&head(&fs::metadata(&path)?)?);
        Ok(tokens.map(|tokens| tokens.lines().map(str::to_owned).collect()).unwrap_or_default())
    }

    fn path(&self, device: DeviceId) -> PathBuf {
        self.folder.join(device.to_string())
    }

    fn remove_oldest(&self) -> io::Result<()> {
        let mut marks: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(|name| name.parse::<DeviceId>().is_ok()) {
                marks.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        marks.sort();
        let too_many = marks.len().saturating_sub(MAX_MARKS);
        marks.iter().take(too_many).try_for_each(|(_, path)| fs::remove_file(path))
    }
}

/// How a mark begins that was written in the file of `metadata` and on this computer. One token a line follows.
fn head(metadata: &Metadata) -> io::Result<String> {
    Ok(format!("{FORMAT}\nfile {}\nmachine {}\n", identity(metadata)?, machine()))
}

/// What a copy of a file does not have in common with it, although it has its bytes: its number in the file system.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "fails on other platforms")]
fn identity(metadata: &Metadata) -> io::Result<u128> {
    Ok(u128::from(std::os::unix::fs::MetadataExt::ino(metadata)))
}

/// What a copy of a file does not have in common with it, although it has its bytes: when it was made.
#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> io::Result<u128> {
    let since_1970 = metadata.created()?.duration_since(SystemTime::UNIX_EPOCH);
    Ok(since_1970.map_err(io::Error::other)?.as_nanos())
}

/// The hash of the operating system's machine id, where it is a file.
fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).ok().filter(|id| !id.trim().is_empty());
    let id = read("/etc/machine-id").or_else(|| read("/var/lib/dbus/machine-id"));
    id.map(|id| hex(&blake3::derive_key(MACHINE_CONTEXT, id.trim().as_bytes()))).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
