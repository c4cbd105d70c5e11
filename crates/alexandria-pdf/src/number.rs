//! Conversions of coordinates to whole numbers.

/// The nearest whole number; the nearest one that fits if it is too large, and zero for what is no number.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what is wanted")]
pub(crate) const fn whole(value: f64) -> i32 {
    value.round() as i32
}

/// A count as an index of four bytes. Counts of pages and glyphs are bounded far below.
pub(crate) fn index(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
