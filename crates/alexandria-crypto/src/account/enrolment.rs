//! What a device gives to a new one that a person has approved.
//!
//! The package is bound to the account, to the enrolment and to the transcript hash, which covers both devices' keys and is what
//! the person compared. It proves to the new device that the sender has the private key it compared, and to nobody else.

use super::bundle::{BundleError, KeyBundle};
use super::device::DeviceKeys;
use super::history::HistoryError;
use super::secrets::{AccountSecrets, CORE_LEN, Core};
use crate::entropy::EntropyStream;
use crate::public_key::{self, OVERHEAD};
use crate::random::RandomError;

#[cfg(test)]
mod tests;

const LABEL: &[u8] = b"alexandria/enrolment/v1";
const VERSION: u8 = 1;
const SUITE: u8 = 1;

/// Length of a package in bytes.
pub const PACKAGE_LEN: usize = 2 + CORE_LEN + OVERHEAD;

/// Which enrolment a package belongs to. Both devices have computed it on their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolmentContext {
    /// The account.
    pub account: [u8; 16],
    /// The enrolment.
    pub enrolment: [u8; 16],
    /// Hash of everything that both devices said before, including their public keys.
    pub transcript: [u8; 32],
}

/// Why a package cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentError {
    /// It has the wrong length or an unknown suite.
    #[error("the enrolment package is damaged")]
    Malformed,
    /// A newer version wrote it.
    #[error("the enrolment package was sealed by a newer version of Alexandria")]
    NewerVersion,
    /// The public key of the new device is not a valid point.
    #[error("the public key of the new device is not valid")]
    InvalidKey,
    /// It was changed, sealed by another device or to another one, or belongs to another enrolment.
    #[error("the enrolment package is not authentic")]
    NotAuthentic,
    /// The account's key bundle does not match it.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl From<HistoryError> for EnrolmentError {
    fn from(error: HistoryError) -> Self {
        Self::Bundle(error.into())
    }
}

impl EnrolmentContext {
    /// What a package from `sender` to `recipient` is bound to; all parts but the label have a fixed length.
    fn info(&self, sender: &[u8; 32], recipient: &[u8; 32]) -> Vec<u8> {
        let parts: [&[u8]; 7] =
            [LABEL, &[VERSION, SUITE], &self.account, &self.enrolment, &self.transcript, sender, recipient];
        parts.concat()
    }
}

/// Seals the account's secrets to the public key `recipient` of a new device. The caller has compared the transcript with the
/// person's help: sealing to a key that only the server vouches for would give it everything.
///
/// # Errors
/// When the public key is not valid, or the operating system's random generator fails.
pub fn seal(
    context: &EnrolmentContext,
    device: &DeviceKeys,
    recipient: &[u8; 32],
    secrets: &AccountSecrets,
) -> Result<Vec<u8>, EnrolmentError> {
    seal_with(context, device, recipient, secrets, &mut EntropyStream::new()?)
}

pub(crate) fn seal_with(
    context: &EnrolmentContext,
    device: &DeviceKeys,
    recipient: &[u8; 32],
    secrets: &AccountSecrets,
    entropy: &mut EntropyStream,
) -> Result<Vec<u8>, EnrolmentError> {
    let info = context.info(device.public_key(), recipient);
    let sealed = public_key::seal(device.sealing(), recipient, None, &info, secrets.core().as_slice(), entropy)
        .map_err(|_| EnrolmentError::InvalidKey)?;
    Ok([[VERSION, SUITE].as_slice(), &sealed].concat())
}

/// Opens a package from the device with the public key `sender`, and verifies with it the account's key bundle, which has the
/// older epochs.
///
/// # Errors
/// When it is not a package of that device for this one in this enrolment, or the bundle is not the account's.
pub fn open(
    context: &EnrolmentContext,
    device: &DeviceKeys,
    sender: &[u8; 32],
    package: &[u8],
    bundle: &KeyBundle,
) -> Result<AccountSecrets, EnrolmentError> {
    let (&[version, suite], sealed) = package.split_first_chunk().ok_or(EnrolmentError::Malformed)?;
    if version > VERSION {
        return Err(EnrolmentError::NewerVersion);
    }
    if version != VERSION || suite != SUITE || package.len() != PACKAGE_LEN {
        return Err(EnrolmentError::Malformed);
    }
    let info = context.info(sender, device.public_key());
    let mut core =
        public_key::open(device.sealing(), sender, None, &info, sealed).map_err(|_| EnrolmentError::NotAuthentic)?;
    let core = Core::take(&mut core).ok_or(EnrolmentError::Malformed)?;
    let secrets = core.complete(&context.account, None, bundle.history())?;
    bundle.verify(&context.account, &secrets)?;
    Ok(secrets)
}
