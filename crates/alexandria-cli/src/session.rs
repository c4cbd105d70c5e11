//! Opening the library that the arguments name.

use std::path::{Path, PathBuf};

use alexandria_library::domain::ErrorCode;
use alexandria_library::{Library, LibraryState, OpenError, Passphrase, Places, Unlock};

use crate::args::Args;
use crate::failure::Failure;

/// Longest passphrase file, in bytes; a longer one is the wrong file.
const MAX_PASSPHRASE_BYTES: u64 = 4096;

/// Logs to the platform's folder. A machine that cannot take a log can still search.
pub(crate) fn start_logging() -> Option<impl Drop> {
    let places = Places::of_account().ok()?;
    alexandria_library::start_logging(places.logs()).ok()
}

/// Opens the library.
pub(crate) async fn open(args: &Args) -> Result<Library, Failure> {
    let folder = folder(args)?;
    Library::open(&folder, unlock(args)?).await.map_err(|error| explain(error, args))
}

/// Opens the library, or makes one if there is none.
pub(crate) async fn open_or_create(args: &Args) -> Result<Library, Failure> {
    let folder = folder(args)?;
    let unlock = unlock(args)?;
    let opened = match Library::state(&folder).await? {
        LibraryState::None => Library::create(&folder, unlock).await,
        LibraryState::Locked { .. } | LibraryState::Damaged => Library::open(&folder, unlock).await,
    };
    opened.map_err(|error| explain(error, args))
}

fn folder(args: &Args) -> Result<PathBuf, Failure> {
    match &args.library {
        Some(folder) => Ok(folder.clone()),
        None => Ok(Places::of_account()?.library().to_owned()),
    }
}

fn unlock(args: &Args) -> Result<Unlock, Failure> {
    match &args.passphrase_file {
        Some(file) => Ok(Unlock::Passphrase(read_passphrase(file)?)),
        None => Ok(Unlock::Keychain),
    }
}

/// Reads a passphrase: the first line of the file.
fn read_passphrase(file: &Path) -> Result<Passphrase, Failure> {
    let refuse = |message: String| Failure::new(ErrorCode::InvalidInput, message);
    let size =
        std::fs::metadata(file).map_err(|error| refuse(format!("the passphrase file cannot be read: {error}")))?.len();
    if size > MAX_PASSPHRASE_BYTES {
        return Err(refuse("the passphrase file is too long; it should hold one line".to_owned()));
    }
    let mut text = std::fs::read_to_string(file)
        .map_err(|error| refuse(format!("the passphrase file cannot be read: {error}")))?;
    let line = text.lines().next().unwrap_or_default().len();
    text.truncate(line);
    if text.is_empty() {
        return Err(refuse("the passphrase file is empty; write a passphrase on its first line".to_owned()));
    }
    Ok(Passphrase::new(text))
}

/// Says what to do on this command line about a library that does not open.
fn explain(error: OpenError, args: &Args) -> Failure {
    let mut failure = Failure::from(error);
    let keychain = matches!(failure.code, ErrorCode::KeychainUnavailable | ErrorCode::Locked);
    if keychain && args.passphrase_file.is_none() {
        failure.message.push_str("; on a machine without a keychain use --passphrase-file FILE");
    }
    failure
}
