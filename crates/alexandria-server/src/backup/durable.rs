//! Giving a finished file its name.

use std::fs;
use std::io;
use std::path::Path;

/// Renames a file whose contents are on disk, so that the name is there after a power failure as well.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    #[cfg(unix)]
    {
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
