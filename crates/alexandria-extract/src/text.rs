//! Normalising text: white space is collapsed, invisible characters are removed.

/// Whether `c` has neither width nor meaning of its own: soft hyphen, word joiner, zero-width space, direction marks. Not
/// the zero-width joiners: Persian, the Indic scripts and emoji are spelled with them.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

/// Whether XML 1.0 cannot express `c` (§2.2, `Char`).
pub(crate) const fn is_forbidden_in_xml(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Collects text and collapses its white space.
#[derive(Debug, Default)]
pub(crate) struct TextBuffer {
    text: String,
    space: bool,
}

impl TextBuffer {
    /// Appends text.
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

    /// Separates what follows by a space.
    pub(crate) const fn break_word(&mut self) {
        self.space = true;
    }

    /// Length in bytes.
    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    /// Takes the text out; `None` if it is empty.
    pub(crate) fn take(&mut self) -> Option<String> {
        self.space = false;
        (!self.text.is_empty()).then(|| std::mem::take(&mut self.text))
    }
}

/// `text` with white space collapsed and invisible characters removed; `None` if nothing is left.
pub(crate) fn collapse(text: &str) -> Option<String> {
    let mut buffer = TextBuffer::default();
    buffer.push(text);
    buffer.take()
}
