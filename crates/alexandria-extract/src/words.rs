//! Text as it is stored: white space collapsed, nothing invisible.

/// Whether `c` has no width and no meaning of its own: soft hyphen, word joiner, zero-width space, direction marks.
/// The zero-width joiners stay: Persian, the Indic scripts and emoji are spelled with them.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

/// Whether `c` may stand in no page, because XML 1.0 has no way to write it (§2.2, `Char`).
pub(crate) const fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// A text being gathered, with white space collapsed as it comes.
#[derive(Debug, Default)]
pub(crate) struct Words {
    text: String,
    space: bool,
}

impl Words {
    /// Adds text as it stands in the file.
    pub(crate) fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
            } else if !is_invisible(c) {
                if self.space && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.space = false;
                self.text.push(c);
            }
        }
    }

    /// What follows is another word.
    pub(crate) const fn break_word(&mut self) {
        self.space = true;
    }

    /// Bytes gathered so far.
    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    /// The text so far, leaving nothing; `None` if there is none.
    pub(crate) fn take(&mut self) -> Option<String> {
        self.space = false;
        (!self.text.is_empty()).then(|| std::mem::take(&mut self.text))
    }
}

/// `text` with white space collapsed and invisible characters gone; `None` if nothing is left.
pub(crate) fn collapsed(text: &str) -> Option<String> {
    let mut words = Words::default();
    words.push(text);
    words.take()
}
