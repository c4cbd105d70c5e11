//! Furniture: headers, footers and page numbers. A line at the edge of a page is furniture if pages around it have the same line at
//! the same height, digits aside.

use super::line::Line;

/// Lines at the upper and at the lower edge that can be furniture.
const EDGE_LINES: usize = 3;
/// How far the heights of equal lines may differ, in points.
const HEIGHT: f64 = 4.0;
/// Larger type is a heading, such as the number of a chapter, by this factor of the running text's size.
const MAX_SIZE: f64 = 1.15;
/// Longer lines are text, in characters.
const MAX_CHARS: usize = 160;

/// For each line of the page `at` whether it is furniture, by the pages around it. `body` is the size of the running text.
pub(crate) fn furniture(pages: &[&[Line]], at: usize, body: f64) -> Vec<bool> {
    let Some(page) = pages.get(at) else { return Vec::new() };
    let edges = edge_lines(page);
    let others: Vec<Vec<(f64, String)>> = pages
        .iter()
        .enumerate()
        .filter(|(number, lines)| *number != at && !lines.is_empty())
        .map(|(_, lines)| edge_lines(lines).into_iter().map(|(_, line)| (line.baseline, key(&line.text))).collect())
        .collect();
    let mut is_furniture: Vec<bool> = page.iter().map(|line| line.is_artifact).collect();
    // Pages of a few lines each, such as cards, have no furniture.
    let has_text = pages.iter().any(|lines| lines.len() > EDGE_LINES);
    for (number, line) in edges {
        if !has_text || line.size > MAX_SIZE * body {
            continue;
        }
        let key = key(&line.text);
        let is_same = |(height, other): &(f64, String)| (height - line.baseline).abs() <= HEIGHT && *other == key;
        let count = others.iter().filter(|lines| lines.iter().any(is_same)).count();
        // Left and right pages have headers of their own, so a third is as good as most.
        let is_frequent = count >= 2 && count * 3 >= others.len();
        let is_number = count >= 1 && count == others.len() && key.chars().all(|char| !char.is_alphabetic());
        if (is_frequent || is_number)
            && let Some(is_furniture) = is_furniture.get_mut(number)
        {
            *is_furniture = true;
        }
    }
    is_furniture
}

/// The lines at the edges, with their indices.
fn edge_lines(lines: &[Line]) -> Vec<(usize, &Line)> {
    let angle = lines.first().map(|line| line.angle);
    let mut by_height: Vec<(usize, &Line)> =
        lines.iter().enumerate().filter(|(_, line)| Some(line.angle) == angle).collect();
    by_height.sort_by(|a, b| b.1.baseline.total_cmp(&a.1.baseline));
    let count = by_height.len();
    let is_edge = |number: usize| number < EDGE_LINES || number + EDGE_LINES >= count;
    let edges = by_height.into_iter().enumerate().filter(|(number, _)| is_edge(*number)).map(|(_, line)| line);
    edges.filter(|(_, line)| line.text.len() <= 4 * MAX_CHARS && line.text.chars().count() <= MAX_CHARS).collect()
}

/// What lines have in common that differ in numbers only, Arabic or Roman.
fn key(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().map(|word| {
        let is_roman = word.chars().all(|char| "ivxlc".contains(char));
        if is_roman { "#".to_owned() } else { without_digits(word) }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn without_digits(word: &str) -> String {
    let mut text = String::new();
    for char in word.chars() {
        if !char.is_numeric() {
            text.push(char);
        } else if !text.ends_with('#') {
            text.push('#');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, baseline: f64) -> Line {
        Line {
            text: text.to_owned(),
            units: Vec::new(),
            start: 0.0,
            end: 100.0,
            baseline,
            size: 10.0,
            angle: 0,
            first: 0,
            is_artifact: false,
            is_raised: false,
            is_right_to_left: false,
        }
    }

    fn check(pages: &[Vec<Line>], expect: &[&str]) {
        let pages: Vec<&[Line]> = pages.iter().map(Vec::as_slice).collect();
        let is_furniture = furniture(&pages, 1, 10.0);
        let left = pages[1].iter().zip(is_furniture).filter(|(_, is_furniture)| !is_furniture);
        assert_eq!(left.map(|(line, _)| line.text.as_str()).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn furniture_is_what_pages_have_in_common_at_their_edges() {
        let page = |number: u32, body: &str| {
            let running = [500.0, 480.0].map(|height| (format!("running text {height} {body}"), height));
            let edges = [("The Whale".to_owned(), 800.0), (body.to_owned(), 400.0), (format!("– {number} –"), 40.0)];
            let lines = [&edges[..1], &running[..], &edges[1..]].concat();
            lines.into_iter().map(|(text, height)| line(&text, height)).collect::<Vec<_>>()
        };
        let text = ["running text 500 b", "running text 480 b", "b"];
        check(&[page(1, "a"), page(2, "b"), page(3, "c"), page(4, "d")], &text);
        // Nothing is known of a page alone.
        check(&[Vec::new(), page(2, "b")], &[&["The Whale"], &text[..], &["– 2 –"]].concat());
        // Of two pages, only numbers are recognised.
        check(&[page(1, "a"), page(2, "b")], &[&["The Whale"], &text[..]].concat());
        // The same words elsewhere on the page are text.
        let moved = vec![line("The Whale", 700.0), line("b", 400.0)];
        check(&[page(1, "a"), moved, page(3, "c")], &["The Whale", "b"]);
        // So is what is on pages with nothing else.
        let card = || vec![line("The Whale", 700.0), line("b", 400.0)];
        check(&[card(), card(), card(), card()], &["The Whale", "b"]);
    }

    #[test]
    fn key_ignores_numbers() {
        let check = |a, b, expect| assert_eq!(key(a) == key(b), expect, "{a} {b}");
        check("Page 9 of 100", "Page 10 of 100", true);
        check("xii", "7", true);
        check("Chapter One", "Chapter Two", false);
    }
}
