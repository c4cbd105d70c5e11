//! Leaving out glyphs that are drawn twice, and invisible ones under visible ones.

use std::collections::HashMap;

use crate::glyph::{Glyph, Origin};
use crate::number::whole;

/// Two equal glyphs closer than this part of their size are one: a stroked outline, or bold letters that are drawn twice.
const DOUBLE_DISTANCE: f64 = 0.1;
/// Side of the cells by which neighbours are found, in points.
const CELL_POINTS: f64 = 4.0;

type Cells = HashMap<(i32, i32), Vec<usize>>;

/// The glyphs without doubles, in the same order.
pub(crate) fn clean(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let has_invisible = glyphs.iter().any(|glyph| glyph.origin == Origin::Invisible);
    let visible = if has_invisible { covered_cells(&glyphs) } else { Cells::new() };
    let mut seen = Cells::new();
    let mut keep = vec![true; glyphs.len()];
    for (number, glyph) in glyphs.iter().enumerate() {
        let is_covered = |other: &usize| glyphs.get(*other).is_some_and(|other| other.covers(glyph.centre()));
        let is_hidden = glyph.origin == Origin::Invisible && at(&visible, cell(glyph.centre())).iter().any(is_covered);
        let is_double = |other: &usize| glyphs.get(*other).is_some_and(|other| is_same(glyph, other));
        let mut near = neighbours(cell((glyph.x, glyph.y))).flat_map(|place| at(&seen, place));
        let is_kept = !is_hidden && !near.any(is_double);
        if is_kept {
            seen.entry(cell((glyph.x, glyph.y))).or_default().push(number);
        }
        if let Some(keep) = keep.get_mut(number) {
            *keep = is_kept;
        }
    }
    glyphs.into_iter().zip(keep).filter_map(|(glyph, is_kept)| is_kept.then_some(glyph)).collect()
}

fn is_same(glyph: &Glyph, other: &Glyph) -> bool {
    let distance = (glyph.x - other.x).hypot(glyph.y - other.y);
    !glyph.text.is_empty()
        && glyph.text == other.text
        && glyph.angle == other.angle
        && distance <= DOUBLE_DISTANCE * glyph.size.min(other.size)
}

/// Visible glyphs by the cells that their boxes touch, for boxes of usual sizes.
fn covered_cells(glyphs: &[Glyph]) -> Cells {
    let mut cells = Cells::new();
    for (number, glyph) in glyphs.iter().enumerate() {
        let is_blank = glyph.text.chars().all(char::is_whitespace);
        if glyph.origin == Origin::Invisible || (is_blank && !glyph.text.is_empty()) {
            continue;
        }
        let (left, bottom) = glyph.at(0.0, -0.3 * glyph.size);
        let (right, top) = glyph.at(glyph.advance, 0.9 * glyph.size);
        let (from, to) = (cell((left.min(right), bottom.min(top))), cell((left.max(right), bottom.max(top))));
        for x in from.0..=to.0.min(from.0.saturating_add(64)) {
            for y in from.1..=to.1.min(from.1.saturating_add(64)) {
                cells.entry((x, y)).or_default().push(number);
            }
        }
    }
    cells
}

fn cell((x, y): (f64, f64)) -> (i32, i32) {
    (whole((x / CELL_POINTS).floor()), whole((y / CELL_POINTS).floor()))
}

fn neighbours((x, y): (i32, i32)) -> impl Iterator<Item = (i32, i32)> {
    (-1..=1).flat_map(move |right| (-1..=1).map(move |up| (x.saturating_add(right), y.saturating_add(up))))
}

fn at(cells: &Cells, place: (i32, i32)) -> &[usize] {
    cells.get(&place).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(text: &str, x: f64, origin: Origin) -> Glyph {
        Glyph { text: text.to_owned(), x, y: 100.0, angle: 0, advance: 5.0, size: 10.0, origin }
    }

    fn check(glyphs: &[Glyph], expect: &str) {
        let kept: String = clean(glyphs.to_vec()).into_iter().map(|glyph| glyph.text).collect();
        assert_eq!(kept, expect, "{glyphs:?}");
    }

    #[test]
    fn clean_keeps_one_of_two_glyphs_in_one_place() {
        let drawn = |text, x| glyph(text, x, Origin::Drawn);
        check(&[drawn("a", 0.0), drawn("a", 0.0)], "a");
        check(&[drawn("a", 0.0), drawn("a", 0.4)], "a");
        check(&[drawn("l", 0.0), drawn("l", 2.2)], "ll");
        check(&[drawn("a", 0.0), drawn("b", 0.0)], "ab");
    }

    #[test]
    fn clean_keeps_invisible_text_where_none_is_visible() {
        let (drawn, hidden) = (glyph("a", 0.0, Origin::Drawn), glyph("b", 1.0, Origin::Invisible));
        check(&[drawn.clone(), hidden.clone()], "a");
        check(&[hidden.clone(), drawn], "a");
        check(&[hidden, glyph("c", 20.0, Origin::Drawn)], "bc");
    }
}
