//! The account's key bundle as the server stores it, and epochs that other devices granted to this one.

use alexandria_crypto::account::bundle::{BundleError, KeyBundle};
use alexandria_crypto::account::rotation;
use alexandria_net::sync::{Admission, SyncClient, VersionedKeys};
use alexandria_protocol::api::keys::{self as wire, EpochGrant};
use alexandria_protocol::signature::DeviceSigningKey;

use super::device_list::DeviceList;
use super::enrolled::Enrolled;
use super::error::AccountError;
use crate::engines::Engines;

/// The format of what is sent.
const SUITE: u32 = 1;

/// What is sent.
pub(super) fn to_wire(bundle: &KeyBundle, grants: Vec<EpochGrant>) -> wire::KeyBundle {
    wire::KeyBundle { suite: SUITE, bundle: bundle.to_bytes().into(), grants }
}

/// What came. It is authentic only once it was opened or verified.
pub(super) fn from_wire(keys: &wire::KeyBundle) -> Result<KeyBundle, AccountError> {
    if keys.suite != SUITE {
        return Err(BundleError::NewerVersion.into());
    }
    Ok(KeyBundle::parse(keys.bundle.as_slice())?)
}

/// Takes the newest epoch, if another device has granted one to this. Returns whether this device has more epochs now.
///
/// # Errors
/// When a request fails, or what the server sent is not authentic.
pub(crate) async fn accept_grant(
    engines: &std::sync::Arc<Engines>,
    client: &SyncClient,
    mut enrolled: Enrolled,
    devices: &DeviceList,
) -> Result<bool, AccountError> {
    let VersionedKeys { keys, .. } = client.keys(Admission::Session).await?;
    let bundle = from_wire(&keys)?;
    if bundle.revision() < enrolled.row.bundle_revision {
        return Err(AccountError::Contradiction("the keys are older than those that were seen before"));
    }
    let own = enrolled.device();
    let Some(grant) = keys.grants.iter().find(|grant| grant.device == own) else { return Ok(false) };
    let sender = devices.log.device(grant.from).filter(|status| status.revoked_by.is_none());
    let sender = sender.ok_or(AccountError::Contradiction("keys come from a device that may not give any"))?;
    let before = enrolled.secrets.epochs.newest();
    let account = enrolled.row.account;
    let sealing = *sender.device.sealing_key.as_bytes();
    let sealed = grant.sealed.as_slice();
    let newest = rotation::accept(&account, &mut enrolled.secrets, &enrolled.keys, &sealing, sealed, &bundle)?;
    enrolled.row.bundle_revision = bundle.revision();
    let engines = std::sync::Arc::clone(engines);
    crate::blocking::blocking(move || enrolled.store(&engines)).await?;
    Ok(newest > before)
}

/// The account key of the newest epoch.
pub(super) fn account_key(secrets: &alexandria_crypto::account::secrets::AccountSecrets) -> DeviceSigningKey {
    DeviceSigningKey::from_seed(&secrets.epochs.account_signing_seed())
}
