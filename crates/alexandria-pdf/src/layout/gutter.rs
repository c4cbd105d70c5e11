//! Gutters: white stripes between columns. A gap in a row is one if it goes on through the rows above and below, and there is
//! enough text on both sides to read down. Otherwise it separates the cells of a table, or is merely wide.

use super::fragment::Fragment;

/// How many rows need text on each side.
const MIN_ROWS: u32 = 4;
/// How far the search goes, in rows.
const MAX_DISTANCE: usize = 60;
/// Minimum width of a gutter, in parts of the font size.
const MIN_WIDTH: f64 = 0.7;
/// Mean width that the text on each side needs, in parts of the font size.
const MIN_TEXT: f64 = 7.0;
/// Rows that are further apart than this part of the font size are not of the same columns.
const MAX_LEADING: f64 = 3.5;

/// The shape of a row: where it has text.
#[derive(Debug)]
pub(super) struct Row {
    baseline: f64,
    size: f64,
    spans: Vec<(f64, f64)>,
}

impl Row {
    /// The shape of fragments that are sorted by their beginning. Gaps below `gap` parts of the font size are text.
    pub(super) fn of(fragments: &[Fragment], gap: f64) -> Self {
        let mut spans: Vec<(f64, f64)> = Vec::new();
        for fragment in fragments {
            match spans.last_mut().filter(|(_, end)| fragment.start - *end <= gap * fragment.size) {
                Some((_, end)) => *end = end.max(fragment.end),
                None => spans.push((fragment.start, fragment.end)),
            }
        }
        let size = fragments.iter().map(|fragment| fragment.size).fold(0.0, f64::max);
        Self { baseline: fragments.first().map_or(0.0, |fragment| fragment.baseline), size, spans }
    }
}

/// Text beside a gutter.
#[derive(Debug, Default)]
struct Side {
    rows: u32,
    width: f64,
}

impl Side {
    fn add(&mut self, span: Option<&(f64, f64)>) {
        if let Some((start, end)) = span {
            self.rows += 1;
            self.width += end - start;
        }
    }

    fn is_column(&self, size: f64) -> bool {
        self.rows >= MIN_ROWS && self.width >= MIN_TEXT * size * f64::from(self.rows)
    }
}

/// Whether the gap from `gap.0` to `gap.1` in a row is a gutter.
pub(super) fn is_gutter(rows: &[Row], number: usize, gap: (f64, f64)) -> bool {
    let Some(row) = rows.get(number) else { return false };
    let above: Vec<&Row> = rows.iter().take(number).rev().take(MAX_DISTANCE).collect();
    let below: Vec<&Row> = rows.iter().skip(number + 1).take(MAX_DISTANCE).collect();
    // A title on one side would narrow the stripe for nothing, so each side is tried alone.
    [&[below.as_slice()][..], &[&above], &[&below, &above]].into_iter().any(|sides| goes_on(row, sides, gap))
}

/// Whether a gap of a row goes on through the rows on these sides of it, nearest first, with text beside it.
fn goes_on(row: &Row, sides: &[&[&Row]], gap: (f64, f64)) -> bool {
    let (mut free, mut left, mut right) = (gap, Side::default(), Side::default());
    add_sides(row, &mut free, &mut left, &mut right);
    for rows in sides {
        let mut last = row.baseline;
        for other in *rows {
            let is_near = (other.baseline - last).abs() <= MAX_LEADING * row.size.max(other.size);
            if !is_near || !add_sides(other, &mut free, &mut left, &mut right) {
                break;
            }
            last = other.baseline;
            if left.is_column(row.size) && right.is_column(row.size) {
                return true;
            }
        }
    }
    false
}

/// Narrows the free stripe by a row and counts its text on both sides. False if the row leaves no stripe free.
fn add_sides(row: &Row, free: &mut (f64, f64), left: &mut Side, right: &mut Side) -> bool {
    let middle = f64::midpoint(free.0, free.1);
    let before = row.spans.iter().rfind(|(start, end)| f64::midpoint(*start, *end) < middle);
    let after = row.spans.iter().find(|(start, end)| f64::midpoint(*start, *end) >= middle);
    let start = before.map_or(free.0, |(_, end)| free.0.max(*end));
    let end = after.map_or(free.1, |(start, _)| free.1.min(*start));
    if end - start < MIN_WIDTH * row.size {
        return false;
    }
    *free = (start, end);
    left.add(before);
    right.add(after);
    true
}
