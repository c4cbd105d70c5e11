//! The vault file: reading it, with its previous copy to fall back on, and replacing it without ever being without one.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

mod durable;
mod stored;

pub(crate) use stored::{Contents, ParseError};

/// The vault.
const CURRENT: &str = "vault";
/// What the vault was before its last change.
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
    /// A vault, its own or the previous copy.
    Vault(Contents),
    /// A vault file that is not whole, and no previous copy that is.
    Damaged,
    /// A vault of a newer version.
    Newer,
}

/// Reads the vault in `folder`.
pub(crate) fn read(folder: &Path) -> io::Result<Found> {
    let current = read_one(&folder.join(CURRENT))?;
    Ok(match current {
        Some(Ok(contents)) => Found::Vault(contents),
        Some(Err(ParseError::Newer)) => Found::Newer,
        Some(Err(ParseError::Damaged)) | None => match (read_one(&folder.join(PREVIOUS))?, current.is_some()) {
            (Some(Ok(contents)), _) => {
                tracing::warn!("the vault is missing or damaged; its previous copy is used");
                Found::Vault(contents)
            }
            (Some(Err(ParseError::Newer)), _) => Found::Newer,
            (None, false) => Found::Nothing,
            (Some(Err(ParseError::Damaged)), _) | (None, true) => Found::Damaged,
        },
    })
}

fn read_one(path: &Path) -> io::Result<Option<Result<Contents, ParseError>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Ok(Some(Err(ParseError::Damaged)));
    }
    Ok(Some(Contents::parse(&bytes)))
}

/// Makes `contents` the vault in `folder`; one that was there becomes the previous copy. After a crash or a full disk
/// there is the old vault or the new one, whole.
pub(crate) fn write(folder: &Path, contents: &Contents) -> io::Result<()> {
    let (current, scratch) = (folder.join(CURRENT), folder.join(SCRATCH));
    let text = contents.to_text()?;
    match std::fs::read(&current) {
        Ok(old) => {
            write_scratch(&scratch, &old)?;
            durable::replace(&scratch, &folder.join(PREVIOUS))?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    write_scratch(&scratch, text.as_bytes())?;
    durable::replace(&scratch, &current)
}

/// Takes back a first [`write`] that failed. An error means that there may be a vault.
pub(crate) fn discard(folder: &Path) -> io::Result<()> {
    // Without effect on anything if it stays.
    let _removed = std::fs::remove_file(folder.join(SCRATCH));
    match std::fs::remove_file(folder.join(CURRENT)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn write_scratch(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    durable::owner_only(&mut options);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
