//! The encoding that fonts have unless they say otherwise: Windows code page 1252.

/// Codes 0x80 to 0x9f; zero where none is assigned.
const UPPER: [u16; 32] = [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
];

/// The character of a code of one byte.
pub(super) fn text(code: u32) -> Option<char> {
    match code {
        0x20..=0x7e | 0xa0..=0xff => char::from_u32(code),
        0x80..=0x9f => {
            let at = usize::try_from(code - 0x80).ok()?;
            UPPER.get(at).copied().filter(|unicode| *unicode != 0).and_then(|unicode| char::from_u32(unicode.into()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn win_ansi_has_printable_characters_only() {
        let check = |code, expect| assert_eq!(text(code), expect, "{code:#x}");
        check(0x41, Some('A'));
        check(0x80, Some('€'));
        check(0x9f, Some('Ÿ'));
        check(0xe9, Some('é'));
        check(0x81, None);
        check(0x07, None);
        check(0x100, None);
    }
}
