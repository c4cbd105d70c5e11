//! The text of a block as it is searched, and which glyph each part of it is.
//!
//! White space is collapsed, invisible characters are left out, ligatures and other forms that only differ in how they look are
//! replaced by their letters, and words that were divided at the end of a line are joined.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{compose, is_combining_mark};

use super::line::Line;

/// The text of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BlockText {
    pub(crate) text: String,
    pub(crate) spans: Vec<TextSpan>,
    /// A space belongs before what follows.
    space: bool,
    /// The last glyph was a soft hyphen.
    soft_hyphen: bool,
}

/// The text of one glyph: from `start` to the start of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextSpan {
    /// Offset in bytes.
    pub(crate) start: u32,
    /// Index of the glyph.
    pub(crate) glyph: u32,
}

impl BlockText {
    /// Appends a line, after a space or by joining a divided word.
    pub(crate) fn push_line(&mut self, line: &Line) {
        if self.soft_hyphen {
            self.space = false;
        } else if !self.join_divided(line.text.chars().next()) {
            self.space = true;
        }
        for unit in &line.units {
            self.push(&unit.text, unit.glyph);
        }
    }

    /// Joins the last word with the next line, if it ends with a hyphen. The hyphen goes if the next line begins in lower case.
    fn join_divided(&mut self, next: Option<char>) -> bool {
        let Some(word) = self.text.strip_suffix(['-', '\u{2010}']) else { return false };
        let is_divided = word.chars().next_back().is_some_and(char::is_alphabetic);
        let is_word = next.is_some_and(char::is_alphanumeric);
        if !is_divided || !is_word {
            return false;
        }
        if next.is_some_and(char::is_lowercase) {
            let length = word.len();
            self.text.truncate(length);
            while self.spans.last().is_some_and(|span| span.start as usize >= length) {
                self.spans.pop();
            }
        }
        self.space = false;
        true
    }

    fn push(&mut self, text: &str, glyph: Option<u32>) {
        let mut is_first = true;
        for char in text.chars().flat_map(letters) {
            if char.is_whitespace() {
                self.space = true;
                continue;
            }
            self.soft_hyphen = char == '\u{ad}';
            if is_invisible(char) || char.is_control() {
                continue;
            }
            if is_combining_mark(char)
                && !self.space
                && let Some(composed) = self.text.chars().next_back().and_then(|last| compose(last, char))
            {
                self.text.pop();
                self.text.push(composed);
                continue;
            }
            if self.space && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.space = false;
            if is_first && let Some(glyph) = glyph {
                self.spans.push(TextSpan { start: u32::try_from(self.text.len()).unwrap_or(u32::MAX), glyph });
            }
            is_first = false;
            self.text.push(char);
        }
    }
}

/// The letters of a character: of those forms that stand for others in how they look only.
fn letters(char: char) -> impl Iterator<Item = char> {
    let is_form = matches!(char, '\u{fb00}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{ff00}'..='\u{ffef}' | '\u{2126}'
        | '\u{212a}' | '\u{212b}' | '\u{f900}'..='\u{faff}' | '\u{2f00}'..='\u{2fdf}' | '\u{132}' | '\u{133}' | '\u{1c4}'..='\u{1cc}');
    let forms = is_form.then(|| std::iter::once(char).nfkc());
    let other = (!is_form).then_some(char);
    forms.into_iter().flatten().chain(other)
}

/// As in `alexandria-extract`: neither width nor meaning of its own.
const fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
            | '\u{fffe}' | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::super::line::Unit;
    use super::*;

    fn line(text: &str) -> Line {
        let units = text.chars().zip(0..).map(|(char, glyph)| Unit { text: char.to_string(), glyph: Some(glyph) });
        Line {
            text: text.to_owned(),
            units: units.collect(),
            start: 0.0,
            end: 0.0,
            baseline: 0.0,
            size: 0.0,
            angle: 0,
            first: 0,
            is_artifact: false,
            is_raised: false,
            is_right_to_left: false,
        }
    }

    fn check(lines: &[&str], expect: &str) {
        let mut text = BlockText::default();
        lines.iter().for_each(|text_of_line| text.push_line(&line(text_of_line)));
        assert_eq!(text.text, expect, "{lines:?}");
        let starts: Vec<u32> = text.spans.iter().map(|span| span.start).collect();
        assert!(
            starts.is_sorted() && starts.iter().all(|start| text.text.is_char_boundary(*start as usize)),
            "{starts:?}"
        );
    }

    #[test]
    fn block_text_opens_ligatures_and_composes_accents() {
        check(&["oﬀice", "ﬁle"], "office file");
        check(&["cafe\u{301}"], "café");
        check(&["ﻻ"], "لا");
        check(&["x² ½ …"], "x² ½ …");
        check(&["  a \u{a0} b\u{200b}c  "], "a bc");
        check(&["10 Å"], "10 Å");
    }

    #[test]
    fn block_text_joins_words_divided_at_line_ends() {
        check(&["infor-", "mation"], "information");
        check(&["Anglo-", "Saxon"], "Anglo-Saxon");
        check(&["infor\u{ad}", "mation"], "information");
        check(&["a dash -", "here"], "a dash - here");
        check(&["pages 10-", "12"], "pages 10- 12");
        check(&["in\u{2010}", "formation"], "information");
        check(&["end.", "Next"], "end. Next");
    }
}
