//! Making a change of names in a folder survive a power cut.

use std::io;
use std::path::Path;

/// Flushes the folder `path` lies in. Windows keeps names durable without it and cannot open folders.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
