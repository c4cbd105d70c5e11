//! The key bundle: the secrets of an account as the server keeps them, sealed for the password and the recovery code.
//!
//! It is authenticated as a whole by a key derived from the root key, so that the server cannot mix parts of two bundles. A
//! revoked device knows the root key; therefore a device also signs the bundle (`alexandria-protocol`), and whoever fetches it
//! checks that the signer is not revoked, and that [`KeyBundle::revision`] did not decrease.

use subtle::ConstantTimeEq;

use self::fields::BundleFields;
use super::device::DeviceKeys;
use super::history::{EpochHistory, HistoryError};
use super::secrets::AccountSecrets;
use super::slot::{Slot, SlotError, SlotKey, SlotKind};
use crate::entropy::EntropyStream;
use crate::envelope::EnvelopeError;
use crate::hazmat;
use crate::random::{self, RandomError};

mod encoding;
mod error;
mod fields;
#[cfg(test)]
mod tests;

pub use encoding::MAX_BUNDLE_BYTES;
pub use error::BundleError;

/// A key bundle. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyBundle {
    fields: BundleFields,
    mac: [u8; 32],
}

/// What a bundle holds.
#[expect(missing_debug_implementations, reason = "it holds secrets")]
pub struct OpenedBundle {
    /// The secrets, with all epochs.
    pub secrets: AccountSecrets,
    /// Public key of the device that granted the newest epoch, if that was after the slot was sealed. The caller checks that it
    /// belongs to a device of the account that is not revoked.
    pub granted_by: Option<[u8; 32]>,
}

impl KeyBundle {
    /// The first bundle of an account, with one slot for each of `keys`.
    ///
    /// # Errors
    /// When there is no key or two of one kind, or the operating system's random generator fails.
    pub fn create(account: &[u8; 16], secrets: &AccountSecrets, keys: &[&SlotKey]) -> Result<Self, BundleError> {
        let history = EpochHistory::seal(account, &secrets.epochs)?;
        Self::create_with(account, secrets, keys, history, random::bytes)
    }

    /// [`create`](Self::create) with a given history and given salts, for the test vectors.
    pub(crate) fn create_with(
        account: &[u8; 16],
        secrets: &AccountSecrets,
        keys: &[&SlotKey],
        history: EpochHistory,
        mut salt: impl FnMut() -> Result<[u8; 32], RandomError>,
    ) -> Result<Self, BundleError> {
        let (account, check) = (*account, secrets.root.key_check());
        let fields = BundleFields { account, revision: 1, check, slots: Vec::new(), history };
        let mut bundle = Self { fields, mac: [0; 32] };
        for key in keys {
            if bundle.fields.slots.iter().any(|slot| slot.kind == key.kind()) {
                return Err(BundleError::Malformed);
            }
            bundle.put_slot(secrets, key, &salt()?)?;
        }
        bundle.authenticated(secrets)
    }

    /// Decodes a bundle. What it says is authentic only after [`open`](Self::open) or [`verify`](Self::verify).
    ///
    /// # Errors
    /// When a newer version wrote it, it has no canonical encoding, or the cost of its password slot is out of bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        encoding::decode(bytes).map(|(fields, mac)| Self { fields, mac })
    }

    /// The canonical encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = encoding::encode_body(&self.fields);
        bytes.extend_from_slice(&self.mac);
        bytes
    }

    /// Increases with every change. A device remembers the highest it has seen and refuses a lower one.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.fields.revision
    }

    /// The kinds of its slots.
    #[must_use]
    pub fn slots(&self) -> Vec<SlotKind> {
        self.fields.slots.iter().map(|slot| slot.kind).collect()
    }

    /// The older epochs.
    #[must_use]
    pub const fn history(&self) -> &EpochHistory {
        &self.fields.history
    }

    /// Opens the bundle of `account` and verifies all of it.
    ///
    /// # Errors
    /// When the key is wrong, there is no slot of its kind, or the bundle was changed.
    pub fn open(&self, account: &[u8; 16], key: &SlotKey) -> Result<OpenedBundle, BundleError> {
        if self.fields.account != *account {
            return Err(BundleError::OtherAccount);
        }
        let slot = self.fields.slots.iter().find(|slot| slot.kind == key.kind()).ok_or(BundleError::NoSlot)?;
        let (core, granted) = slot.open(account, key).map_err(|error| match error {
            SlotError::Envelope(EnvelopeError::WrongKey) => BundleError::WrongKey,
            SlotError::Envelope(EnvelopeError::NewerVersion) => BundleError::NewerVersion,
            SlotError::Envelope(EnvelopeError::NotAuthentic) => BundleError::NotAuthentic,
            SlotError::Envelope(EnvelopeError::Malformed) | SlotError::Malformed => BundleError::Malformed,
            SlotError::Grant(error) => BundleError::Grant(error),
        })?;
        if granted.as_ref().is_some_and(|granted| granted.number != self.fields.history.newest()) {
            return Err(HistoryError::Fork.into());
        }
        let secrets = core.complete(account, granted.map(|granted| granted.secret), &self.fields.history)?;
        self.verify(account, &secrets)?;
        Ok(OpenedBundle { secrets, granted_by: slot.grant.as_ref().map(|granted| granted.sender) })
    }

    /// Verifies the bundle of `account` on a device that has its secrets, or that has just received them.
    ///
    /// # Errors
    /// When it belongs to another account or root key, or was changed.
    pub fn verify(&self, account: &[u8; 16], secrets: &AccountSecrets) -> Result<(), BundleError> {
        if self.fields.account != *account || self.fields.check != secrets.root.key_check() {
            return Err(BundleError::OtherAccount);
        }
        if bool::from(self.computed_mac(secrets).ct_eq(&self.mac)) { Ok(()) } else { Err(BundleError::NotAuthentic) }
    }

    /// The bundle with the slot of `key` in place of the one of its kind, or as a second one: a new password or code.
    ///
    /// # Errors
    /// When the bundle does not verify, or the operating system's random generator fails.
    pub fn with_slot(mut self, secrets: &AccountSecrets, key: &SlotKey) -> Result<Self, BundleError> {
        self.verify(&self.fields.account, secrets)?;
        self.put_slot(secrets, key, &random::bytes()?)?;
        self.advance(secrets)
    }

    /// The bundle without the slot of this kind.
    ///
    /// # Errors
    /// When the bundle does not verify, or this is its only slot.
    pub fn without_slot(mut self, secrets: &AccountSecrets, kind: SlotKind) -> Result<Self, BundleError> {
        self.verify(&self.fields.account, secrets)?;
        self.fields.slots.retain(|slot| slot.kind != kind);
        self.advance(secrets)
    }

    /// The bundle with the newest epoch of `secrets`, granted by this device to each slot. It is for
    /// [`rotation`](super::rotation).
    pub(super) fn with_newest_epoch(
        self,
        secrets: &AccountSecrets,
        device: &DeviceKeys,
        entropy: &mut EntropyStream,
    ) -> Result<Self, BundleError> {
        let history = EpochHistory::seal(&self.fields.account, &secrets.epochs)?;
        self.with_history(secrets, device, history, entropy)
    }

    /// [`with_newest_epoch`](Self::with_newest_epoch) with a given history, for the test vectors.
    pub(crate) fn with_history(
        mut self,
        secrets: &AccountSecrets,
        device: &DeviceKeys,
        history: EpochHistory,
        entropy: &mut EntropyStream,
    ) -> Result<Self, BundleError> {
        self.verify(&self.fields.account, secrets)?;
        self.fields.history = history;
        for slot in &mut self.fields.slots {
            slot.grant((&self.fields.account, &secrets.root), device.sealing(), secrets, entropy)
                .map_err(BundleError::Grant)?;
        }
        self.advance(secrets)
    }

    fn put_slot(&mut self, secrets: &AccountSecrets, key: &SlotKey, salt: &[u8; 32]) -> Result<(), BundleError> {
        let slot = Slot::seal(&self.fields.account, secrets, key, salt).ok_or(BundleError::Malformed)?;
        self.fields.slots.retain(|other| other.kind != slot.kind);
        self.fields.slots.push(slot);
        self.fields.slots.sort_by_key(|slot| slot.kind);
        Ok(())
    }

    fn advance(mut self, secrets: &AccountSecrets) -> Result<Self, BundleError> {
        self.fields.revision = self.fields.revision.checked_add(1).ok_or(BundleError::Malformed)?;
        self.authenticated(secrets)
    }

    fn authenticated(mut self, secrets: &AccountSecrets) -> Result<Self, BundleError> {
        if self.fields.slots.is_empty() {
            return Err(BundleError::NoSlot);
        }
        self.mac = self.computed_mac(secrets);
        Ok(self)
    }

    fn computed_mac(&self, secrets: &AccountSecrets) -> [u8; 32] {
        hazmat::mac(secrets.root.bundle_key().expose(), &[&encoding::encode_body(&self.fields)])
    }
}

impl From<RandomError> for BundleError {
    fn from(error: RandomError) -> Self {
        Self::Random(error)
    }
}
