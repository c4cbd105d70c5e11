//! Protection of the library: its slots, and changes to them.

use alexandria_library::{Passphrase, ProtectError};

use crate::contract::{
    AuthorizedRequest, CleanupFailure, CommandError, NoArgs, Protection, RecoveryCodeConfirmation, RecoveryCodeText,
    RemoveProtection, SetPassphrase,
};
use crate::shell::Shell;

pub(crate) async fn protection(shell: &Shell, _: NoArgs) -> Result<Protection, CommandError> {
    Ok(shell.library()?.protection().await?.into())
}

pub(crate) async fn set_passphrase(shell: &Shell, args: SetPassphrase) -> Result<Vec<CleanupFailure>, CommandError> {
    let (credential, new) = (args.credential.unlock()?, Passphrase::new(args.passphrase));
    changed(shell.library()?.set_passphrase(credential, new).await)
}

pub(crate) async fn add_keychain(shell: &Shell, args: AuthorizedRequest) -> Result<Vec<CleanupFailure>, CommandError> {
    changed(shell.library()?.add_keychain(args.credential.unlock()?).await)
}

pub(crate) async fn remove_protection(
    shell: &Shell,
    args: RemoveProtection,
) -> Result<Vec<CleanupFailure>, CommandError> {
    changed(shell.library()?.remove_protection(args.credential.unlock()?, args.slot.into()).await)
}

pub(crate) async fn prepare_recovery_code(
    shell: &Shell,
    args: AuthorizedRequest,
) -> Result<RecoveryCodeText, CommandError> {
    let new = shell.library()?.prepare_recovery_code(args.credential.unlock()?).await?;
    let code = new.code().expose_text().to_string();
    shell.recovery_code.set(Some(new));
    Ok(RecoveryCodeText { code })
}

pub(crate) async fn confirm_recovery_code(
    shell: &Shell,
    args: RecoveryCodeConfirmation,
) -> Result<Vec<CleanupFailure>, CommandError> {
    let library = shell.library()?;
    let new =
        shell.recovery_code.current().ok_or_else(|| CommandError::invalid_input("no recovery code was prepared"))?;
    let leftovers = changed(library.confirm_recovery_code(&new, args.code).await)?;
    shell.recovery_code.set(None);
    Ok(leftovers)
}

pub(crate) async fn discard_recovery_code(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.recovery_code.set(None);
    Ok(())
}

fn changed(
    result: Result<Vec<alexandria_library::CleanupFailure>, ProtectError>,
) -> Result<Vec<CleanupFailure>, CommandError> {
    Ok(result?.into_iter().map(CleanupFailure::from).collect())
}
