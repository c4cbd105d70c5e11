//! Rows of fragments with one baseline, split into lines where a gutter between columns passes.

use super::bidi::logical_order;
use super::fragment::{Fragment, WORD_GAP};
use super::gutter::{Row, is_gutter};
use super::line::{Line, Unit};
use crate::glyph::Glyph;

/// How far baselines in a row may differ, in parts of the font size; small type may be raised or lowered by more.
const BASELINE: f64 = 0.3;
const SMALL_BASELINE: f64 = 0.6;
/// Gaps from this part of the font size on may be gutters.
const GUTTER: f64 = 0.9;
/// Maximum number of rows of which gutters are looked for.
const MAX_ROWS: usize = 2_000;

/// The lines that fragments of one direction make, in no order.
pub(super) fn lines(glyphs: &[Glyph], fragments: Vec<Fragment>, angle: u16) -> Vec<Line> {
    let rows = rows(fragments);
    let shapes: Vec<Row> = rows.iter().map(|row| Row::of(row, GUTTER)).collect();
    let mut lines = Vec::new();
    for (number, row) in rows.into_iter().enumerate() {
        let mut current: Vec<Fragment> = Vec::new();
        let mut end = f64::NEG_INFINITY;
        for fragment in row {
            let gap = (end, fragment.start);
            let is_wide = !current.is_empty() && gap.1 - gap.0 > GUTTER * fragment.size;
            if is_wide && shapes.len() <= MAX_ROWS && is_gutter(&shapes, number, gap) {
                lines.extend(line(glyphs, std::mem::take(&mut current), angle));
            }
            end = end.max(fragment.end);
            current.push(fragment);
        }
        lines.extend(line(glyphs, current, angle));
    }
    lines
}

/// Rows from top to bottom, each from its beginning to its end.
fn rows(mut fragments: Vec<Fragment>) -> Vec<Vec<Fragment>> {
    // Large type first among equals, so that what is raised joins it and not the other way round.
    fragments.sort_by(|a, b| b.baseline.total_cmp(&a.baseline));
    let mut rows: Vec<(f64, f64, Vec<Fragment>)> = Vec::new();
    for fragment in fragments {
        let last = rows.last_mut().filter(|(baseline, size, _)| {
            let distance = (baseline - fragment.baseline).abs();
            let (small, large) = (size.min(fragment.size), size.max(fragment.size));
            distance <= BASELINE * small || (small < 0.85 * large && distance <= SMALL_BASELINE * small)
        });
        match last {
            Some((baseline, size, row)) => {
                if fragment.size > 1.05 * *size {
                    (*baseline, *size) = (fragment.baseline, fragment.size);
                }
                row.push(fragment);
            }
            None => rows.push((fragment.baseline, fragment.size, vec![fragment])),
        }
    }
    let sorted = rows.into_iter().map(|(.., mut row)| {
        row.sort_by(|a, b| a.start.total_cmp(&b.start));
        row
    });
    sorted.collect()
}

/// The line of these fragments, which are in visual order.
fn line(glyphs: &[Glyph], fragments: Vec<Fragment>, angle: u16) -> Option<Line> {
    let largest = fragments.iter().max_by(|a, b| {
        let weight = |fragment: &Fragment| {
            fragment.size * (1.0 + f64::from(u16::try_from(fragment.glyphs.len()).unwrap_or(u16::MAX)).min(8.0))
        };
        weight(a).total_cmp(&weight(b))
    })?;
    let (baseline, size) = (largest.baseline, largest.size);
    let start = fragments.iter().map(|fragment| fragment.start).fold(f64::INFINITY, f64::min);
    let end = fragments.iter().map(|fragment| fragment.end).fold(f64::NEG_INFINITY, f64::max);
    let first = fragments.iter().flat_map(|fragment| &fragment.glyphs).min().copied()?;
    let is_artifact = fragments.iter().all(|fragment| fragment.is_artifact);
    let is_raised = fragments.first().is_some_and(|first| first.size < 0.85 * size && first.baseline > baseline);
    let mut units: Vec<Unit> = Vec::new();
    let mut last_end = None;
    for fragment in fragments {
        let gap = last_end.map(|end: f64| fragment.start - end);
        // A drawn space counts only where it leaves a gap: some programs draw all spaces first.
        let is_separate =
            gap.is_some_and(|gap| gap > WORD_GAP * fragment.size || (fragment.has_space && gap > 0.02 * fragment.size));
        if is_separate {
            units.push(Unit { text: " ".to_owned(), glyph: None });
        }
        for number in fragment.glyphs {
            let text = glyphs.get(number as usize).map(|glyph| glyph.text.clone()).unwrap_or_default();
            units.push(Unit { text, glyph: Some(number) });
        }
        last_end = Some(last_end.map_or(fragment.end, |end| end.max(fragment.end)));
    }
    let (units, is_right_to_left) = logical_order(units);
    let text: String = units.iter().map(|unit| unit.text.as_str()).collect();
    (!text.trim().is_empty()).then(|| Line {
        text: text.trim().to_owned(),
        units,
        start,
        end,
        baseline,
        size,
        angle,
        first,
        is_artifact,
        is_raised,
        is_right_to_left,
    })
}
