//! Removing a device from the account: its sessions end at once, and the keys that others use from now on are new ones.

use std::sync::Arc;

use alexandria_crypto::account::rotation::rotate;
use alexandria_domain::DeviceId;
use alexandria_net::sync::{Admission, SyncClient};
use alexandria_protocol::api::keys::EpochGrant;
use alexandria_protocol::devices::{DeviceChange, Issuer};
use alexandria_protocol::frame::chain::Head;
use alexandria_protocol::ids;

use super::device_list::{list, seen};
use super::enrolled::Enrolled;
use super::error::AccountError;
use super::key_exchange::{account_key, from_wire, to_wire};
use super::sign_in::{SecondFactorCode, SignInSecret, admit};
use super::sign_up::keep;
use crate::blocking::blocking;
use crate::engines::Engines;

/// Removes `device`. The password shows that the reader is there.
///
/// New keys are stored on the server before the removal, so that nobody is admitted with keys that only the removed device and
/// this one have. If the answer to the removal is lost, it can be repeated: that adds one more epoch.
pub(crate) async fn revoke(
    engines: &Arc<Engines>,
    client: &SyncClient,
    device: DeviceId,
    secret: SignInSecret,
    second_factor: Option<SecondFactorCode>,
) -> Result<(), AccountError> {
    let reading = Arc::clone(engines);
    let (mut enrolled, before) =
        blocking(move || Ok::<_, AccountError>((Enrolled::load(&reading)?, seen(&reading.store)?))).await?;
    let id = ids::DeviceId::from_bytes(*device.as_bytes());
    if id == enrolled.device() {
        return Err(AccountError::OwnDevice);
    }
    let devices = list(client, &enrolled, before).await?;
    if devices.log.active_key(id).is_none() {
        return Err(AccountError::NoSuchDevice);
    }
    let name = enrolled.row.login_name.clone().ok_or(AccountError::Stored)?;
    let ticket = admit(client, &name, secret, second_factor, enrolled.row.server_key).await?.signed_in.ticket;

    let staying: Vec<_> = devices
        .log
        .devices()
        .filter(|status| status.revoked_by.is_none() && status.device.device != id)
        .map(|status| (status.device.device, *status.device.sealing_key.as_bytes()))
        .collect();
    let versioned = client.keys(Admission::Session).await?;
    let recipients: Vec<_> = staying.iter().map(|(_, key)| *key).collect();
    let account = enrolled.row.account;
    let bundle = from_wire(&versioned.keys)?;
    let rotation = rotate(&account, &mut enrolled.secrets, &enrolled.keys, &recipients, bundle)?;
    let from = enrolled.device();
    let grants = staying.iter().zip(&rotation.grants);
    let grants =
        grants.map(|((device, _), sealed)| EpochGrant { device: *device, from, sealed: sealed.as_slice().into() });
    let wire = to_wire(&rotation.bundle, grants.collect());
    client.put_keys(&ticket, versioned.version, &wire).await?;
    enrolled.row.bundle_revision = rotation.bundle.revision();

    let heads = client.heads().await?.heads;
    let ends: Vec<Head> = heads.into_iter().filter(|head| head.device == id).collect();
    let account_key = account_key(&enrolled.secrets).public_key();
    let change = DeviceChange::Revoke { device: id, account_key, ends };
    let issuer = Issuer::Device { device: from };
    let entry = devices.next_statement(issuer, change, enrolled.account()).sign(&enrolled.signing_key());
    // Stored first: what the server has already is of no use to a device that lacks the keys.
    let end = devices.log.end();
    let reloaded = Enrolled { row: enrolled.row.clone(), keys: enrolled.keys, secrets: enrolled.secrets };
    keep(engines, reloaded, end).await?;
    client.revoke_device(&ticket, id, &entry).await?;
    tracing::info!(%device, "a device was removed from the account");
    Ok(())
}
