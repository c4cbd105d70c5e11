//! Conversion of byte offsets, which the core uses, to UTF-16 units, which JavaScript uses.

use std::ops::Range;

/// The same ranges of `text` in UTF-16 units. A bound inside a character or past the end is rounded down.
pub(crate) fn ranges(text: &str, bytes: &[Range<usize>]) -> Vec<(u32, u32)> {
    bytes.iter().map(|range| (units(text, range.start), units(text, range.end))).collect()
}

fn units(text: &str, byte: usize) -> u32 {
    let (head, _) = text.split_at(text.floor_char_boundary(byte));
    u32::try_from(head.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, marked: &str, expect: (u32, u32)) {
        let start = text.find(marked).unwrap();
        let converted = ranges(text, std::slice::from_ref(&(start..start + marked.len())));
        assert_eq!(converted, [expect], "{marked} in {text}");
    }

    #[test]
    fn utf16_ranges_count_as_javascript_counts() {
        check("the whale", "whale", (4, 9));
        check("Käse und Brot", "Brot", (9, 13));
        check("𝔐oby 🐋 whale", "whale", (9, 14));
        check("白鯨と海", "海", (3, 4));
        check("🐋", "🐋", (0, 2));
    }

    #[test]
    fn utf16_ranges_round_invalid_bounds_down() {
        assert_eq!(ranges("ä", &[1..9, 0..1]), [(0, 1), (0, 0)]);
        assert_eq!(ranges("", &[3..4, 0..0]), [(0, 0), (0, 0)]);
    }
}
