//! The vault file and its copy: reading them, and replacing them so that at every moment one of the two is intact.

use std::io;
use std::path::Path;

mod durable;
#[cfg(test)]
pub(crate) mod fault_injection;
mod stored;

pub(crate) use stored::{Contents, ParseError};

/// File name of the vault.
const CURRENT: &str = "vault";
/// File name of the vault's copy. During a change, and after an interrupted one, it holds the vault as it was before.
const PREVIOUS: &str = "vault.prev";
/// File name of a vault that is being written. One left by a crash is ignored.
const TEMPORARY: &str = "vault.tmp";

/// A vault has a few hundred bytes; anything longer than this is rejected.
const MAX_VAULT_BYTES: u64 = 64 * 1024;

/// The vault files in a library's folder.
#[derive(Debug)]
pub(crate) enum VaultFiles {
    /// There is no vault.
    Absent,
    /// There is an intact vault.
    Present {
        /// The vault; its copy, if the vault itself is missing or corrupt.
        primary: VaultFile,
        /// How the copy compares to it.
        copy: CopyState,
    },
    /// The vault is corrupt, and there is no intact copy.
    Damaged,
    /// A newer version wrote the vault.
    NewerVersion,
}

/// The copy of a vault, compared to the primary.
#[derive(Debug)]
pub(crate) enum CopyState {
    /// It is equal, or it is itself the primary.
    Same,
    /// It is intact and different.
    Different(VaultFile),
    /// There is none.
    Missing,
    /// It is corrupt, was written by a newer version, or cannot be read.
    Damaged,
}

impl CopyState {
    /// The copy, if it is intact and different.
    pub(crate) const fn different(&self) -> Option<&VaultFile> {
        match self {
            Self::Different(copy) => Some(copy),
            Self::Same | Self::Missing | Self::Damaged => None,
        }
    }
}

/// An intact vault file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VaultFile {
    pub(crate) contents: Contents,
    pub(crate) origin: Origin,
}

/// The file that a vault was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `vault`.
    Current,
    /// `vault.prev`.
    Previous,
}

/// Reads the vault in `folder`.
pub(crate) fn read(folder: &Path) -> io::Result<VaultFiles> {
    let current = read_one(&folder.join(CURRENT))?;
    let previous = read_one(&folder.join(PREVIOUS));
    let contents = match current {
        Some(Ok(contents)) => contents,
        Some(Err(ParseError::NewerVersion)) => return Ok(VaultFiles::NewerVersion),
        Some(Err(ParseError::Damaged)) | None => {
            return Ok(match (previous?, current.is_some()) {
                (Some(Ok(contents)), _) => {
                    tracing::warn!("the vault is missing or damaged; using its copy");
                    let primary = VaultFile { contents, origin: Origin::Previous };
                    VaultFiles::Present { primary, copy: CopyState::Same }
                }
                (Some(Err(ParseError::NewerVersion)), _) => VaultFiles::NewerVersion,
                (None, false) => VaultFiles::Absent,
                (Some(Err(ParseError::Damaged)), _) | (None, true) => VaultFiles::Damaged,
            });
        }
    };
    let copy = match previous {
        Ok(Some(Ok(copy))) if copy == contents => CopyState::Same,
        Ok(Some(Ok(copy))) => CopyState::Different(VaultFile { contents: copy, origin: Origin::Previous }),
        Ok(None) => CopyState::Missing,
        // An intact vault opens whatever is wrong with its copy.
        Ok(Some(Err(_))) | Err(_) => CopyState::Damaged,
    };
    Ok(VaultFiles::Present { primary: VaultFile { contents, origin: Origin::Current }, copy })
}

fn read_one(path: &Path) -> io::Result<Option<Result<Contents, ParseError>>> {
    Ok(durable::read(path, MAX_VAULT_BYTES)?.map(|bytes| match bytes {
        Some(bytes) => Contents::parse(&bytes),
        None => Err(ParseError::Damaged),
    }))
}

/// Replaces the vault `old` in `folder` by `contents` and keeps `old` as the copy until [`sync_copy`]. After a crash or a
/// full disk one of the two is there, intact; after an error it is the old one, unless the disk refuses that too. A vault
/// that was not intact never replaces a copy that was.
pub(crate) fn write(folder: &Path, old: Option<&VaultFile>, contents: &Contents) -> io::Result<()> {
    if let Some(VaultFile { contents: old, origin: Origin::Current }) = old {
        replace(folder, PREVIOUS, old)?;
    }
    let written = replace(folder, CURRENT, contents).and_then(|()| match read_one(&folder.join(CURRENT))? {
        Some(Ok(written)) if written == *contents => Ok(()),
        _ => Err(io::Error::other("the file read back differs from what was written")),
    });
    if let (Err(_), Some(old)) = (&written, old)
        && may_contain(folder, contents)
    {
        // The error tells the caller that nothing was changed, so the old credentials must keep working.
        let _restored = replace(folder, CURRENT, &old.contents);
    }
    written
}

/// Makes the copy equal to the vault `contents`, so that it opens with the same credentials only.
pub(crate) fn sync_copy(folder: &Path, contents: &Contents) -> io::Result<()> {
    replace(folder, PREVIOUS, contents)
}

/// Replaces the vault in `folder`, which does not open, by the `contents` of its copy, which does.
pub(crate) fn restore_from_copy(folder: &Path, contents: &Contents) -> io::Result<()> {
    replace(folder, CURRENT, contents)
}

/// Whether the vault in `folder` has these `contents`. True if that cannot be determined.
pub(crate) fn may_contain(folder: &Path, contents: &Contents) -> bool {
    match read_one(&folder.join(CURRENT)) {
        Ok(Some(Ok(stored))) => stored == *contents,
        Ok(None) => false,
        Ok(Some(Err(_))) | Err(_) => true,
    }
}

/// Removes what a failed first [`write`] left. After an error there may be a vault.
pub(crate) fn remove_first(folder: &Path) -> io::Result<()> {
    // A temporary file that stays has no effect.
    let _removed = durable::remove(&folder.join(TEMPORARY));
    durable::remove(&folder.join(CURRENT))
}

/// Replaces the file `name` by `contents`, durably and atomically.
fn replace(folder: &Path, name: &str, contents: &Contents) -> io::Result<()> {
    durable::replace(&folder.join(TEMPORARY), &folder.join(name), contents.to_text()?.as_bytes())
}
