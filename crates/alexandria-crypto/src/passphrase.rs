//! A library key sealed under a passphrase, stretched with Argon2id (RFC 9106).
//!
//! The cost is stored beside the sealed key, and a stored cost below the floor or above the ceiling is refused: a
//! changed file can neither make guessing cheap nor use up the machine.

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

/// Fewest characters of a new passphrase (OWASP ASVS 5, 6.2.1).
pub const SHORTEST: usize = 8;
/// Most bytes of a passphrase, which bounds the work on a wrong file given as one.
pub const LONGEST: usize = 1024;

/// What a reader types to open the library. Wiped when dropped.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// A passphrase as typed. It is brought to Unicode's NFC form, so that it opens the library whatever way the
    /// keyboard composes accents; nothing else is changed.
    #[must_use]
    pub fn new(text: String) -> Self {
        let text = Zeroizing::new(text);
        // NFC needs at most three times the bytes (Unicode Annex 15); growing would leave copies behind.
        let mut normal = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3)));
        normal.extend(text.nfc());
        Self(normal)
    }

    /// The same passphrase once more, wiped when it is dropped itself. There is no `Clone`: that a secret is there
    /// twice has to be meant.
    #[must_use]
    pub fn again(&self) -> Self {
        Self(self.0.clone())
    }

    /// Whether two passphrases are the same, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

/// How much work and memory guessing one passphrase costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes that can be computed at once.
    pub lanes: u32,
}

impl Cost {
    /// What new slots use: 64 MiB, three passes; less than a second on a small laptop.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// The least that is accepted: OWASP's minimum for Argon2id.
    pub const FLOOR: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// The most that is accepted.
    pub const CEILING: Self = Self { memory_kib: 512 * 1024, passes: 12, lanes: 4 };

    fn is_acceptable(self) -> bool {
        let within = |least: u32, value: u32, most: u32| (least..=most).contains(&value);
        within(Self::FLOOR.memory_kib, self.memory_kib, Self::CEILING.memory_kib)
            && within(Self::FLOOR.passes, self.passes, Self::CEILING.passes)
            && within(Self::FLOOR.lanes, self.lanes, Self::CEILING.lanes)
    }
}

/// Why a library key cannot be sealed under a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealSlotError {
    /// It would be guessed.
    #[error("the passphrase is too short; use at least {SHORTEST} characters, better several words")]
    TooShort,
    /// It is longer than any passphrase.
    #[error("the passphrase is too long; use at most {LONGEST} bytes")]
    TooLong,
    /// The cost lies outside floor and ceiling.
    #[error("the passphrase's cost is out of bounds; use the standard cost")]
    Cost,
    /// Not enough memory for the cost.
    #[error("not enough memory to stretch the passphrase; close other programs and try again")]
    Memory,
    /// No salt can be made.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Why a passphrase does not open a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenSlotError {
    /// Another passphrase sealed it.
    #[error("the passphrase is wrong; check it and try again")]
    WrongPassphrase,
    /// The stored cost lies outside floor and ceiling.
    #[error("the stored passphrase cost has been changed; restore the vault's previous copy")]
    Cost,
    /// Not enough memory for the cost.
    #[error("not enough memory to stretch the passphrase; close other programs and try again")]
    Memory,
    /// The sealed key was changed, or a newer version made it.
    #[error(transparent)]
    Envelope(EnvelopeError),
}

/// A library key sealed under a passphrase. All fields can be stored in clear; changing any makes it fail to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassphraseSlot {
    /// What stretching costs.
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
    /// When the passphrase is too short or too long, the cost out of bounds, or the machine is out of memory or
    /// randomness.
    pub fn seal(key: &LibraryKey, passphrase: &Passphrase, cost: Cost) -> Result<Self, SealSlotError> {
        if passphrase.0.chars().count() < SHORTEST {
            return Err(SealSlotError::TooShort);
        }
        if passphrase.0.len() > LONGEST {
            return Err(SealSlotError::TooLong);
        }
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
    /// When the passphrase is another one, the slot was changed, or there is not enough memory.
    pub fn open(&self, passphrase: &Passphrase) -> Result<LibraryKey, OpenSlotError> {
        if passphrase.0.len() > LONGEST {
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

/// The slot's stored parameters, which its envelope is bound to.
fn context(cost: Cost, salt: &[u8; 16]) -> Vec<u8> {
    [&cost.memory_kib.to_be_bytes(), &cost.passes.to_be_bytes(), &cost.lanes.to_be_bytes(), salt.as_slice()].concat()
}
