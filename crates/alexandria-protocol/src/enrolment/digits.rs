//! Seven decimal digits that a person carries from one screen to the other.

use std::fmt;
use std::str::FromStr;

/// Seven decimal digits. Compared in constant time; do not print those of the other device.
#[derive(Clone, Copy)]
pub struct Digits(u32);

/// Why a text is not seven digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected seven digits")]
pub struct ParseDigitsError;

impl Digits {
    /// Number of digits.
    pub const COUNT: usize = 7;
    const MODULUS: u64 = 10_000_000;

    /// The first 64 bits, reduced: no value is more than 2^-40 likelier than another.
    pub(super) fn from_hash(hash: &[u8; 32]) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = *hash;
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) % Self::MODULUS;
        Self(u32::try_from(number).unwrap_or_default())
    }

    fn digest(self) -> blake3::Hash {
        blake3::hash(&self.0.to_be_bytes())
    }
}

/// In constant time, because hashes of BLAKE3 are compared so.
impl PartialEq for Digits {
    fn eq(&self, other: &Self) -> bool {
        self.digest() == other.digest()
    }
}

impl Eq for Digits {}

/// For the new device's screen: `123 4567`.
impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03} {:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digits(…)")
    }
}

/// Spaces and hyphens are ignored, as people type them.
impl FromStr for Digits {
    type Err = ParseDigitsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut number, mut count) = (0_u32, 0_usize);
        for character in text.chars().filter(|character| !character.is_whitespace() && *character != '-') {
            let digit = character.to_digit(10).ok_or(ParseDigitsError)?;
            count += 1;
            if count > Self::COUNT {
                return Err(ParseDigitsError);
            }
            number = number * 10 + digit;
        }
        if count == Self::COUNT { Ok(Self(number)) } else { Err(ParseDigitsError) }
    }
}
