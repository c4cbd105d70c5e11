//! Opening the library that the arguments name.

use std::path::PathBuf;

use alexandria_library::domain::{CodedError, ErrorCode};
use alexandria_library::{Library, LibraryState, OpenError, Places, SlotKind, Unlock};

use crate::args::Args;
use crate::failure::Failure;
use crate::made::Made;
use crate::output::Output;
use crate::prompt;

/// Logs to the platform's folder. A machine that cannot take a log can still search.
pub(crate) fn start_logging() -> Option<impl Drop> {
    let places = Places::of_account().ok()?;
    alexandria_library::start_logging(places.logs()).ok()
}

/// Opens the library.
pub(crate) async fn open(args: &Args, output: &Output) -> Result<Library, Failure> {
    Ok(open_and_keep(args, output).await?.0)
}

/// Opens the library, and keeps what opened it: every change of what protects it asks for that once more, and a secret
/// that came through a pipe or was typed comes only once.
pub(crate) async fn open_and_keep(args: &Args, output: &Output) -> Result<(Library, Unlock), Failure> {
    let folder = folder(args)?;
    let unlock = unlock(args).await?;
    let refused = match Library::open(&folder, unlock.again()).await {
        Ok(library) => return Ok((library, unlock)),
        Err(error) => error,
    };
    let by_keychain = matches!(unlock, Unlock::Keychain) && is_of_keychain(refused.code());
    if !by_keychain || !output.can_ask() {
        return Err(explain(refused, args));
    }
    let LibraryState::Locked { slots } = Library::state(&folder).await? else { return Err(explain(refused, args)) };
    if !slots.contains(&SlotKind::Passphrase) {
        return Err(explain(refused, args));
    }
    if slots.contains(&SlotKind::Keychain) {
        output.note(&refused.to_string());
    }
    let unlock = Unlock::Passphrase(prompt::passphrase("Passphrase", *output).await?);
    let library = Library::open(&folder, unlock.again()).await.map_err(|error| explain(error, args))?;
    Ok((library, unlock))
}

/// Opens the library, or makes one if there is none. Says so if it was made.
pub(crate) async fn open_or_create(args: &Args, output: &Output) -> Result<(Library, Option<Made>), Failure> {
    let folder = folder(args)?;
    if Library::state(&folder).await? != LibraryState::None {
        return Ok((open(args, output).await?, None));
    }
    let unlock = unlock(args).await?;
    let made = Made::new(args, &folder, &unlock);
    let library = Library::create(&folder, unlock).await.map_err(|error| explain(error, args))?;
    Ok((library, Some(made)))
}

/// The library's folder.
pub(crate) fn folder(args: &Args) -> Result<PathBuf, Failure> {
    match &args.library {
        Some(folder) => Ok(folder.clone()),
        None => Ok(Places::of_account()?.library().to_owned()),
    }
}

/// What opens the library by the arguments: the recovery code if there is one, then the passphrase, then the keychain.
pub(crate) async fn unlock(args: &Args) -> Result<Unlock, Failure> {
    Ok(match (&args.recovery_code_file, &args.passphrase_file) {
        (Some(file), _) => Unlock::RecoveryCode(alexandria_library::recovery_code_in(file).await?),
        (None, Some(file)) => Unlock::Passphrase(alexandria_library::passphrase_in(file).await?),
        (None, None) => Unlock::Keychain,
    })
}

/// Whether a failure says that the keychain is of no help, and that something else may be.
pub(crate) fn is_of_keychain(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::KeychainUnavailable | ErrorCode::Locked)
}

/// Says what to do on this command line about a library that does not open.
fn explain(error: OpenError, args: &Args) -> Failure {
    let mut failure = Failure::from(error);
    if is_of_keychain(failure.code) && args.passphrase_file.is_none() && args.recovery_code_file.is_none() {
        failure.message.push_str("; without a keychain use --passphrase-file FILE or --recovery-code-file FILE");
    }
    failure
}
