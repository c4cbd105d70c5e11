//! The secrets of account and device as the library's database keeps them.
//!
//! SQLCipher encrypts that database already. They are sealed once more, bound to account and device, so that a row put in the
//! place of another one does not open, and no plain copy of them passes through SQL.

use zeroize::Zeroizing;

use super::device::DeviceKeys;
use super::epochs::Epochs;
use super::root::AccountRootKey;
use super::secrets::AccountSecrets;
use crate::envelope::{self, EnvelopeError};
use crate::keys::{AccountStoreKey, PublicationIdKey, SecretKey};
use crate::random::{self, RandomError};

#[cfg(test)]
mod tests;

const DEVICE_LABEL: &[u8] = b"alexandria/stored-device-keys/v1";
const SECRETS_LABEL: &[u8] = b"alexandria/stored-account/v1";

/// Whose secrets they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The account.
    pub account: [u8; 16],
    /// This device.
    pub device: [u8; 16],
}

impl Owner {
    fn context(&self) -> Vec<u8> {
        [self.account, self.device].concat()
    }
}

/// Seals the keys of this device.
///
/// # Errors
/// When the operating system's random generator fails.
pub fn seal_device(key: &AccountStoreKey, owner: &Owner, keys: &DeviceKeys) -> Result<Vec<u8>, RandomError> {
    Ok(seal_device_with(key, owner, keys, &random::bytes()?))
}

pub(crate) fn seal_device_with(key: &AccountStoreKey, owner: &Owner, keys: &DeviceKeys, salt: &[u8; 32]) -> Vec<u8> {
    let plain = concat([keys.expose_signing_seed(), keys.sealing().seed()].into_iter());
    envelope::seal_with_salt(key.expose(), DEVICE_LABEL, &owner.context(), &plain, salt)
}

/// Opens the keys of this device.
///
/// # Errors
/// When they were sealed in another library, for another account or device, or were changed.
pub fn open_device(key: &AccountStoreKey, owner: &Owner, sealed: &[u8]) -> Result<DeviceKeys, EnvelopeError> {
    let mut plain = envelope::open_vec(key.expose(), DEVICE_LABEL, &owner.context(), sealed)?;
    let [signing, sealing] = <[SecretKey; 2]>::try_from(split(&mut plain)?).map_err(|_| EnvelopeError::Malformed)?;
    Ok(DeviceKeys::from_seeds(signing, sealing))
}

/// Seals the secrets of the account.
///
/// # Errors
/// When the operating system's random generator fails.
pub fn seal_secrets(key: &AccountStoreKey, owner: &Owner, secrets: &AccountSecrets) -> Result<Vec<u8>, RandomError> {
    Ok(seal_secrets_with(key, owner, secrets, &random::bytes()?))
}

pub(crate) fn seal_secrets_with(
    key: &AccountStoreKey,
    owner: &Owner,
    secrets: &AccountSecrets,
    salt: &[u8; 32],
) -> Vec<u8> {
    let plain = concat(
        [secrets.root.expose(), secrets.ids.expose()]
            .into_iter()
            .chain(secrets.epochs.secrets().map(SecretKey::expose)),
    );
    envelope::seal_with_salt(key.expose(), SECRETS_LABEL, &owner.context(), &plain, salt)
}

/// Opens the secrets of the account.
///
/// # Errors
/// When they were sealed in another library, for another account or device, or were changed.
pub fn open_secrets(key: &AccountStoreKey, owner: &Owner, sealed: &[u8]) -> Result<AccountSecrets, EnvelopeError> {
    let mut plain = envelope::open_vec(key.expose(), SECRETS_LABEL, &owner.context(), sealed)?;
    let mut secrets = split(&mut plain)?.into_iter();
    let mut next = || secrets.next().ok_or(EnvelopeError::Malformed);
    let (root, ids) = (next()?, next()?);
    let (root, ids) = (AccountRootKey::from(root), PublicationIdKey::from(ids));
    let epochs = Epochs::from_secrets(secrets.collect()).ok_or(EnvelopeError::Malformed)?;
    Ok(AccountSecrets { root, ids, epochs })
}

/// Secrets one after the other. Allocated once: growing would leave copies behind.
fn concat<'a>(secrets: impl Iterator<Item = &'a [u8; 32]>) -> Zeroizing<Vec<u8>> {
    let secrets: Vec<&[u8; 32]> = secrets.collect();
    let mut plain = Zeroizing::new(Vec::with_capacity(secrets.len() * 32));
    secrets.into_iter().for_each(|secret| plain.extend_from_slice(secret));
    plain
}

/// Moves the secrets out of `plain`.
fn split(plain: &mut [u8]) -> Result<Vec<SecretKey>, EnvelopeError> {
    let (secrets, rest) = plain.as_chunks_mut::<32>();
    if rest.is_empty() { Ok(secrets.iter_mut().map(SecretKey::take).collect()) } else { Err(EnvelopeError::Malformed) }
}
