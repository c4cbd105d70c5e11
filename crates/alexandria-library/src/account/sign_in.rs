//! Signing in on a further device, by password or recovery code, and signing out.
//!
//! Whoever has the password has the account's keys, so this device admits itself: the statement is signed with the account's
//! key. The library takes the account's way to name books; those that it has get their new ids before anything is sent (`join`).

use std::sync::Arc;

use alexandria_crypto::account::SlotKey;
use alexandria_crypto::account::bundle::OpenedBundle;
use alexandria_crypto::account::device::DeviceKeys;
use alexandria_crypto::account::opaque::{PasswordCost, ServerKey, SignIn as OpaqueSignIn};
use alexandria_crypto::account::recovery::AccountRecoveryCode;
use alexandria_crypto::account::secrets::AccountSecrets;
use alexandria_crypto::passphrase::{Cost, Passphrase};
use alexandria_net::sync::{Address, Admission, SyncClient};
use alexandria_protocol::api::auth::{LoginFinish, LoginStart, Recover, SecondFactor, SignedIn};
use alexandria_protocol::devices::{DeviceChange, Issuer};
use alexandria_protocol::ids::DeviceId;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::secret::{RecoveryProof, Ticket};
use alexandria_store::sync::AccountRow;
use alexandria_vault::Vault;

use super::connection::Connection;
use super::device_list::DeviceList;
use super::device_name;
use super::enrolled::Enrolled;
use super::error::AccountError;
use super::join;
use super::key_exchange::{account_key, from_wire};
use super::sign_up::{greet, keep, login_name, new_device};
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::open::Unlock;
use crate::protection::LibraryVault;
use crate::reading::OpenBooks;

/// How often this device tries to admit itself while others change the list.
const ATTEMPTS: u32 = 5;

/// What opens the account's keys.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub enum SignInSecret {
    /// The password.
    Password(Passphrase),
    /// The recovery code.
    RecoveryCode(AccountRecoveryCode),
}

/// A second factor that is typed.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub enum SecondFactorCode {
    /// The six digits of an authenticator.
    Totp(String),
    /// One of the codes that the reader noted.
    Backup(String),
}

impl SecondFactorCode {
    /// The kind that the typed text has.
    #[must_use]
    pub fn typed(text: String) -> Self {
        let digits: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        let is_totp = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_totp { Self::Totp(digits) } else { Self::Backup(text) }
    }
}

/// What a reader gives to sign in.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct SignIn {
    /// The server's address.
    pub server: String,
    /// The name of the account.
    pub name: String,
    /// What opens it.
    pub secret: SignInSecret,
    /// A second factor, if the account has one.
    pub second_factor: Option<SecondFactorCode>,
    /// What this device is called in the list of devices.
    pub device_name: String,
    /// What opens the library now: its vault takes the account's way to name books.
    pub unlock: Unlock,
    /// Whether the books of this library become books of the account. Without it, a library that has books is refused.
    pub add_books: bool,
}

/// What a sign-in gave.
pub(super) struct Admitted {
    pub(super) signed_in: SignedIn,
    slot: SlotKey,
    server_key: Option<ServerKey>,
}

/// Signs in with a client that has no credential.
pub(super) async fn admit(
    client: &SyncClient,
    name: &str,
    secret: SignInSecret,
    second_factor: Option<SecondFactorCode>,
    known: Option<ServerKey>,
) -> Result<Admitted, AccountError> {
    let mut admitted = match secret {
        SignInSecret::Password(password) => by_password(client, name, &password, known).await?,
        SignInSecret::RecoveryCode(code) => {
            let proof = RecoveryProof::from_bytes(*code.verifier());
            let signed_in = client.recover(&Recover { name: name.to_owned(), proof }).await?;
            Admitted { signed_in, slot: code.slot_key(), server_key: known }
        }
    };
    if !admitted.signed_in.factors_due.is_empty() {
        let factor = match second_factor.ok_or(AccountError::SecondFactorNeeded)? {
            SecondFactorCode::Totp(code) => SecondFactor::Totp { code },
            SecondFactorCode::Backup(code) => SecondFactor::BackupCode { code },
        };
        admitted.signed_in = client.second_factor(&admitted.signed_in.ticket, &factor).await?;
    }
    Ok(admitted)
}

async fn by_password(
    client: &SyncClient,
    name: &str,
    password: &Passphrase,
    known: Option<ServerKey>,
) -> Result<Admitted, AccountError> {
    let (sign_in, request) = OpaqueSignIn::start(password)?;
    let started = client.login_start(&LoginStart { name: name.to_owned(), request: request.into() }).await?;
    let ksf = started.ksf;
    let cost = Cost { memory_kib: ksf.memory_kib, passes: ksf.passes, lanes: ksf.lanes };
    let cost =
        PasswordCost::new(cost).map_err(|_| AccountError::Contradiction("the password cost is out of bounds"))?;
    let response = started.response;
    let done =
        blocking(move || Ok::<_, AccountError>(sign_in.finish(response.as_slice(), cost, known.as_ref())?)).await?;
    let finish = LoginFinish { attempt: started.attempt, finalization: done.finalization.into() };
    let signed_in = client.login_finish(&finish).await?;
    Ok(Admitted { signed_in, slot: done.export_key.slot_key(), server_key: Some(done.server_key) })
}

/// Signs in: this device becomes one of the account's.
pub(crate) async fn sign_in(
    engines: &Arc<Engines>,
    open_books: &Arc<OpenBooks>,
    vault: &LibraryVault,
    connection: &Connection,
    request: SignIn,
) -> Result<(), AccountError> {
    let SignIn { server, name, secret, second_factor, device_name, unlock, add_books } = request;
    let (address, name, device_name) =
        (server.parse::<Address>()?, login_name(&name)?, device_name::check(&device_name)?);
    if engines.store.account()?.is_some() {
        return Err(AccountError::SignedIn);
    }
    let client = connection.client(address, None)?;
    greet(&client).await?;
    let admitted = admit(&client, &name, secret, second_factor, None).await?;
    let ticket = &admitted.signed_in.ticket;
    let account = admitted.signed_in.account;
    let keys = client.keys(Admission::Ticket(ticket)).await?.keys;
    let bundle = from_wire(&keys)?;
    let OpenedBundle { secrets, granted_by } = bundle.open(account.as_bytes(), &admitted.slot)?;
    let devices = DeviceList::fetch(&client, Admission::Ticket(ticket), account, None).await?;
    if let Some(sender) = granted_by
        && !devices
            .log
            .devices()
            .any(|status| status.revoked_by.is_none() && *status.device.sealing_key.as_bytes() == sender)
    {
        return Err(AccountError::Contradiction("keys come from a device that may not give any"));
    }
    if engines.with_publication_ids(|own| !own.is_same(&secrets.ids)) {
        // No import runs while books get other ids.
        let _no_import = engines.locks.import.lock().await;
        rename_books(engines, open_books, &secrets, add_books).await?;
        take_publication_ids(engines, vault, &secrets, unlock).await?;
    }
    let own = DeviceKeys::generate()?;
    let joined = admit_this(engines, &client, ticket, account, &secrets, &own, &device_name, devices).await?;
    let row = AccountRow {
        account: *account.as_bytes(),
        device: engines.changes.device(),
        server: client.address().to_string(),
        login_name: Some(name),
        server_key: admitted.server_key,
        bundle_revision: bundle.revision(),
        device_keys: Vec::new(),
        secrets: None,
    };
    keep(engines, Enrolled { row, keys: own, secrets }, joined).await?;
    tracing::info!("signed in to an account");
    Ok(())
}

/// Admits this device by a statement that the account key signs.
#[expect(clippy::too_many_arguments, reason = "what a statement is made of, once")]
async fn admit_this(
    engines: &Engines,
    client: &SyncClient,
    ticket: &Ticket,
    account: alexandria_protocol::ids::AccountId,
    secrets: &AccountSecrets,
    own: &DeviceKeys,
    name: &str,
    mut devices: DeviceList,
) -> Result<alexandria_protocol::devices::DeviceLogEnd, AccountError> {
    let key = account_key(secrets);
    let device = new_device(engines, own, secrets, account, name)?;
    let mut attempt = 1;
    loop {
        if devices.log.account_key() != Some(key.public_key()) {
            return Err(AccountError::Contradiction("the account's key is another one"));
        }
        let change = DeviceChange::Add { device: device.clone() };
        let entry = devices.next_statement(Issuer::Account, change, account).sign(&key);
        let id = DeviceId::from_bytes(*engines.changes.device().as_bytes());
        match client.add_device(Admission::Ticket(ticket), id, &entry).await.map_err(AccountError::from) {
            Ok(stored) => return Ok(stored.end),
            Err(error) if error.is(&ProblemCode::Stale) && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
        }
        devices = DeviceList::fetch(client, Admission::Ticket(ticket), account, Some(devices.log.end())).await?;
    }
}

/// Gives the books of this library the account's ids, if the reader wants them in the account.
async fn rename_books(
    engines: &Arc<Engines>,
    open_books: &Arc<OpenBooks>,
    secrets: &AccountSecrets,
    add_books: bool,
) -> Result<(), AccountError> {
    let (engines, open_books, ids) = (Arc::clone(engines), Arc::clone(open_books), secrets.ids.duplicate());
    blocking(move || {
        let books = engines.store.publication_count()?;
        if books > 0 && !add_books {
            return Err(AccountError::NotEmpty(books));
        }
        join::rename_books(&engines, &open_books, &ids)
    })
    .await
}

/// Puts the account's way to name books into the vault.
async fn take_publication_ids(
    engines: &Arc<Engines>,
    vault: &LibraryVault,
    secrets: &AccountSecrets,
    unlock: Unlock,
) -> Result<(), AccountError> {
    let (ids, taken) = (secrets.ids.duplicate(), secrets.ids.duplicate());
    vault
        .change(move |folder, keychain| Vault::replace_publication_ids(folder, &unlock.into(), keychain, &ids))
        .await?;
    engines.set_publication_ids(taken);
    Ok(())
}

/// Signs out: this library keeps its books and forgets the account. The server keeps the device until another one removes it.
pub(crate) async fn leave(engines: &Arc<Engines>) -> Result<(), AccountError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        engines.store.account()?.ok_or(AccountError::NotSignedIn)?;
        engines.store.remove_account()?;
        tracing::info!("signed out of an account");
        Ok(())
    })
    .await
}
