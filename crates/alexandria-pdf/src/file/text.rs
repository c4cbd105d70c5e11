//! Text strings (ISO 32000-2 §7.9.2.2): UTF-16 or UTF-8 after a mark, else an encoding of their own.

/// Codes 0x18 to 0x1f and 0x80 to 0xa0 of `PDFDocEncoding`; zero where none is assigned.
const LOWER: [u16; 8] = [0x02d8, 0x02c7, 0x02c6, 0x02d9, 0x02dd, 0x02db, 0x02da, 0x02dc];
const UPPER: [u16; 33] = [
    0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x0192, 0x2044, 0x2039, 0x203a, 0x2212, 0x2030, 0x201e, 0x201c,
    0x201d, 0x2018, 0x2019, 0x201a, 0x2122, 0xfb01, 0xfb02, 0x0141, 0x0152, 0x0160, 0x0178, 0x017d, 0x0131, 0x0142,
    0x0153, 0x0161, 0x017e, 0, 0x20ac,
];

/// Maximum length of a string that is read, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// A text string as Unicode. Language marks in it are left out.
pub(crate) fn text_string(bytes: &[u8]) -> String {
    let bytes = bytes.get(..MAX_BYTES).unwrap_or(bytes);
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        // Not allowed, and common.
        _ if !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() => String::from_utf8_lossy(bytes).into_owned(),
        _ => bytes.iter().map(|byte| pdf_doc(*byte)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks().0.iter().map(|pair| unit(*pair));
    let mut is_language = false;
    let text = char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER));
    text.filter(|char| {
        let is_mark = *char == '\u{1b}';
        is_language ^= is_mark;
        !is_mark && !is_language
    })
    .collect()
}

fn pdf_doc(byte: u8) -> char {
    let unicode = match byte {
        0x18..=0x1f => LOWER.get(usize::from(byte - 0x18)).copied(),
        0x80..=0xa0 => UPPER.get(usize::from(byte - 0x80)).copied(),
        _ => Some(byte.into()),
    };
    unicode.filter(|unicode| *unicode != 0 || byte == 0).map_or(char::REPLACEMENT_CHARACTER, |unicode| {
        char::from_u32(unicode.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_string_reads_every_encoding() {
        let check = |bytes: &[u8], expect: &str| assert_eq!(text_string(bytes), expect);
        check(b"plain", "plain");
        check(b"caf\xe9 \x84 \x93", "café — ﬁ");
        check(b"\xfe\xff\0a\x20\xac", "a€");
        check(b"\xff\xfea\0", "a");
        check(b"\xfe\xff\0\x1b\0e\0n\0\x1b\0a", "a");
        check(b"\xef\xbb\xbf\xc3\xa9", "é");
        check("é".as_bytes(), "é");
        check(b"\xfe\xff\xd8\x00", "\u{fffd}");
        check(b"", "");
    }
}
