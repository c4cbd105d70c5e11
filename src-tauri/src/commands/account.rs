//! The account that keeps the library in step with other devices.

use alexandria_library::{CancellationToken, Library, Passphrase, SignInSecret, suggested_device_name};

use crate::contract::{
    AccountDevice, AccountStatus, CommandError, NoArgs, PublicationRef, RecoveryCodeText, RemoveDevice, SignIn, SignUp,
    second_factor,
};
use crate::shell::Shell;

pub(crate) async fn account_status(shell: &Shell, _: NoArgs) -> Result<AccountStatus, CommandError> {
    status_of(&shell.library()?).await
}

/// The account of a library, and how far it is in step.
pub(crate) async fn status_of(library: &Library) -> Result<AccountStatus, CommandError> {
    let account = library.account().await?;
    let cloud = if account.is_some() { library.cloud_books().await? } else { Vec::new() };
    let sync = (*library.sync_status().borrow()).into();
    Ok(AccountStatus {
        account: account.map(Into::into),
        suggested_device_name: suggested_device_name(),
        sync,
        cloud: cloud.into_iter().map(Into::into).collect(),
    })
}

pub(crate) async fn sign_up(shell: &Shell, args: SignUp) -> Result<RecoveryCodeText, CommandError> {
    let created = shell.library()?.sign_up(args.into_core()?).await?;
    Ok(RecoveryCodeText { code: created.recovery_code.expose_text().to_string() })
}

pub(crate) async fn sign_in(shell: &Shell, args: SignIn) -> Result<AccountStatus, CommandError> {
    let library = shell.library()?;
    library.sign_in(args.into_core()?).await?;
    status_of(&library).await
}

pub(crate) async fn sign_out(shell: &Shell, _: NoArgs) -> Result<AccountStatus, CommandError> {
    let library = shell.library()?;
    library.sign_out().await?;
    status_of(&library).await
}

pub(crate) async fn account_devices(shell: &Shell, _: NoArgs) -> Result<Vec<AccountDevice>, CommandError> {
    Ok(shell.library()?.account_devices().await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn remove_device(shell: &Shell, args: RemoveDevice) -> Result<Vec<AccountDevice>, CommandError> {
    let id = args.id.parse().map_err(|_| CommandError::invalid_input("that is not the id of a device"))?;
    let secret = SignInSecret::Password(Passphrase::new(args.password));
    shell.library()?.remove_account_device(id, secret, second_factor(args.second_factor)).await?;
    account_devices(shell, NoArgs {}).await
}

pub(crate) async fn sync_now(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.library()?.sync_now();
    Ok(())
}

pub(crate) async fn fetch_book(shell: &Shell, args: PublicationRef) -> Result<AccountStatus, CommandError> {
    let library = shell.library()?;
    library.fetch_book(args.id.0, &CancellationToken::new()).await?;
    status_of(&library).await
}
