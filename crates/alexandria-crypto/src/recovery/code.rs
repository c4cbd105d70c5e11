//! How a recovery code is made, written and read back from what a person types.
//!
//! 28 digits of Crockford's base 32 in seven groups of four. The first 26 are random: 130 bits, beyond any search, and
//! half of what 256 bits would give a person to copy. The last two are the check digits of a Reed-Solomon code over
//! GF(32), which finds every error of one or two digits and every exchange of two, and misses one in 1,024 of all others.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

/// Digits in all.
const DIGITS: usize = 28;
/// Random digits, which come first.
const SECRET_DIGITS: usize = 26;
/// Digits between two hyphens.
const GROUP: usize = 4;
/// Crockford's digits by their values. I, L, O and U are left out, being misread or misunderstood.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why a text is no recovery code. Says nothing of what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotARecoveryCode {
    /// Something is missing, or there is too much.
    #[error("a recovery code has {DIGITS} letters and digits; type all seven groups of four")]
    Length,
    /// A character that no code has.
    #[error("a recovery code has only digits and the letters A to Z without U; compare it with your copy")]
    Character,
    /// The check digits do not fit.
    #[error("the recovery code has a typing error; compare it with your copy, group by group")]
    Mistyped,
}

/// A code that opens a library when nothing else does. Wiped when dropped.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct RecoveryCode(Box<Zeroizing<[u8; DIGITS]>>);

impl RecoveryCode {
    /// A fresh random code.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, RandomError> {
        let mut secret = Zeroizing::new([0; SECRET_DIGITS]);
        random::fill(secret.as_mut_slice())?;
        // The lowest five bits of each random byte are one random digit.
        secret.iter_mut().for_each(|digit| *digit &= 31);
        Ok(Self::of_secret(&secret))
    }

    /// The code with these secret digits.
    pub(crate) fn of_secret(secret: &[u8; SECRET_DIGITS]) -> Self {
        let mut digits = Box::new(Zeroizing::new([0; DIGITS]));
        let check = check_digits(secret);
        for (place, digit) in digits.iter_mut().zip(secret.iter().chain(&check)) {
            *place = *digit;
        }
        Self(digits)
    }

    /// Reads a code as a person types it: in either case, with or without hyphens and spaces, with the letter O for
    /// zero and I or L for one. The text is wiped.
    ///
    /// # Errors
    /// When it is not a code, or has a typing error.
    pub fn parse(text: String) -> Result<Self, NotARecoveryCode> {
        let text = Zeroizing::new(text);
        let mut digits = Box::new(Zeroizing::new([0; DIGITS]));
        let mut places = digits.iter_mut();
        for character in text.chars().filter(|character| !is_separator(*character)) {
            let digit = value(character).ok_or(NotARecoveryCode::Character)?;
            *places.next().ok_or(NotARecoveryCode::Length)? = digit;
        }
        if places.next().is_some() {
            return Err(NotARecoveryCode::Length);
        }
        let (secret, check) = digits.split_at(SECRET_DIGITS);
        if bool::from(check_digits(secret).ct_eq(check)) { Ok(Self(digits)) } else { Err(NotARecoveryCode::Mistyped) }
    }

    /// The code as it is shown: upper-case digits in groups of four with hyphens between them.
    #[must_use]
    pub fn expose_text(&self) -> Zeroizing<String> {
        // All of it is reserved at once: growing would leave copies of the code behind.
        let mut text = Zeroizing::new(String::with_capacity(DIGITS + DIGITS / GROUP));
        for group in self.0.chunks(GROUP) {
            if !text.is_empty() {
                text.push('-');
            }
            push_digits(&mut text, group);
        }
        text
    }

    /// The same code once more, wiped when it is dropped itself. There is no `Clone`: that a secret is there twice has
    /// to be meant.
    #[must_use]
    pub fn again(&self) -> Self {
        let mut digits = Box::new(Zeroizing::new([0_u8; DIGITS]));
        digits.copy_from_slice(self.0.as_slice());
        Self(digits)
    }

    /// Whether two codes are the same, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }

    /// The random digits, upper-case, without hyphens.
    pub(super) fn expose_secret_digits(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(SECRET_DIGITS));
        push_digits(&mut text, self.0.split_at(SECRET_DIGITS).0);
        text
    }
}

fn push_digits(text: &mut String, digits: &[u8]) {
    text.extend(digits.iter().filter_map(|digit| ALPHABET.get(usize::from(*digit))).map(|digit| char::from(*digit)));
}

/// What may stand between digits: spaces, and every dash that a word processor makes of a hyphen.
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
