//! A new epoch, when a device is revoked or a password may be known to others.
//!
//! The device that revokes adds an epoch, grants it to each device that stays, and puts it into the key bundle, all before
//! anything is sealed in it. The old epochs stay readable, also by the revoked device: what it could read, it can read again.

use super::bundle::{BundleError, KeyBundle};
use super::device::DeviceKeys;
use super::grant::{self, GRANT_LEN, GrantContext, GrantError};
use super::secrets::AccountSecrets;
use crate::entropy::EntropyStream;
use crate::keys::AddEpochError;
use crate::random::RandomError;

#[cfg(test)]
mod tests;

/// Why an epoch cannot be added or received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// The account has the maximum of epochs.
    #[error(transparent)]
    Epoch(#[from] AddEpochError),
    /// The grant does not open, or cannot be sealed to that device.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The key bundle does not verify.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The bundle is of another epoch than the grant: one of the two is older.
    #[error("the grant is of epoch {granted}, the key bundle of epoch {bundle}")]
    OtherEpoch {
        /// Epoch of the grant.
        granted: u32,
        /// Newest epoch of the bundle.
        bundle: u32,
    },
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// A new epoch, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Number of the new epoch.
    pub epoch: u32,
    /// The key bundle with it.
    pub bundle: KeyBundle,
    /// One grant for each recipient, in their order.
    pub grants: Vec<[u8; GRANT_LEN]>,
}

/// Adds an epoch to `secrets` and grants it to the devices with the public keys `recipients`, which must be those of all devices
/// that stay, taken from statements that were verified. `bundle` is the account's newest. On failure `secrets` are unchanged.
///
/// # Errors
/// When the bundle does not verify, a public key is not valid, there are too many epochs, or the random generator fails.
pub fn rotate(
    account: &[u8; 16],
    secrets: &mut AccountSecrets,
    device: &DeviceKeys,
    recipients: &[[u8; 32]],
    bundle: KeyBundle,
) -> Result<Rotation, RotationError> {
    bundle.verify(account, secrets)?;
    let mut entropy = EntropyStream::new()?;
    let mut with_new = secrets.duplicate();
    let epoch = with_new.epochs.add_epoch()?;
    let grants = recipients.iter().map(|recipient| grant(account, &with_new, device, recipient, &mut entropy));
    let grants = grants.collect::<Result<Vec<_>, _>>()?;
    let bundle = bundle.with_newest_epoch(&with_new, device, &mut entropy)?;
    *secrets = with_new;
    Ok(Rotation { epoch, bundle, grants })
}

pub(crate) fn grant(
    account: &[u8; 16],
    secrets: &AccountSecrets,
    device: &DeviceKeys,
    recipient: &[u8; 32],
    entropy: &mut EntropyStream,
) -> Result<[u8; GRANT_LEN], GrantError> {
    let context = GrantContext { account, root: &secrets.root, sender: device.public_key(), recipient };
    let epoch = (secrets.epochs.newest(), secrets.epochs.newest_id(), secrets.epochs.newest_secret());
    grant::seal(&context, device.sealing(), epoch, entropy)
}

/// Takes the epoch that the device with the public key `sender` granted to this one, and all between, which the account's
/// newest bundle has. The caller has checked that the sender is a device of the account and not revoked. Taking a grant twice
/// changes nothing.
///
/// # Errors
/// When the grant or the bundle is not authentic, they are of different epochs, or they contradict the epochs of this device.
pub fn accept(
    account: &[u8; 16],
    secrets: &mut AccountSecrets,
    device: &DeviceKeys,
    sender: &[u8; 32],
    granted: &[u8],
    bundle: &KeyBundle,
) -> Result<u32, RotationError> {
    bundle.verify(account, secrets)?;
    let context = GrantContext { account, root: &secrets.root, sender, recipient: device.public_key() };
    let opened = grant::open(&context, device.sealing(), granted)?;
    let newest = bundle.history().newest();
    if opened.number != newest || newest < secrets.epochs.newest() {
        return Err(RotationError::OtherEpoch { granted: opened.number, bundle: newest });
    }
    let epochs = bundle.history().open(account, opened.secret).map_err(BundleError::from)?;
    secrets.replace_epochs(epochs).map_err(BundleError::from)?;
    Ok(newest)
}
