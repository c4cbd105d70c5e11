//! What keeps a file through a crash, per platform.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

/// Puts `from`, already synced, in the place of `to`, durably and in one step.
pub(super) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    sync_folder_of(to)
}

/// A rename is durable once the folder that holds it is.
#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Windows offers no such call for folders; NTFS journals the rename.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature on every platform")]
fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes new files readable by their owner only. On Windows the profile folder's own list does that.
pub(super) fn owner_only(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}
