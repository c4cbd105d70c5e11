//! From glyphs to lines in reading order, and from lines to paragraphs.
//!
//! Glyphs are cleaned of what is drawn twice, joined into fragments as the file draws them, and these into lines. Lines are put in
//! order by where they are, because files draw in any order. Lines of several pages together show what is furniture
//! and how large the running text is.

mod bidi;
mod clean;
mod fragment;
mod furniture;
mod gutter;
mod line;
mod order;
mod paragraph;
mod row;
mod text;

pub(crate) use clean::clean;
pub(crate) use furniture::furniture;
pub(crate) use line::Line;
pub(crate) use paragraph::{body_size, paragraphs};
pub(crate) use text::TextSpan;

use std::collections::BTreeMap;

use crate::glyph::Glyph;
use order::in_reading_order;

/// The lines of a page in reading order. Text in other directions follows that in the most frequent one.
pub(crate) fn lines(glyphs: &[Glyph]) -> Vec<Line> {
    let mut by_angle: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
    for (glyph, number) in glyphs.iter().zip(0_u32..) {
        by_angle.entry(glyph.angle).or_default().push(number);
    }
    let mut groups: Vec<(u16, Vec<u32>)> = by_angle.into_iter().collect();
    groups.sort_by_key(|(_, numbers)| std::cmp::Reverse(numbers.len()));
    let in_angle = |(angle, numbers): (u16, Vec<u32>)| {
        let fragments = fragment::fragments(glyphs, &numbers, angle);
        in_reading_order(row::lines(glyphs, fragments, angle))
    };
    groups.into_iter().flat_map(in_angle).collect()
}
