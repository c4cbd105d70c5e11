//! A library key sealed under a passphrase, stretched with Argon2id (RFC 9106).
//!
//! The cost is stored with the sealed key, and a stored cost outside [`Cost::MIN`] and [`Cost::MAX`] is rejected: a changed
//! file can neither make guessing cheap nor exhaust the machine.

use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::envelope::{self, EnvelopeError};
use crate::keys::{LibraryKey, SecretKey};
use crate::random::{self, RandomError};

#[cfg(test)]
mod tests;

const LABEL: &[u8] = b"alexandria/passphrase-slot/v1";

/// Minimum length of a new passphrase in characters (OWASP ASVS 5, 6.2.1).
pub const MIN_PASSPHRASE_CHARS: usize = 8;
/// Maximum length of a passphrase in bytes. Bounds the work if a file is passed by mistake.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;

/// A passphrase. Wiped when dropped.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// A passphrase as typed, normalized to Unicode NFC, so that it does not depend on how the keyboard composes accents.
    #[must_use]
    pub fn new(text: String) -> Self {
        let text = Zeroizing::new(text);
        // NFC needs at most three times the bytes (Unicode Annex 15); growing would leave copies behind.
        let mut normal = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3)));
        normal.extend(text.nfc());
        Self(normal)
    }

    /// A second copy, which is wiped when it is dropped. There is no `Clone`, so that copying a secret is explicit.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Whether two passphrases are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// Whether it may be chosen as a new passphrase or password.
    pub(crate) fn check_length(&self) -> Result<(), PassphraseLength> {
        if self.0.chars().count() < MIN_PASSPHRASE_CHARS {
            return Err(PassphraseLength::TooShort);
        }
        if self.0.len() > MAX_PASSPHRASE_BYTES {
            return Err(PassphraseLength::TooLong);
        }
        Ok(())
    }

    /// The text, for a password that is not ours to check: that of a document. For nothing else.
    #[must_use]
    pub fn expose_text(&self) -> &str {
        &self.0
    }

    pub(crate) fn expose_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Why a new passphrase is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseLength {
    /// It has fewer than [`MIN_PASSPHRASE_CHARS`] characters.
    #[error("the password is too short: the minimum is {MIN_PASSPHRASE_CHARS} characters")]
    TooShort,
    /// It has more than [`MAX_PASSPHRASE_BYTES`] bytes.
    #[error("the password is too long: the maximum is {MAX_PASSPHRASE_BYTES} bytes")]
    TooLong,
}

/// The Argon2id parameters, which determine the work and memory that one guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes that can be computed in parallel.
    pub lanes: u32,
}

impl Cost {
    /// The cost of new slots: 64 MiB, three passes; less than a second on a small laptop.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// The minimum that is accepted, which is OWASP's for Argon2id.
    pub const MIN: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// The maximum that is accepted.
    pub const MAX: Self = Self { memory_kib: 512 * 1024, passes: 12, lanes: 4 };

    fn is_acceptable(self) -> bool {
        self.is_within(&Self::MIN, &Self::MAX)
    }

    /// Whether each parameter lies between those of `min` and `max`, both included.
    pub(crate) fn is_within(self, min: &Self, max: &Self) -> bool {
        (min.memory_kib..=max.memory_kib).contains(&self.memory_kib)
            && (min.passes..=max.passes).contains(&self.passes)
            && (min.lanes..=max.lanes).contains(&self.lanes)
    }
}

/// Why a library key cannot be sealed under a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealSlotError {
    /// It has fewer than [`MIN_PASSPHRASE_CHARS`] characters.
    #[error("the passphrase is too short: the minimum is {MIN_PASSPHRASE_CHARS} characters")]
    TooShort,
    /// It has more than [`MAX_PASSPHRASE_BYTES`] bytes.
    #[error("the passphrase is too long: the maximum is {MAX_PASSPHRASE_BYTES} bytes")]
    TooLong,
    /// The cost is below [`Cost::MIN`] or above [`Cost::MAX`].
    #[error("the passphrase cost is out of bounds")]
    Cost,
    /// Not enough memory for the cost.
    #[error("not enough memory to stretch the passphrase")]
    Memory,
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Why a passphrase does not open a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenSlotError {
    /// It was sealed under another passphrase.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The stored cost is below [`Cost::MIN`] or above [`Cost::MAX`].
    #[error("the stored passphrase cost is out of bounds")]
    Cost,
    /// Not enough memory for the cost.
    #[error("not enough memory to stretch the passphrase")]
    Memory,
    /// The sealed key was changed, or a newer version wrote it.
    #[error(transparent)]
    Envelope(EnvelopeError),
}

/// A library key sealed under a passphrase. No field is secret; changing any of them makes the slot fail to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassphraseSlot {
    /// The cost of stretching.
    pub cost: Cost,
    /// Argon2id's salt.
    pub salt: [u8; 16],
    /// The sealed key.
    pub envelope: Vec<u8>,
}

impl PassphraseSlot {
    /// Seals `key` under `passphrase`.
    ///
    /// # Errors
    /// When the passphrase is too short or too long, the cost is out of bounds, there is not enough memory, or the random
    /// generator fails.
    pub fn seal(key: &LibraryKey, passphrase: &Passphrase, cost: Cost) -> Result<Self, SealSlotError> {
        passphrase.check_length().map_err(|error| match error {
            PassphraseLength::TooShort => SealSlotError::TooShort,
            PassphraseLength::TooLong => SealSlotError::TooLong,
        })?;
        Self::seal_with_salts(key, passphrase, cost, random::bytes()?, &random::bytes()?)
    }

    /// [`seal`](Self::seal) with given salts, for the test vectors.
    pub(crate) fn seal_with_salts(
        key: &LibraryKey,
        passphrase: &Passphrase,
        cost: Cost,
        salt: [u8; 16],
        envelope_salt: &[u8; 32],
    ) -> Result<Self, SealSlotError> {
        let stretched = stretch(passphrase, cost, &salt).map_err(|error| match error {
            StretchError::Cost => SealSlotError::Cost,
            StretchError::Memory => SealSlotError::Memory,
        })?;
        let context = context(cost, &salt);
        let envelope = envelope::seal_with_salt(stretched.expose(), LABEL, &context, key.expose(), envelope_salt);
        Ok(Self { cost, salt, envelope })
    }

    /// Opens the slot.
    ///
    /// # Errors
    /// When the passphrase is wrong, the slot was changed, or there is not enough memory.
    pub fn open(&self, passphrase: &Passphrase) -> Result<LibraryKey, OpenSlotError> {
        if passphrase.0.len() > MAX_PASSPHRASE_BYTES {
            return Err(OpenSlotError::WrongPassphrase);
        }
        let stretched = stretch(passphrase, self.cost, &self.salt).map_err(|error| match error {
            StretchError::Cost => OpenSlotError::Cost,
            StretchError::Memory => OpenSlotError::Memory,
        })?;
        let context = context(self.cost, &self.salt);
        let mut key =
            envelope::open(stretched.expose(), LABEL, &context, &self.envelope).map_err(|error| match error {
                EnvelopeError::WrongKey => OpenSlotError::WrongPassphrase,
                other => OpenSlotError::Envelope(other),
            })?;
        Ok(LibraryKey::take(&mut key))
    }
}

enum StretchError {
    Cost,
    Memory,
}

/// Argon2id, version 0x13, of the passphrase.
fn stretch(passphrase: &Passphrase, cost: Cost, salt: &[u8; 16]) -> Result<SecretKey, StretchError> {
    if !cost.is_acceptable() {
        return Err(StretchError::Cost);
    }
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(LibraryKey::LEN)).map_err(|_| StretchError::Cost)?;
    let mut stretched = Zeroizing::new([0; LibraryKey::LEN]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.0.as_bytes(), salt, stretched.as_mut_slice())
        .map_err(|_| StretchError::Memory)?;
    Ok(SecretKey::take(&mut stretched))
}

/// The stored parameters, which the envelope is bound to.
fn context(cost: Cost, salt: &[u8; 16]) -> Vec<u8> {
    [&cost.memory_kib.to_be_bytes(), &cost.passes.to_be_bytes(), &cost.lanes.to_be_bytes(), salt.as_slice()].concat()
}
