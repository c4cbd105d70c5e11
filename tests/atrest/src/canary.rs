//! Canaries: words that no book contains, in every encoding in which a program might write them.

use std::fs;
use std::io;
use std::path::Path;

/// A word to search for on disk.
#[derive(Debug, Clone)]
pub struct Canary {
    word: String,
    encodings: Vec<Vec<u8>>,
    /// The part of the word's Base64 that does not depend on its context, for each offset in a group of three bytes. Case-sensitive.
    base64: [String; 3],
}

impl Canary {
    /// A canary of a name and a seed: twenty letters that occur nowhere else.
    #[must_use]
    pub fn new(name: &str, seed: u64) -> Self {
        // xorshift64*: no randomness is needed, only letters that are unlike words.
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut word = name.to_owned();
        for _ in 0..20 {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            let letter = (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 59) % 20;
            word.push(char::from(b"bcdfghjklmnpqrstvwxz"[usize::try_from(letter).unwrap_or_default()]));
        }
        Self::from_secret(&word)
    }

    /// A canary that is a secret itself, such as a passphrase. Case-insensitive.
    #[must_use]
    pub fn from_secret(word: &str) -> Self {
        let word = word.to_ascii_lowercase();
        let utf16 = |big: bool| -> Vec<u8> {
            word.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let encodings = vec![word.clone().into_bytes(), utf16(false), utf16(true)];
        let base64 = [0, 1, 2].map(|before| base64_inside(word.as_bytes(), before));
        Self { word, encodings, base64 }
    }

    /// The word as it occurs in a book.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Whether `bytes` contain the word in any encoding, ignoring case.
    #[must_use]
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let lower = bytes.to_ascii_lowercase();
        self.encodings.iter().any(|encoding| contains(&lower, encoding))
            || self.base64.iter().any(|encoded| contains(bytes, encoded.as_bytes()))
    }
}

/// The part of the Base64 of `word` that does not depend on what is before and after.
fn base64_inside(word: &[u8], before: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let complete = word.get((3 - before) % 3..).unwrap_or_default();
    let groups = complete.as_chunks::<3>().0.iter().map(|&[a, b, c]| u32::from_be_bytes([0, a, b, c]));
    let digits = groups.flat_map(|group| [18, 12, 6, 0].map(|shift| (group >> shift & 63) as usize));
    digits.filter_map(|digit| DIGITS.get(digit)).map(|digit| char::from(*digit)).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else { return false };
    let mut rest = haystack;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        let Some(from) = rest.get(at..) else { return false };
        if from.starts_with(needle) {
            return true;
        }
        rest = from.get(1..).unwrap_or_default();
    }
    false
}

/// The result of a search.
#[derive(Debug, Default)]
pub struct Scan {
    /// Bytes read.
    pub bytes: u64,
    /// Files read.
    pub files: u64,
    /// Where canaries were found.
    pub matches: Vec<String>,
}

/// Searches every file and file name below `folder` for canaries. A missing folder has none.
///
/// # Errors
/// When a file cannot be read.
pub fn scan(folder: &Path, canaries: &[Canary], into: &mut Scan) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = entry.path();
        let kind = entry.file_type()?;
        for canary in canaries.iter().filter(|canary| canary.is_in(name.as_encoded_bytes())) {
            into.matches.push(format!("{} in the name {}", canary.word(), path.display()));
        }
        if kind.is_dir() {
            scan(&path, canaries, into)?;
        } else if kind.is_file() {
            let bytes = fs::read(&path)?;
            into.bytes += bytes.len() as u64;
            into.files += 1;
            for canary in canaries.iter().filter(|canary| canary.is_in(&bytes)) {
                into.matches.push(format!("{} in {}", canary.word(), path.display()));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canary_is_found_in_every_encoding() {
        let canary = Canary::new("text", 1);
        let word = canary.word().to_uppercase();
        let utf16 = |bytes: fn(u16) -> [u8; 2]| word.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        assert!(canary.is_in(format!("before {word} after").as_bytes()));
        // `printf '%s' "before bcdfghjk after" | base64`, and with one and two letters more in front.
        let known = Canary::from_secret("bcdfghjk");
        for encoded in
            ["YmVmb3JlIGJjZGZnaGprIGFmdGVy", "eGJlZm9yZSBiY2RmZ2hqayBhZnRlcg==", "eHhiZWZvcmUgYmNkZmdoamsgYWZ0ZXI="]
        {
            assert!(known.is_in(encoded.as_bytes()), "{encoded}");
        }
        assert!(canary.is_in(&utf16(u16::to_le_bytes)));
        assert!(canary.is_in(&utf16(u16::to_be_bytes)));
        assert!(!canary.is_in(b"something else"));
        assert!(!canary.is_in(Canary::new("text", 2).word().as_bytes()));
    }
}
