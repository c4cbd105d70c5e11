//! The tokens of RTF (Rich Text Format 1.9.1, "RTF Syntax"). Works on bytes: a file has several encodings.

/// Maximum length of a control word, in bytes.
const MAX_WORD_BYTES: usize = 32;

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`.
    Open,
    /// `}`.
    Close,
    /// `\word` with its number.
    Word(&'a str, Option<i32>),
    /// A backslash and a character that is no letter.
    Symbol(u8),
    /// A character of text: as it is, or `\'hh`.
    Byte(u8),
    /// The bytes after `\bin`.
    Binary(&'a [u8]),
}

/// Reads tokens; line ends of the file are none.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
    /// Length of the binary data that follows.
    binary: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, binary: 0 }
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// What follows a backslash.
    fn control(&mut self) -> Option<Token<'a>> {
        let first = *self.rest.first()?;
        if first == b'\'' {
            self.take(1);
            let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
            let (high, low) = (digit(self.rest.first()), digit(self.rest.get(1)));
            let (Some(high), Some(low)) = (high, low) else { return self.next() };
            self.take(2);
            return u8::try_from(high * 16 + low).ok().map(Token::Byte);
        }
        if !first.is_ascii_alphabetic() {
            self.take(1);
            return Some(Token::Symbol(first));
        }
        let letters = self.rest.iter().take(MAX_WORD_BYTES).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = std::str::from_utf8(self.take(letters)).unwrap_or_default();
        let sign = usize::from(self.rest.first() == Some(&b'-'));
        let digits = self.rest.iter().skip(sign).take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let number = if digits == 0 { None } else { std::str::from_utf8(self.take(sign + digits)).ok() };
        // Larger numbers mean nothing.
        let number = number.map(|digits| digits.parse().unwrap_or(0));
        if self.rest.first() == Some(&b' ') {
            self.take(1);
        }
        if let ("bin", Some(length)) = (word, number) {
            self.binary = usize::try_from(length).unwrap_or(0);
        }
        Some(Token::Word(word, number))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.binary > 0 {
            let length = std::mem::take(&mut self.binary);
            return Some(Token::Binary(self.take(length)));
        }
        loop {
            return match self.take(1).first()? {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.control(),
                b'\r' | b'\n' | b'\0' => continue,
                byte => Some(Token::Byte(*byte)),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_control_words_symbols_and_bytes() {
        let check = |text: &[u8], expect: &[Token<'_>]| {
            assert_eq!(Tokens::new(text).collect::<Vec<_>>(), expect, "{}", String::from_utf8_lossy(text));
        };
        check(b"{\\b0 x}", &[Token::Open, Token::Word("b", Some(0)), Token::Byte(b'x'), Token::Close]);
        check(b"\\u-3913?\r\n", &[Token::Word("u", Some(-3913)), Token::Byte(b'?')]);
        check(b"\\'e9\\~\\'zz", &[Token::Byte(0xe9), Token::Symbol(b'~'), Token::Byte(b'z'), Token::Byte(b'z')]);
        check(b"\\bin3 }\\{x", &[Token::Word("bin", Some(3)), Token::Binary(b"}\\{"), Token::Byte(b'x')]);
        check(b"\\bin99 x", &[Token::Word("bin", Some(99)), Token::Binary(b"x")]);
        check(b"\\par\\", &[Token::Word("par", None)]);
        check(
            b"\\fs99999999999 9",
            &[Token::Word("fs", Some(0)), Token::Byte(b'9'), Token::Byte(b' '), Token::Byte(b'9')],
        );
    }

    proptest::proptest! {
        /// Property: tokens are never more than the bytes.
        #[test]
        fn tokens_of_any_bytes_end(bytes: Vec<u8>) {
            proptest::prop_assert!(Tokens::new(&bytes).count() <= bytes.len());
        }
    }
}
