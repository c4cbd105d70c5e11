//! The account that keeps the library in step with other devices.

use alexandria_library::CancellationToken;

use crate::contract::{
    AccountDevice, AccountStatus, CommandError, NoArgs, PublicationRef, RecoveryCodeText, RemoveDevice, SignIn, SignUp,
};
use crate::shell::Shell;

pub(crate) async fn account_status(shell: &Shell, _: NoArgs) -> Result<AccountStatus, CommandError> {
    AccountStatus::of(&shell.library()?).await
}

pub(crate) async fn sign_up(shell: &Shell, args: SignUp) -> Result<RecoveryCodeText, CommandError> {
    Ok(shell.library()?.sign_up(args.into_core()?).await?.into())
}

pub(crate) async fn sign_in(shell: &Shell, args: SignIn) -> Result<AccountStatus, CommandError> {
    shell.library()?.sign_in(args.into_core()?).await?;
    account_status(shell, NoArgs {}).await
}

pub(crate) async fn sign_out(shell: &Shell, _: NoArgs) -> Result<AccountStatus, CommandError> {
    shell.library()?.sign_out().await?;
    account_status(shell, NoArgs {}).await
}

pub(crate) async fn account_devices(shell: &Shell, _: NoArgs) -> Result<Vec<AccountDevice>, CommandError> {
    Ok(shell.library()?.account_devices().await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn remove_device(shell: &Shell, args: RemoveDevice) -> Result<Vec<AccountDevice>, CommandError> {
    let (id, secret, second_factor) = args.into_core()?;
    shell.library()?.remove_account_device(id, secret, second_factor).await?;
    account_devices(shell, NoArgs {}).await
}

pub(crate) async fn sync_now(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.library()?.sync_now();
    Ok(())
}

pub(crate) async fn fetch_book(shell: &Shell, args: PublicationRef) -> Result<AccountStatus, CommandError> {
    shell.library()?.fetch_book(args.id.0, &CancellationToken::new()).await?;
    account_status(shell, NoArgs {}).await
}
