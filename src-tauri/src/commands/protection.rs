//! What protects the library: seeing and changing it.

use alexandria_library::{Passphrase, ProtectError};

use crate::contract::{
    Authorised, CleanupFailure, CommandError, NoArgs, Protection, Reentry, RemoveProtection, SetPassphrase, ShownCode,
};
use crate::shell::Shell;

pub(crate) async fn protection(shell: &Shell, _: NoArgs) -> Result<Protection, CommandError> {
    Ok(shell.library()?.protection().await?.into())
}

pub(crate) async fn set_passphrase(shell: &Shell, args: SetPassphrase) -> Result<Vec<CleanupFailure>, CommandError> {
    let (with, new) = (args.with.unlock()?, Passphrase::new(args.passphrase));
    changed(shell.library()?.set_passphrase(with, new).await)
}

pub(crate) async fn add_keychain(shell: &Shell, args: Authorised) -> Result<Vec<CleanupFailure>, CommandError> {
    changed(shell.library()?.add_keychain(args.with.unlock()?).await)
}

pub(crate) async fn remove_protection(
    shell: &Shell,
    args: RemoveProtection,
) -> Result<Vec<CleanupFailure>, CommandError> {
    changed(shell.library()?.remove_protection(args.with.unlock()?, args.slot.into()).await)
}

pub(crate) async fn prepare_recovery_code(shell: &Shell, args: Authorised) -> Result<ShownCode, CommandError> {
    let new = shell.library()?.prepare_recovery_code(args.with.unlock()?).await?;
    let code = new.code().expose_text().to_string();
    shell.show_code(Some(new));
    Ok(ShownCode { code })
}

pub(crate) async fn confirm_recovery_code(shell: &Shell, args: Reentry) -> Result<Vec<CleanupFailure>, CommandError> {
    let library = shell.library()?;
    let new = shell.shown_code().ok_or_else(|| CommandError::invalid_input("no recovery code was shown"))?;
    let leftovers = changed(library.confirm_recovery_code(&new, args.code).await)?;
    shell.show_code(None);
    Ok(leftovers)
}

pub(crate) async fn discard_recovery_code(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.show_code(None);
    Ok(())
}

fn changed(
    result: Result<Vec<alexandria_library::CleanupFailure>, ProtectError>,
) -> Result<Vec<CleanupFailure>, CommandError> {
    Ok(result?.into_iter().map(CleanupFailure::from).collect())
}
