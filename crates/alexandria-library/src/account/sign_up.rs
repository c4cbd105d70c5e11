//! Making an account: this library's device is the first, and its books keep their ids.

use std::sync::Arc;

use alexandria_crypto::account::bundle::KeyBundle;
use alexandria_crypto::account::device::DeviceKeys;
use alexandria_crypto::account::opaque::{PasswordCost, Registration};
use alexandria_crypto::account::recovery::AccountRecoveryCode;
use alexandria_crypto::account::secrets::AccountSecrets;
use alexandria_crypto::passphrase::Passphrase;
use alexandria_crypto::random;
use alexandria_net::sync::{Address, SyncClient};
use alexandria_protocol::api::auth::{KsfParameters, RegisterFinish, RegisterStart};
use alexandria_protocol::api::keys::RecoveryVerifier;
use alexandria_protocol::api::meta::Registration as Registrations;
use alexandria_protocol::devices::{DeviceChange, DeviceLogEnd, Issuer, NewDevice, SealingPublicKey};
use alexandria_protocol::devices::{DeviceEntry, DeviceEntryHash};
use alexandria_protocol::ids::{AccountId, DeviceId};
use alexandria_protocol::secret::{InvitationToken, RecoveryProof};
use alexandria_protocol::signature::DeviceSigningKey;
use alexandria_store::sync::AccountRow;

use super::connection::Connection;
use super::device_list::{next_statement, remember};
use super::device_name;
use super::enrolled::Enrolled;
use super::error::AccountError;
use super::key_exchange::{account_key, to_wire};
use crate::blocking::blocking;
use crate::engines::Engines;

/// What a reader gives to make an account.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct SignUp {
    /// The server's address.
    pub server: String,
    /// The name to sign in with, such as an e-mail address.
    pub name: String,
    /// The password of the account.
    pub password: Passphrase,
    /// What this device is called in the list of devices.
    pub device_name: String,
    /// Needed where accounts are made by invitation.
    pub invitation: Option<InvitationToken>,
    /// The code from the server's e-mail, where it confirms addresses.
    pub email_code: Option<String>,
}

/// A new account.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct AccountCreated {
    /// Gives access if all devices and the password are lost. Shown once.
    pub recovery_code: AccountRecoveryCode,
}

/// The name as the server knows it.
pub(super) fn login_name(name: &str) -> Result<String, AccountError> {
    let name = name.trim().to_lowercase();
    if (1..=254).contains(&name.len()) { Ok(name) } else { Err(AccountError::Name) }
}

/// Asks the server what it is, and refuses one that cannot be talked to.
pub(super) async fn greet(client: &SyncClient) -> Result<Registrations, AccountError> {
    let meta = client.meta().await?;
    if meta.common_protocol().is_none() {
        return Err(AccountError::OtherProtocol { server: meta.version });
    }
    Ok(meta.registration)
}

/// Everything that an account begins with.
struct Beginning {
    account: AccountId,
    keys: DeviceKeys,
    secrets: AccountSecrets,
    recovery: AccountRecoveryCode,
    entry: DeviceEntry,
}

/// Makes an account, whose first device this is.
pub(crate) async fn sign_up(
    engines: &Arc<Engines>,
    connection: &Connection,
    new: SignUp,
) -> Result<AccountCreated, AccountError> {
    let SignUp { server, name, password, device_name, invitation, email_code } = new;
    let (address, name, device_name) =
        (server.parse::<Address>()?, login_name(&name)?, device_name::check(&device_name)?);
    if engines.store.account()?.is_some() {
        return Err(AccountError::SignedIn);
    }
    let client = connection.client(address, None)?;
    match greet(&client).await? {
        Registrations::Closed => return Err(AccountError::RegistrationClosed),
        Registrations::Invitation if invitation.is_none() => return Err(AccountError::InvitationNeeded),
        Registrations::Invitation | Registrations::Open => {}
    }
    let (registration, request) = Registration::start(&password)?;
    let start = RegisterStart { name: name.clone(), request: request.into(), invitation, email_code };
    let started = client.register_start(&start).await?;
    // Stretching the password takes most of a second.
    let registered = blocking(move || {
        Ok::<_, AccountError>(registration.finish(started.response.as_slice(), PasswordCost::STANDARD)?)
    })
    .await?;
    let Beginning { account, keys, secrets, recovery, entry } = begin(engines, &device_name)?;
    let slots = [&registered.export_key.slot_key(), &recovery.slot_key()];
    let bundle = KeyBundle::create(account.as_bytes(), &secrets, &slots)?;
    let revision = bundle.revision();
    let proof = RecoveryProof::from_bytes(*recovery.verifier());
    let cost = PasswordCost::STANDARD.cost();
    let finish = RegisterFinish {
        attempt: started.attempt,
        account,
        upload: registered.upload.into(),
        ksf: KsfParameters { memory_kib: cost.memory_kib, passes: cost.passes, lanes: cost.lanes },
        keys: to_wire(&bundle, Vec::new()),
        device: entry,
        recovery: RecoveryVerifier::from_bytes(proof.digest()),
    };
    client.register_finish(&finish).await?;
    let row = AccountRow {
        account: *account.as_bytes(),
        device: engines.changes.device(),
        server: client.address().to_string(),
        login_name: Some(name),
        server_key: Some(registered.server_key),
        bundle_revision: revision,
        device_keys: Vec::new(),
        secrets: None,
    };
    let end = DeviceLogEnd { number: 1, hash: finish.device.hash() };
    keep(engines, Enrolled { row, keys, secrets }, end).await?;
    tracing::info!("an account was made");
    Ok(AccountCreated { recovery_code: recovery })
}

/// Makes the keys, and the first statement of the device log.
fn begin(engines: &Engines, name: &str) -> Result<Beginning, AccountError> {
    let account = AccountId::from_bytes(random::bytes()?);
    let secrets = engines.with_publication_ids(AccountSecrets::generate)?;
    let (keys, recovery) = (DeviceKeys::generate()?, AccountRecoveryCode::generate()?);
    let signing = DeviceSigningKey::from_seed(keys.expose_signing_seed());
    let device = new_device(engines, &keys, &secrets, account, name)?;
    let issuer = Issuer::Device { device: device.device };
    let change = DeviceChange::Create { device, account_key: account_key(&secrets).public_key() };
    let before = DeviceLogEnd { number: 0, hash: DeviceEntryHash::NONE };
    let entry = next_statement(before, issuer, change, account).sign(&signing);
    Ok(Beginning { account, keys, secrets, recovery, entry })
}

/// This device as a statement names it.
pub(super) fn new_device(
    engines: &Engines,
    keys: &DeviceKeys,
    secrets: &AccountSecrets,
    account: AccountId,
    name: &str,
) -> Result<NewDevice, AccountError> {
    let device = DeviceId::from_bytes(*engines.changes.device().as_bytes());
    Ok(NewDevice {
        device,
        signing_key: DeviceSigningKey::from_seed(keys.expose_signing_seed()).public_key(),
        sealing_key: SealingPublicKey::from_bytes(*keys.public_key()),
        label: device_name::seal(&secrets.epochs.record_keys(), account, device, name)?,
    })
}

/// Stores what this device has of the account, and the end of the device log.
pub(super) async fn keep(
    engines: &Arc<Engines>,
    mut enrolled: Enrolled,
    end: DeviceLogEnd,
) -> Result<(), AccountError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        enrolled.store(&engines)?;
        remember(&engines.store, end)
    })
    .await
}
