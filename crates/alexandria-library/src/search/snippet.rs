//! The part of a passage that is displayed with a hit.

use std::ops::Range;

use alexandria_domain::text_part;

/// Characters a snippet aims at.
const SNIPPET_CHARS: usize = 280;
/// Characters before the first match.
const LEAD_CHARS: usize = 90;
/// Maximum characters from the intended end of a snippet to the nearest space, beyond which a word is split.
const MAX_WORD_CHARS: usize = 24;

/// Text with marked words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The text; `…` stands for omitted parts of the passage.
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
    let body = text_part(passage, start..end).replace('\n', " ");
    let inside = marks.iter().filter(|mark| mark.start >= start && mark.end <= end);
    let marks = inside.map(|mark| mark.start - start + lead.len()..mark.end - start + lead.len()).collect();
    Snippet { text: [lead, &body, tail].concat(), marks }
}

/// The offset `chars` characters before byte `at`.
fn back(text: &str, at: usize, chars: usize) -> usize {
    let head = text_part(text, ..at);
    head.char_indices().rev().nth(chars.saturating_sub(1)).map_or(0, |(start, _)| start)
}

/// The offset `chars` characters after byte `at`.
fn forward(text: &str, at: usize, chars: usize) -> usize {
    let tail = text_part(text, at..);
    tail.char_indices().nth(chars).map_or(text.len(), |(offset, _)| at + offset)
}

/// The first start of a word at or after `at`, unless it is far (text without spaces).
fn word_start(text: &str, at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    let tail = text_part(text, at..);
    let space = tail.char_indices().take(MAX_WORD_CHARS).find(|(_, c)| c.is_whitespace());
    space.map_or(at, |(offset, c)| at + offset + c.len_utf8())
}

/// The last end of a word at or before `at`, unless it is far.
fn word_end(text: &str, at: usize) -> usize {
    if at == text.len() {
        return at;
    }
    let head = text_part(text, ..at);
    let space = head.char_indices().rev().take(MAX_WORD_CHARS).find(|(_, c)| c.is_whitespace());
    space.map_or(at, |(offset, _)| offset)
}
