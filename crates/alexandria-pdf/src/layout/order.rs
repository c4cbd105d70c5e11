//! The order in which lines are read (Breuel, "High Performance Document Layout Analysis", 2003): a line comes before one below
//! it that shares some of its extent, and before one beside it unless a line between them spans both.

use std::collections::BTreeSet;

use super::line::Line;

/// Pages with more lines are read in the order of the file.
const MAX_LINES: usize = 600;
/// Lines share their extent if they do so for this part of the font size.
const MIN_OVERLAP: f64 = 0.3;

/// The lines in reading order.
pub(super) fn in_reading_order(mut lines: Vec<Line>) -> Vec<Line> {
    if lines.len() > MAX_LINES {
        lines.sort_by_key(|line| line.first);
        return lines;
    }
    let right_to_left = lines.iter().filter(|line| line.is_right_to_left).count();
    let is_right_to_left = right_to_left * 2 > lines.len();
    lines.sort_by(|a, b| {
        let beside = if is_right_to_left { b.end.total_cmp(&a.end) } else { a.start.total_cmp(&b.start) };
        b.baseline.total_cmp(&a.baseline).then(beside)
    });
    let order = sorted(&before_of(&lines, is_right_to_left));
    let mut lines: Vec<Option<Line>> = lines.into_iter().map(Some).collect();
    order.into_iter().filter_map(|number| lines.get_mut(number)?.take()).collect()
}

/// For each line those that come after it.
fn before_of(lines: &[Line], is_right_to_left: bool) -> Vec<Vec<usize>> {
    let shares = |a: &Line, b: &Line| a.overlap(b) > MIN_OVERLAP * a.size.min(b.size);
    let is_between = |c: &Line, a: &Line, b: &Line| {
        let (low, high) = (a.baseline.min(b.baseline), a.baseline.max(b.baseline));
        c.baseline > low && c.baseline < high && shares(c, a) && shares(c, b)
    };
    let follows = |a: &Line, b: &Line| {
        if shares(a, b) {
            return a.baseline > b.baseline;
        }
        let is_beside =
            if is_right_to_left { a.start >= b.start && a.end > b.end } else { a.start < b.start && a.end <= b.end };
        is_beside && !lines.iter().any(|c| is_between(c, a, b))
    };
    let after = |a: &Line| lines.iter().enumerate().filter(|(_, b)| follows(a, b)).map(|(number, _)| number).collect();
    lines.iter().map(after).collect()
}

/// The numbers in an order that respects what comes after what, and else their own. Circles are broken at the lowest number.
fn sorted(after: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting = vec![0_usize; after.len()];
    for number in after.iter().flatten() {
        if let Some(count) = waiting.get_mut(*number) {
            *count += 1;
        }
    }
    let mut ready: BTreeSet<usize> = (0..after.len()).filter(|number| waiting.get(*number) == Some(&0)).collect();
    let mut left: BTreeSet<usize> = (0..after.len()).collect();
    let mut order = Vec::with_capacity(after.len());
    while let Some(number) = ready.pop_first().or_else(|| left.first().copied()) {
        if !left.remove(&number) {
            continue;
        }
        order.push(number);
        for next in after.get(number).into_iter().flatten() {
            let Some(count) = waiting.get_mut(*next) else { continue };
            *count = count.saturating_sub(1);
            if *count == 0 && left.contains(next) {
                ready.insert(*next);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(&str, f64, f64, f64)], expect: &str) {
        let line = |(text, start, end, baseline): &(&str, f64, f64, f64)| Line {
            text: (*text).to_owned(),
            units: Vec::new(),
            start: *start,
            end: *end,
            baseline: *baseline,
            size: 10.0,
            angle: 0,
            first: 0,
            is_artifact: false,
            is_raised: false,
            is_right_to_left: false,
        };
        let ordered = in_reading_order(lines.iter().map(line).collect());
        assert_eq!(ordered.iter().map(|line| line.text.as_str()).collect::<String>(), expect);
    }

    #[test]
    fn in_reading_order_reads_columns_between_titles() {
        let title = ("T", 50.0, 550.0, 700.0);
        let (a, b) = (("a", 50.0, 290.0, 680.0), ("b", 50.0, 290.0, 668.0));
        let (c, d) = (("c", 310.0, 550.0, 683.0), ("d", 310.0, 550.0, 671.0));
        check(&[c, a, d, b, title], "Tabcd");
        // A heading across both columns ends what is above it.
        let heading = ("H", 50.0, 550.0, 640.0);
        let (e, f) = (("e", 50.0, 290.0, 620.0), ("f", 310.0, 550.0, 620.0));
        check(&[f, e, heading, c, a, d, b, title], "TabcdHef");
    }
}
