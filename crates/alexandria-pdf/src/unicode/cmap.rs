//! The character map of an embedded font, read backwards: from a glyph to the character it stands for.
//!
//! Only Unicode maps are read (OpenType `cmap`, formats 4 and 12). The maps of symbol fonts lead to private characters, and those
//! for old Macintosh encodings are filled with arbitrary codes by programs that write subsets.

use std::collections::HashMap;

/// Maximum number of characters of a map: all of Unicode's assigned ones.
const MAX_CHARS: usize = 200_000;

/// Characters by glyph.
#[derive(Debug, Default)]
pub(super) struct ReverseMap {
    chars: HashMap<u32, char>,
}

impl ReverseMap {
    /// The map of a font file; empty if it has none.
    pub(super) fn of(font: &[u8]) -> Self {
        let mut map = Self::default();
        if let Some((table, subtable)) = best_subtable(font) {
            match u16_at(table, subtable) {
                Some(4) => map.read_segments(table, subtable).unwrap_or_default(),
                Some(12) => map.read_groups(table, subtable).unwrap_or_default(),
                _ => {}
            }
        }
        map
    }

    /// The lowest character that the glyph stands for.
    pub(super) fn char(&self, glyph: u32) -> Option<char> {
        self.chars.get(&glyph).copied()
    }

    fn insert(&mut self, glyph: u32, code: u32) -> Option<()> {
        if glyph != 0
            && let Some(char) = char::from_u32(code)
        {
            self.chars.entry(glyph).or_insert(char);
        }
        (self.chars.len() < MAX_CHARS).then_some(())
    }

    /// Format 4: segments of 16-bit characters.
    fn read_segments(&mut self, table: &[u8], at: usize) -> Option<()> {
        let count = usize::from(u16_at(table, at + 6)?) / 2;
        let (ends, starts) = (at + 14, at + 16 + 2 * count);
        let (deltas, offsets) = (starts + 2 * count, starts + 4 * count);
        for segment in 0..count {
            let (end, start) = (u16_at(table, ends + 2 * segment)?, u16_at(table, starts + 2 * segment)?);
            let (delta, offset) = (u16_at(table, deltas + 2 * segment)?, u16_at(table, offsets + 2 * segment)?);
            for code in start..=end {
                let glyph = if offset == 0 {
                    code.wrapping_add(delta)
                } else {
                    let place = offsets + 2 * segment + usize::from(offset) + 2 * usize::from(code - start);
                    match u16_at(table, place) {
                        Some(glyph) if glyph != 0 => glyph.wrapping_add(delta),
                        _ => 0,
                    }
                };
                if code != u16::MAX {
                    self.insert(glyph.into(), code.into())?;
                }
            }
        }
        Some(())
    }

    /// Format 12: groups of characters beyond 16 bits.
    fn read_groups(&mut self, table: &[u8], at: usize) -> Option<()> {
        let count = usize::try_from(u32_at(table, at + 12)?).ok()?;
        for group in 0..count {
            let place = at.checked_add(16)?.checked_add(group.checked_mul(12)?)?;
            let (start, end) = (u32_at(table, place)?, u32_at(table, place + 4)?);
            let glyph = u32_at(table, place + 8)?;
            for code in start..=end.min(0x0010_ffff) {
                self.insert(glyph.checked_add(code - start)?, code)?;
            }
        }
        Some(())
    }
}

/// The `cmap` table of a font and the offset of its best Unicode map in it.
fn best_subtable(font: &[u8]) -> Option<(&[u8], usize)> {
    let base = if font.starts_with(b"ttcf") { usize::try_from(u32_at(font, 12)?).ok()? } else { 0 };
    let tables = usize::from(u16_at(font, base + 4)?);
    let record = (0..tables)
        .map(|table| base + 12 + 16 * table)
        .find(|record| font.get(*record..record + 4) == Some(b"cmap"))?;
    let table = font.get(usize::try_from(u32_at(font, record + 8)?).ok()?..)?;
    let count = usize::from(u16_at(table, 2)?);
    let candidates = (0..count).filter_map(|number| {
        let record = 4 + 8 * number;
        let rank = match (u16_at(table, record)?, u16_at(table, record + 2)?) {
            (3, 10) | (0, 4 | 6) => 2,
            (3, 1) | (0, _) => 1,
            _ => return None,
        };
        Some((rank, usize::try_from(u32_at(table, record + 4)?).ok()?))
    });
    candidates.max_by_key(|(rank, _)| *rank).map(|(_, offset)| (table, offset))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_be_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A font that is nothing but a map of one kind.
    fn font(platform: u16, encoding: u16, subtable: &[u8]) -> Vec<u8> {
        let mut font = vec![0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        font.extend(b"cmap\0\0\0\0\0\0\0\x1c\0\0\0\0");
        font.extend([0, 0, 0, 1]);
        font.extend(platform.to_be_bytes().into_iter().chain(encoding.to_be_bytes()));
        font.extend([0, 0, 0, 12]);
        font.extend(subtable);
        font
    }

    fn words(values: &[u16]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_be_bytes()).collect()
    }

    #[test]
    fn reverse_map_leads_from_glyphs_to_characters() {
        let segments = words(&[4, 32, 0, 4, 0, 0, 0, 0x42, 0xffff, 0, 0x41, 0xffff, 0u16.wrapping_sub(0x3e), 1, 0, 0]);
        let map = ReverseMap::of(&font(3, 1, &segments));
        assert_eq!((map.char(3), map.char(4), map.char(5)), (Some('A'), Some('B'), None));
        let groups = words(&[12, 0, 0, 28, 0, 0, 0, 1, 1, 0xf600, 1, 0xf601, 0, 9]);
        let map = ReverseMap::of(&font(3, 10, &groups));
        assert_eq!((map.char(9), map.char(10)), (Some('😀'), Some('😁')));
    }

    #[test]
    fn reverse_map_ignores_symbol_maps_and_damage() {
        let segments = words(&[4, 32, 0, 4, 0, 0, 0, 0x42, 0xffff, 0, 0x41, 0xffff, 0, 1, 0, 0]);
        assert_eq!(ReverseMap::of(&font(3, 0, &segments)).chars.len(), 0);
        let complete = font(3, 1, &segments);
        for length in 0..complete.len() {
            let _ = ReverseMap::of(complete.get(..length).unwrap_or_default());
        }
    }

    proptest::proptest! {
        /// Property: no font makes it panic.
        #[test]
        fn reverse_map_never_panics(bytes: Vec<u8>, format in proptest::sample::select(vec![4_u16, 12])) {
            let _ = ReverseMap::of(&bytes);
            let _ = ReverseMap::of(&font(3, 1, &[&format.to_be_bytes()[..], &bytes].concat()));
        }
    }
}
