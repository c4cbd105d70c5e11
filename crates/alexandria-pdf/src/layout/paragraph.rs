//! From lines to paragraphs, headings and notes. A paragraph goes on in the next column; it ends with its page, which is a section.

use alexandria_domain::BlockKind;

use super::line::Line;
use super::text::BlockText;

/// Size of a text after which a paragraph ends at the next line, in bytes.
const MAX_BYTES: usize = 30 << 10;
/// A distance between lines of this factor of the usual one separates paragraphs.
const LEADING: f64 = 1.3;
/// Type is of one size within this factor.
const SAME_SIZE: f64 = 1.1;
/// Headings are larger than the running text by these factors, for the levels 1 to 3.
const HEADINGS: [f64; 3] = [1.6, 1.3, 1.12];
/// Longer texts are no headings, in characters.
const MAX_HEADING_CHARS: usize = 200;
/// Notes are smaller than the running text by this factor.
const NOTE: f64 = 0.93;
/// Lines before and after one that show where its column begins and ends.
const NEAR: usize = 8;
/// An indent of this part of the font size begins a paragraph.
const INDENT: f64 = 0.8;

/// A block of a page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Paragraph {
    pub(crate) kind: BlockKind,
    pub(crate) text: BlockText,
}

/// The size of most of the text; zero if there is none.
pub(crate) fn body_size<'l>(lines: impl Iterator<Item = &'l Line>) -> f64 {
    let mut sizes: Vec<(f64, usize)> = lines.map(|line| (line.size, line.text.len())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|(_, length)| length).sum::<usize>() / 2;
    let mut sum = 0;
    let middle = sizes.into_iter().find(|(_, length)| {
        sum += length;
        sum > half
    });
    middle.map_or(0.0, |(size, _)| size)
}

/// The paragraphs of a page. `titles` are those of the outline that lead to the page, with their levels from 1.
pub(crate) fn paragraphs(lines: &[&Line], body: f64, titles: &[(String, u8)]) -> Vec<Paragraph> {
    let is_note = notes(lines, body);
    let of = |wanted: bool| {
        let chosen = lines.iter().zip(&is_note).filter(move |(_, is_note)| **is_note == wanted);
        chosen.map(|(line, _)| *line).collect::<Vec<&Line>>()
    };
    let (text, notes) = (of(false), of(true));
    let text = group(&text, body, false).into_iter().map(|lines| paragraph(&lines, body, titles));
    let notes =
        group(&notes, body, true).into_iter().map(|lines| Paragraph { kind: BlockKind::Note, text: joined(&lines) });
    text.chain(notes).filter(|paragraph| !paragraph.text.text.is_empty()).collect()
}

/// For each line whether it belongs to a footnote: small type in the lower part of the page that begins with a raised mark.
fn notes(lines: &[&Line], body: f64) -> Vec<bool> {
    let low = lines.iter().map(|line| line.baseline).fold(f64::INFINITY, f64::min);
    let high = lines.iter().map(|line| line.baseline).fold(f64::NEG_INFINITY, f64::max);
    let mut last: Option<&Line> = None;
    let mut is_note = Vec::with_capacity(lines.len());
    for line in lines {
        let is_small = line.size <= NOTE * body && line.angle == 0;
        let is_mark = line.is_raised || line.text.starts_with(['*', '†', '‡']);
        let is_low = line.baseline < low + 0.5 * (high - low);
        let goes_on = last.is_some_and(|last| line.baseline < last.baseline && line.overlap(last) > 0.0);
        let belongs = is_small && (goes_on || (is_mark && is_low));
        last = belongs.then_some(*line);
        is_note.push(belongs);
    }
    is_note
}

/// The extent of a column.
struct Column {
    start: f64,
    end: f64,
}

/// The lines of each paragraph.
fn group<'l>(lines: &[&'l Line], body: f64, is_notes: bool) -> Vec<Vec<&'l Line>> {
    let leading = usual_leading(lines);
    let columns = columns(lines);
    let mut groups: Vec<Vec<&Line>> = Vec::new();
    let mut bytes = 0;
    for (number, line) in lines.iter().enumerate() {
        let goes_on = groups.last().zip(columns.get(number)).is_some_and(|(group, column)| {
            let Some(last) = group.last() else { return false };
            let is_mark = is_notes && (line.is_raised || line.text.starts_with(['*', '†', '‡']));
            bytes <= MAX_BYTES && !is_mark && continues(group, last, line, column, leading, body)
        });
        match groups.last_mut().filter(|_| goes_on) {
            Some(group) => group.push(line),
            None => {
                groups.push(vec![line]);
                bytes = 0;
            }
        }
        bytes += line.text.len();
    }
    groups
}

/// Whether a line goes on with the paragraph of the lines before it, the last of which is `last`.
fn continues(group: &[&Line], last: &Line, line: &Line, column: &Column, leading: f64, body: f64) -> bool {
    let size = line.size.max(last.size);
    if line.angle != last.angle || size > SAME_SIZE * line.size.min(last.size) || is_item(&line.text) {
        return false;
    }
    let ends_sentence = last.text.trim_end_matches(['"', '”', '’', ')', '»']).ends_with(['.', '!', '?', ':', '…']);
    let is_below = line.baseline < last.baseline && line.overlap(last) > 0.0;
    if !is_below {
        let is_divided = last.text.ends_with(['-', '\u{2010}', '\u{ad}']);
        let begins_inside = line.text.chars().next().is_some_and(|char| char.is_lowercase() || char.is_ascii_digit());
        return !ends_sentence && (begins_inside || is_divided);
    }
    let distance = (last.baseline - line.baseline) / size;
    if size >= HEADINGS[2] * body && body > 0.0 {
        return distance <= 1.7;
    }
    if distance > LEADING * leading.max(1.0) {
        return false;
    }
    // From the right, indents and ends change sides.
    let (indent, room) = if line.is_right_to_left {
        (last.end - line.end, last.start - column.start)
    } else {
        (line.start - last.start, column.end - last.end)
    };
    let width = column.end - column.start;
    let is_short = room > (0.15 * width).max(2.0 * size);
    let is_very_short = room > 0.4 * width && width > 8.0 * size;
    if (is_short && ends_sentence) || is_very_short {
        return false;
    }
    let is_first = group.len() == 1;
    let is_indented = indent > INDENT * size && (!is_first || ends_sentence);
    let is_outdented = indent < -INDENT * size && !is_first;
    !is_indented && !is_outdented
}

/// Whether a text begins with the mark of an item of a list.
fn is_item(text: &str) -> bool {
    text.starts_with(['•', '▪', '◦', '‣', '●', '■', '○', '□', '➢', '✓', '∙']) || text.starts_with("– ")
}

/// The usual distance between lines, in parts of the font size.
fn usual_leading(lines: &[&Line]) -> f64 {
    let distances = lines.windows(2).filter_map(|pair| match pair {
        [a, b] if a.angle == b.angle && a.overlap(b) > 0.0 && a.size <= SAME_SIZE * b.size => {
            Some((a.baseline - b.baseline) / b.size)
        }
        _ => None,
    });
    let mut distances: Vec<f64> = distances.filter(|distance| (0.5..3.0).contains(distance)).collect();
    distances.sort_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied().unwrap_or(1.2)
}

/// For each line the extent of the column that it is in, by the lines near it that begin where it begins.
fn columns(lines: &[&Line]) -> Vec<Column> {
    let column = |(number, line): (usize, &&Line)| {
        let near = lines.get(number.saturating_sub(NEAR)..lines.len().min(number + NEAR + 1)).unwrap_or_default();
        let is_beside = |other: &&&Line| {
            let distance = if line.is_right_to_left { other.end - line.end } else { other.start - line.start };
            other.angle == line.angle && distance.abs() <= 3.0 * line.size
        };
        let edge = |place: fn(&Line) -> f64| {
            let mut places: Vec<f64> = near.iter().filter(is_beside).map(|line| place(line)).collect();
            places.sort_by(f64::total_cmp);
            places
        };
        let (starts, ends) = (edge(|line| line.start), edge(|line| line.end));
        // A line across several columns may begin there, too.
        let at = |places: &[f64], part: usize| {
            places.get(places.len().saturating_sub(1) * part / 10).copied().unwrap_or_default()
        };
        Column { start: at(&starts, 1), end: at(&ends, 9) }
    };
    lines.iter().enumerate().map(column).collect()
}

fn joined(lines: &[&Line]) -> BlockText {
    let mut text = BlockText::default();
    lines.iter().for_each(|line| text.push_line(line));
    text
}

fn paragraph(lines: &[&Line], body: f64, titles: &[(String, u8)]) -> Paragraph {
    let text = joined(lines);
    let compact = |text: &str| {
        text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let is_short = text.text.chars().count() <= MAX_HEADING_CHARS && text.text.chars().any(char::is_alphabetic);
    let is_item = text.text.chars().next().is_some_and(|_| is_item(&text.text));
    let level = if is_short && !is_item {
        let own = compact(&text.text);
        // A title may be printed with its number, or without.
        let is_title = |title: &str| {
            !title.is_empty()
                && (own == title
                    || own.trim_start_matches(|c: char| c.is_ascii_digit())
                        == title.trim_start_matches(|c: char| c.is_ascii_digit()))
        };
        let listed = titles.iter().find(|(title, _)| is_title(&compact(title))).map(|(_, level)| *level);
        let size = lines.iter().map(|line| line.size).fold(f64::INFINITY, f64::min);
        let large =
            (1_u8..).zip(HEADINGS).find(|(_, factor)| body > 0.0 && size >= factor * body).map(|(level, _)| level);
        listed.map(|level| level.clamp(1, 6)).or(large)
    } else {
        None
    };
    Paragraph { kind: level.map_or(BlockKind::Text, BlockKind::Heading), text }
}
