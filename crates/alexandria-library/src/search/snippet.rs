//! The part of a passage shown with a hit.

use std::ops::Range;

/// Characters a snippet aims at.
const SNIPPET_CHARS: usize = 280;
/// Characters kept before the first matching words.
const LEAD_CHARS: usize = 90;

/// Text with marked words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The text; `…` stands where the passage goes on.
    pub text: String,
    /// Byte ranges of the matching words in `text`.
    pub marks: Vec<Range<usize>>,
}

/// The part of `passage` around the first of `marks`, or its beginning.
pub(super) fn cut(passage: &str, marks: &[Range<usize>]) -> Snippet {
    let first = marks.first().map_or(0, |mark| mark.start);
    let start = word_start(passage, back(passage, first, LEAD_CHARS));
    let end = word_end(passage, forward(passage, start, SNIPPET_CHARS));
    let end = marks.first().map_or(end, |mark| end.max(mark.end));
    let lead = if start > 0 { "… " } else { "" };
    let tail = if end < passage.len() { " …" } else { "" };
    let body = passage.get(start..end).unwrap_or_default().replace('\n', " ");
    let inside = marks.iter().filter(|mark| mark.start >= start && mark.end <= end);
    let marks = inside.map(|mark| mark.start - start + lead.len()..mark.end - start + lead.len()).collect();
    Snippet { text: [lead, &body, tail].concat(), marks }
}

/// `chars` characters before byte `at`.
fn back(text: &str, at: usize, chars: usize) -> usize {
    let head = text.get(..at).unwrap_or_default();
    head.char_indices().rev().nth(chars.saturating_sub(1)).map_or(0, |(start, _)| start)
}

/// `chars` characters after byte `at`.
fn forward(text: &str, at: usize, chars: usize) -> usize {
    let tail = text.get(at..).unwrap_or_default();
    tail.char_indices().nth(chars).map_or(text.len(), |(offset, _)| at + offset)
}

/// The first beginning of a word at or after `at`, unless that is far (text without spaces).
fn word_start(text: &str, at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    let tail = text.get(at..).unwrap_or_default();
    let space = tail.char_indices().take(24).find(|(_, c)| c.is_whitespace());
    space.map_or(at, |(offset, c)| at + offset + c.len_utf8())
}

/// The last end of a word at or before `at`, unless that is far.
fn word_end(text: &str, at: usize) -> usize {
    if at == text.len() {
        return at;
    }
    let head = text.get(..at).unwrap_or_default();
    head.char_indices().rev().take(24).find(|(_, c)| c.is_whitespace()).map_or(at, |(offset, _)| offset)
}
