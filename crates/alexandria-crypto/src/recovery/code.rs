//! Generating, formatting and parsing recovery codes.
//!
//! A code has 28 digits of Crockford's base 32 in seven groups of four. The first 26 are random: 130 bits cannot be searched,
//! and are half as long to copy as 256. The last two are the check digits of a Reed-Solomon code over GF(32), which detects
//! every error in one or two digits, every transposition of two, and all but one in 1,024 of the others.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

/// Number of digits.
const DIGITS: usize = 28;
/// Number of random digits, which come first.
const SECRET_DIGITS: usize = 26;
/// Number of digits in a group.
const GROUP: usize = 4;
/// Crockford's digits by value. I, L, O and U are excluded because they are easily misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why a text is not a recovery code. Reveals nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRecoveryCode {
    /// It has too few or too many digits.
    #[error("a recovery code has {DIGITS} letters and digits, in seven groups of four")]
    Length,
    /// It has a character that occurs in no code.
    #[error("a recovery code consists of digits and the letters A to Z without U")]
    Character,
    /// The check digits do not match.
    #[error("the recovery code has a typing error")]
    Checksum,
}

/// A recovery code. Wiped when dropped.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct RecoveryCode(Box<Zeroizing<[u8; DIGITS]>>);

impl RecoveryCode {
    /// A new random code.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        let mut secret = Zeroizing::new([0; SECRET_DIGITS]);
        random::fill(secret.as_mut_slice())?;
        // The lowest five bits of a random byte are a random digit.
        secret.iter_mut().for_each(|digit| *digit &= 31);
        Ok(Self::from_secret_digits(&secret))
    }

    /// The code with these secret digits.
    pub(crate) fn from_secret_digits(secret: &[u8; SECRET_DIGITS]) -> Self {
        let mut digits = Box::new(Zeroizing::new([0; DIGITS]));
        let check = check_digits(secret);
        for (target, digit) in digits.iter_mut().zip(secret.iter().chain(&check)) {
            *target = *digit;
        }
        Self(digits)
    }

    /// Parses a code as a person types it: in either case, with or without hyphens and spaces, with the letter O for zero
    /// and I or L for one. The text is wiped.
    ///
    /// # Errors
    /// When it is not a code, or has a typing error.
    pub fn parse(text: String) -> Result<Self, InvalidRecoveryCode> {
        let text = Zeroizing::new(text);
        let mut digits = Box::new(Zeroizing::new([0; DIGITS]));
        let mut targets = digits.iter_mut();
        for character in text.chars().filter(|character| !is_separator(*character)) {
            let digit = value(character).ok_or(InvalidRecoveryCode::Character)?;
            *targets.next().ok_or(InvalidRecoveryCode::Length)? = digit;
        }
        if targets.next().is_some() {
            return Err(InvalidRecoveryCode::Length);
        }
        let (secret, check) = digits.split_at(SECRET_DIGITS);
        if bool::from(check_digits(secret).ct_eq(check)) {
            Ok(Self(digits))
        } else {
            Err(InvalidRecoveryCode::Checksum)
        }
    }

    /// The code as displayed: upper-case digits in groups of four, separated by hyphens.
    #[must_use]
    pub fn expose_text(&self) -> Zeroizing<String> {
        // Allocated once: growing would leave copies of the code behind.
        let mut text = Zeroizing::new(String::with_capacity(DIGITS + DIGITS / GROUP));
        for group in self.0.chunks(GROUP) {
            if !text.is_empty() {
                text.push('-');
            }
            push_digits(&mut text, group);
        }
        text
    }

    /// A second copy, which is wiped when it is dropped. There is no `Clone`, so that copying a secret is explicit.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let mut digits = Box::new(Zeroizing::new([0_u8; DIGITS]));
        digits.copy_from_slice(self.0.as_slice());
        Self(digits)
    }

    /// Whether two codes are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }

    /// The random digits, upper-case, without hyphens.
    pub(crate) fn expose_secret_digits(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(SECRET_DIGITS));
        push_digits(&mut text, self.0.split_at(SECRET_DIGITS).0);
        text
    }
}

fn push_digits(text: &mut String, digits: &[u8]) {
    text.extend(digits.iter().filter_map(|digit| ALPHABET.get(usize::from(*digit))).map(|digit| char::from(*digit)));
}

/// Characters that may separate digits: white space, and all dashes that a word processor substitutes for a hyphen.
fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn value(character: char) -> Option<u8> {
    let digit = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    (0..).zip(ALPHABET).find_map(|(value, letter)| (char::from(*letter) == digit).then_some(value))
}

/// The remainder of the digits, as a polynomial times x², by (x − 1)(x − a) = x² + (1 + a)x + a.
fn check_digits(secret: &[u8]) -> [u8; 2] {
    secret.iter().fold([0, 0], |[high, low], digit| {
        let carried = times_a(digit ^ high);
        [low ^ digit ^ high ^ carried, carried]
    })
}

/// Multiplication by the generator a of GF(32) = GF(2)[a] / (a⁵ + a² + 1).
const fn times_a(digit: u8) -> u8 {
    ((digit << 1) ^ ((digit >> 4) * 0b10_0101)) & 31
}
