//! Backup codes: one-time replacements for the authenticator app, on paper.
//!
//! Boundary: makes codes and their stored form. That each is accepted once is the store's transaction.

use crate::random::{self, RandomError};

#[cfg(test)]
mod tests;

/// Codes in a set.
pub const BACKUP_CODES: usize = 10;

/// Crockford's Base32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Random bytes of a code, five bits a character: 80 bits in 16 characters.
const CODE_BYTES: usize = 16;

/// Domain of the stored form.
const LABEL: &str = "alexandria/backup-code/v1";

/// A new code, in groups of four characters.
///
/// # Errors
/// [`RandomError`].
pub fn generate() -> Result<String, RandomError> {
    let mut code = String::with_capacity(CODE_BYTES + CODE_BYTES / 4);
    for (index, byte) in random::bytes::<CODE_BYTES>()?.into_iter().enumerate() {
        if index > 0 && index % 4 == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32, so each character is equally likely.
        if let Some(&character) = ALPHABET.get(usize::from(byte) % ALPHABET.len()) {
            code.push(char::from(character));
        }
    }
    Ok(code)
}

/// What is stored of a code: a hash under the server's key, equal for every way of writing the same code.
#[must_use]
pub fn hash(server_key: &[u8; 32], account: &[u8], code: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(server_key);
    hasher.update(LABEL.as_bytes()).update(account);
    for character in code.chars().filter(|character| !matches!(character, '-' | ' ')) {
        let canonical = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        hasher.update(canonical.encode_utf8(&mut [0; 4]).as_bytes());
    }
    hasher.finalize().into()
}
