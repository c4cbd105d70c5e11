//! Opening the library that the arguments name.

use std::path::PathBuf;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{Library, LibraryState, OpenError, Places, Unlock};

use crate::args::Args;
use crate::failure::Failure;

/// Logs to the platform's folder. A machine that cannot take a log can still search.
pub(crate) fn start_logging() -> Option<impl Drop> {
    let places = Places::of_account().ok()?;
    alexandria_library::start_logging(places.logs()).ok()
}

/// Opens the library.
pub(crate) async fn open(args: &Args) -> Result<Library, Failure> {
    let folder = folder(args)?;
    Library::open(&folder, unlock(args).await?).await.map_err(|error| explain(error, args))
}

/// Opens the library, or makes one if there is none.
pub(crate) async fn open_or_create(args: &Args) -> Result<Library, Failure> {
    let folder = folder(args)?;
    let unlock = unlock(args).await?;
    let opened = match Library::state(&folder).await? {
        LibraryState::None => Library::create(&folder, unlock).await,
        LibraryState::Locked { .. } | LibraryState::Damaged => Library::open(&folder, unlock).await,
    };
    opened.map_err(|error| explain(error, args))
}

/// The library's folder.
pub(crate) fn folder(args: &Args) -> Result<PathBuf, Failure> {
    match &args.library {
        Some(folder) => Ok(folder.clone()),
        None => Ok(Places::of_account()?.library().to_owned()),
    }
}

/// What opens the library: the recovery code if there is one, then the passphrase, then the keychain.
pub(crate) async fn unlock(args: &Args) -> Result<Unlock, Failure> {
    Ok(match (&args.recovery_code_file, &args.passphrase_file) {
        (Some(file), _) => Unlock::RecoveryCode(alexandria_library::recovery_code_in(file).await?),
        (None, Some(file)) => Unlock::Passphrase(alexandria_library::passphrase_in(file).await?),
        (None, None) => Unlock::Keychain,
    })
}

/// Says what to do on this command line about a library that does not open.
fn explain(error: OpenError, args: &Args) -> Failure {
    let mut failure = Failure::from(error);
    let keychain = matches!(failure.code, ErrorCode::KeychainUnavailable | ErrorCode::Locked);
    if keychain && args.passphrase_file.is_none() && args.recovery_code_file.is_none() {
        failure.message.push_str("; without a keychain use --passphrase-file FILE or --recovery-code-file FILE");
    }
    failure
}
