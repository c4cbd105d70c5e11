//! The password of a document, on its way into the process that opens it.

use std::hint::black_box;
use std::io::{self, Read, Write};

/// Maximum length of a password in bytes. Engines use no more than 127 of them (ISO 32000-2 §7.6.4.3.3).
const MAX_BYTES: usize = 1024;

/// The password of a document; empty for those that need none. Wiped when dropped.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
#[derive(Default)]
pub struct Password(Vec<u8>);

impl Password {
    /// A password as typed. One that is too long to be any is cut off, and then opens nothing.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.bytes().take(MAX_BYTES).collect())
    }

    /// A second copy, which is wiped when it is dropped. There is no `Clone`, so that copying a secret is explicit.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text; none if it was cut off within a character.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Writes the password after its length.
    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&u16::try_from(self.0.len()).unwrap_or_default().to_le_bytes())?;
        to.write_all(&self.0)
    }

    /// Reads what [`write`](Self::write) wrote.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut length = [0; 2];
        from.read_exact(&mut length)?;
        let mut password = Self(vec![0; usize::from(u16::from_le_bytes(length)).min(MAX_BYTES)]);
        from.read_exact(&mut password.0)?;
        Ok(password)
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.fill(0);
        // So that the compiler does not leave out a write that nothing reads.
        black_box(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_survives_the_pipe_and_is_bounded() {
        let check = |text: &str, expect: Option<usize>| {
            let mut bytes = Vec::new();
            Password::new(text).write(&mut bytes).expect("writes");
            bytes.extend(b"and the document");
            let mut rest = bytes.as_slice();
            let read = Password::read(&mut rest).expect("is there");
            assert_eq!(read.text().map(str::len), expect, "{}", text.len());
            assert!(read.text().is_none_or(|read| text.starts_with(read)));
            assert_eq!(rest, b"and the document");
        };
        check("", Some(0));
        check("open sesame", Some(11));
        check("\u{fc}ber", Some(5));
        check(&"a".repeat(5_000), Some(MAX_BYTES));
        check(&format!("a{}", "\u{fc}".repeat(1_000)), None);
        assert!(Password::read(&mut &b"\x05\x00abc"[..]).is_err());
    }
}
