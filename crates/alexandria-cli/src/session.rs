//! Opens the library that the arguments select.

use std::path::PathBuf;

use alexandria_library::domain::{CodedError, ErrorCode};
use alexandria_library::{Folders, Library, LibraryState, SlotKind, Unlock};

use crate::args::Args;
use crate::failure::Failure;
use crate::new_library::NewLibrary;
use crate::output::Output;
use crate::prompt;

/// Starts logging to the platform's log folder. If that fails, commands work without a log.
pub(crate) fn start_logging() -> Option<impl Drop> {
    let places = Folders::of_account().ok()?;
    alexandria_library::start_logging(places.logs()).ok()
}

/// Opens the library.
pub(crate) async fn open(args: &Args, output: &Output) -> Result<Library, Failure> {
    Ok(open_with_unlock(args, output).await?.0)
}

/// Opens the library and also returns what unlocked it. Every change to its protection needs that again, and a secret
/// that was typed or came through a pipe cannot be read twice.
pub(crate) async fn open_with_unlock(args: &Args, output: &Output) -> Result<(Library, Unlock), Failure> {
    let folder = folder(args)?;
    let unlock = unlock(args).await?;
    let error = match Library::open(&folder, unlock.again()).await {
        Ok(library) => return Ok((library, unlock)),
        Err(error) => error,
    };
    if !matches!(unlock, Unlock::Keychain) || !is_keychain_error(error.code()) || !output.can_prompt() {
        return Err(error.into());
    }
    let LibraryState::Locked { slots } = Library::state(&folder).await? else { return Err(error.into()) };
    if !slots.contains(&SlotKind::Passphrase) {
        return Err(error.into());
    }
    if slots.contains(&SlotKind::Keychain) {
        output.note(&error.to_string());
    }
    let unlock = Unlock::Passphrase(prompt::passphrase("Passphrase", *output).await?);
    let library = Library::open(&folder, unlock.again()).await?;
    Ok((library, unlock))
}

/// Opens the library, or creates it if there is none, in which case the second value describes it.
pub(crate) async fn open_or_create(args: &Args, output: &Output) -> Result<(Library, Option<NewLibrary>), Failure> {
    let (library, _unlock, new) = open_or_create_with_unlock(args, output).await?;
    Ok((library, new))
}

/// The same, and returns what unlocked the library.
pub(crate) async fn open_or_create_with_unlock(
    args: &Args,
    output: &Output,
) -> Result<(Library, Unlock, Option<NewLibrary>), Failure> {
    let folder = folder(args)?;
    if Library::state(&folder).await? != LibraryState::None {
        let (library, unlock) = open_with_unlock(args, output).await?;
        return Ok((library, unlock, None));
    }
    let unlock = unlock(args).await?;
    let new = NewLibrary::new(args, &folder, &unlock);
    let library = Library::create(&folder, unlock.again()).await.map_err(|error| explain_create(error.into()))?;
    Ok((library, unlock, Some(new)))
}

/// The library folder.
pub(crate) fn folder(args: &Args) -> Result<PathBuf, Failure> {
    match &args.library {
        Some(folder) => Ok(folder.clone()),
        None => match Folders::of_account() {
            Ok(places) => Ok(places.library().to_owned()),
            Err(error) => Err(Failure::from(error).with_hint("choose a folder with --library DIR")),
        },
    }
}

/// What unlocks the library according to the arguments: a recovery code, else a passphrase, else the keychain.
pub(crate) async fn unlock(args: &Args) -> Result<Unlock, Failure> {
    Ok(match (&args.recovery_code_file, &args.passphrase_file) {
        (Some(file), _) => Unlock::RecoveryCode(alexandria_library::recovery_code_in(file).await?),
        (None, Some(file)) => Unlock::Passphrase(alexandria_library::passphrase_in(file).await?),
        (None, None) => Unlock::Keychain,
    })
}

/// Whether the keychain failed in a way that another unlock method may work around.
pub(crate) fn is_keychain_error(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::KeychainUnavailable | ErrorCode::Locked)
}

/// A library that does not exist yet has no passphrase to look up; the user has to choose one.
fn explain_create(failure: Failure) -> Failure {
    if is_keychain_error(failure.code) {
        return failure.with_hint("to protect the new library with a passphrase instead, use --passphrase-file FILE");
    }
    failure
}
