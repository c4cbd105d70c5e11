//! One process at a time: the window and the command may look for updates at once, with the same folders.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// The file that is locked.
pub(crate) const LOCK_FILE: &str = "lock";
/// Time between two attempts.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Waits until no other process or task has the lock of `folder`, and holds it until the file is dropped. Waiting can be
/// cancelled at any time, and a process that is killed holds no lock.
pub(crate) async fn lock(folder: &Path) -> io::Result<File> {
    tokio::fs::create_dir_all(folder).await?;
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL_INTERVAL).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}
