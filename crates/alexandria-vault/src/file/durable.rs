//! What keeps a file through a crash, per platform. The only module of this crate that touches the disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

#[cfg(test)]
use super::fault::point;

/// Where tests let an operation fail.
#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "in tests it fails")]
const fn point() -> io::Result<()> {
    Ok(())
}

/// What is in a file, if there is one; nothing inside if it is longer than `most` bytes.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Option<Option<Vec<u8>>>> {
    point()?;
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok(Some((bytes.len() as u64 <= most).then_some(bytes)))
}

/// Makes `bytes` the contents of `to`, by way of `scratch` beside it: durably and in one step.
pub(super) fn replace(scratch: &Path, to: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    owner_only(&mut options);
    point()?;
    let mut file = options.open(scratch)?;
    point()?;
    file.write_all(bytes)?;
    point()?;
    file.sync_all()?;
    drop(file);
    point()?;
    std::fs::rename(scratch, to)?;
    point()?;
    sync_folder_of(to)
}

/// Removes a file, if there is one.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    point()?;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A rename is durable once the folder that holds it is.
#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
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
fn owner_only(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}
