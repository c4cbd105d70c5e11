//! The vault file: reading it, with its copy to fall back on, and replacing it without ever being without one.

use std::io;
use std::path::Path;

mod durable;
#[cfg(test)]
pub(crate) mod fault;
mod stored;

pub(crate) use stored::{Contents, ParseError};

/// The vault.
const CURRENT: &str = "vault";
/// While the vault is being changed, or when that was cut short, what it was before; otherwise its copy.
const PREVIOUS: &str = "vault.prev";
/// A vault being written. One that is found was left by a crash and means nothing.
const SCRATCH: &str = "vault.tmp";

/// A vault has a few hundred bytes; nothing longer is read.
const LONGEST: u64 = 64 * 1024;

/// What is in a library's folder.
#[derive(Debug)]
pub(crate) enum Found {
    /// No vault.
    Nothing,
    /// A vault, and what is beside it.
    Vault {
        /// The vault that counts.
        first: Whole,
        /// The previous copy.
        beside: Beside,
    },
    /// A vault file that is not whole, and no previous copy that is.
    Damaged,
    /// A vault of a newer version.
    Newer,
}

/// What is beside the vault that counts.
#[derive(Debug)]
pub(crate) enum Beside {
    /// A copy that says the same; or the vault that counts is the copy.
    Same,
    /// A copy that says something else.
    Other(Whole),
    /// No copy.
    Nothing,
    /// A copy that is not whole, is of a newer version, or cannot be read.
    Damaged,
}

impl Beside {
    /// The copy, if it says something else.
    pub(crate) const fn other(&self) -> Option<&Whole> {
        match self {
            Self::Other(copy) => Some(copy),
            Self::Same | Self::Nothing | Self::Damaged => None,
        }
    }
}

/// A whole vault file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Whole {
    /// What it says.
    pub(crate) contents: Contents,
    /// Where it was read.
    pub(crate) origin: Origin,
}

/// Which file a vault was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The vault.
    Current,
    /// Its copy.
    Previous,
}

/// Reads the vault in `folder`.
pub(crate) fn read(folder: &Path) -> io::Result<Found> {
    let current = read_one(&folder.join(CURRENT))?;
    let previous = read_one(&folder.join(PREVIOUS));
    let contents = match current {
        Some(Ok(contents)) => contents,
        Some(Err(ParseError::Newer)) => return Ok(Found::Newer),
        Some(Err(ParseError::Damaged)) | None => {
            return Ok(match (previous?, current.is_some()) {
                (Some(Ok(contents)), _) => {
                    tracing::warn!("the vault is missing or damaged; its previous copy is used");
                    Found::Vault { first: Whole { contents, origin: Origin::Previous }, beside: Beside::Same }
                }
                (Some(Err(ParseError::Newer)), _) => Found::Newer,
                (None, false) => Found::Nothing,
                (Some(Err(ParseError::Damaged)), _) | (None, true) => Found::Damaged,
            });
        }
    };
    let beside = match previous {
        Ok(Some(Ok(copy))) if copy == contents => Beside::Same,
        Ok(Some(Ok(copy))) => Beside::Other(Whole { contents: copy, origin: Origin::Previous }),
        Ok(None) => Beside::Nothing,
        // A vault that is whole opens whatever is wrong with its copy.
        Ok(Some(Err(_))) | Err(_) => Beside::Damaged,
    };
    Ok(Found::Vault { first: Whole { contents, origin: Origin::Current }, beside })
}

fn read_one(path: &Path) -> io::Result<Option<Result<Contents, ParseError>>> {
    Ok(durable::read(path, LONGEST)?.map(|bytes| match bytes {
        Some(bytes) => Contents::parse(&bytes),
        None => Err(ParseError::Damaged),
    }))
}

/// Makes `contents` the vault in `folder`, in place of `old`, which stays as the previous copy until [`settle`]. After
/// a crash or a full disk there is the old vault or the new one, whole; after an error the old one, unless the disk
/// does not take that either. A vault that was not whole does not replace a copy that was.
pub(crate) fn write(folder: &Path, old: Option<&Whole>, contents: &Contents) -> io::Result<()> {
    if let Some(Whole { contents: old, origin: Origin::Current }) = old {
        put(folder, PREVIOUS, old)?;
    }
    let written = put(folder, CURRENT, contents).and_then(|()| match read_one(&folder.join(CURRENT))? {
        Some(Ok(written)) if written == *contents => Ok(()),
        _ => Err(io::Error::other("what was written cannot be read back; check the disk")),
    });
    if let (Err(_), Some(old)) = (&written, old)
        && may_hold(folder, contents)
    {
        // Who is told that nothing was changed goes on with what opened the vault before.
        let _taken_back = put(folder, CURRENT, &old.contents);
    }
    written
}

/// Makes the previous copy a copy of the vault `contents`, so that it opens no other way than the vault does.
pub(crate) fn settle(folder: &Path, contents: &Contents) -> io::Result<()> {
    put(folder, PREVIOUS, contents)
}

/// Makes the copy `contents`, which opens, the vault in `folder`, which does not.
pub(crate) fn reinstate(folder: &Path, contents: &Contents) -> io::Result<()> {
    put(folder, CURRENT, contents)
}

/// Whether `contents` are in place as the vault in `folder`. If that cannot be told, they may be.
pub(crate) fn may_hold(folder: &Path, contents: &Contents) -> bool {
    match read_one(&folder.join(CURRENT)) {
        Ok(Some(Ok(found))) => found == *contents,
        Ok(None) => false,
        Ok(Some(Err(_))) | Err(_) => true,
    }
}

/// Takes back a first [`write`] that failed. An error means that there may be a vault.
pub(crate) fn discard(folder: &Path) -> io::Result<()> {
    // Without effect on anything if it stays.
    let _removed = durable::remove(&folder.join(SCRATCH));
    durable::remove(&folder.join(CURRENT))
}

/// Makes `contents` the file `name`, durably and in one step.
fn put(folder: &Path, name: &str, contents: &Contents) -> io::Result<()> {
    durable::replace(&folder.join(SCRATCH), &folder.join(name), contents.to_text()?.as_bytes())
}
