//! Writing HTML that is parsed again at once: what formats with another model of a document are translated to.
//!
//! The text is escaped, and the size is limited. Absent: what may be rendered, which `view` decides.

mod format;
mod list;
mod note;

pub(crate) use format::TextFormat;
pub(crate) use list::{ListItem, ListKind, Lists};
pub(crate) use note::{NoteKind, Notes};

use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};

/// Size of the text in bytes before which a picture can be the cover.
const MAX_COVER_TEXT_BYTES: usize = 500;

/// HTML being written. Parts that belong elsewhere, such as notes, are written to buffers of their own.
#[derive(Debug)]
pub(crate) struct MarkupWriter {
    /// Innermost last; the first is the document.
    buffers: Vec<String>,
    /// Bytes written, to whatever buffer.
    written: usize,
    /// Bytes of text written.
    text: usize,
    /// The first picture, if it comes before any text worth mentioning.
    first_picture: Option<usize>,
}

impl MarkupWriter {
    pub(crate) fn new() -> Self {
        Self { buffers: vec![String::new()], written: 0, text: 0, first_picture: None }
    }

    /// Fails if more was written than a page may have, or the time is over. Call it for every paragraph.
    pub(crate) fn check(&self, guard: &Guard) -> Result<(), ExtractError> {
        guard.check_time()?;
        within(self.written, LimitKind::MarkupBytes, guard.limits.markup_bytes)
    }

    /// Writes markup unescaped.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.written += markup.len();
        if let Some(buffer) = self.buffers.last_mut() {
            buffer.push_str(markup);
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.text += text.len();
        self.escape(text, false);
    }

    fn escape(&mut self, text: &str, in_attribute: bool) {
        let Some(buffer) = self.buffers.last_mut() else { return };
        let before = buffer.len();
        for c in text.chars() {
            match c {
                '&' => buffer.push_str("&amp;"),
                '<' => buffer.push_str("&lt;"),
                '>' => buffer.push_str("&gt;"),
                '"' if in_attribute => buffer.push_str("&quot;"),
                '\0' => {}
                c => buffer.push(c),
            }
        }
        self.written += buffer.len() - before;
    }

    /// Writes a start tag. Attributes without a value are left out.
    pub(crate) fn start(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.raw("<");
        self.raw(tag);
        for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            self.raw(" ");
            self.raw(name);
            self.raw("=\"");
            self.escape(value, true);
            self.raw("\"");
        }
        self.raw(">");
    }

    pub(crate) fn end(&mut self, tag: &str) {
        self.raw("</");
        self.raw(tag);
        self.raw(">");
    }

    /// A place that links lead to.
    pub(crate) fn anchor(&mut self, id: &str) {
        if !id.is_empty() {
            self.start("span", &[("id", id)]);
            self.end("span");
        }
    }

    /// A picture by its number, or a placeholder with its description.
    pub(crate) fn picture(&mut self, number: Option<usize>, description: &str) {
        if self.text <= MAX_COVER_TEXT_BYTES {
            self.first_picture = self.first_picture.or(number);
        }
        let source = number.map(crate::picture::href).unwrap_or_default();
        self.start("img", &[("src", &source), ("alt", description)]);
    }

    /// The number of the picture that can be the cover.
    pub(crate) const fn first_picture(&self) -> Option<usize> {
        self.first_picture
    }

    /// Writes to a buffer of its own until [`take_buffer`](Self::take_buffer).
    pub(crate) fn open_buffer(&mut self) {
        self.buffers.push(String::new());
    }

    /// What was written since [`open_buffer`](Self::open_buffer).
    pub(crate) fn take_buffer(&mut self) -> String {
        if self.buffers.len() > 1 { self.buffers.pop().unwrap_or_default() } else { String::new() }
    }

    /// Writes what was taken from a buffer; it counts once.
    pub(crate) fn append(&mut self, buffer: &str) {
        if let Some(innermost) = self.buffers.last_mut() {
            innermost.push_str(buffer);
        }
    }

    pub(crate) fn finish(mut self) -> String {
        let mut document = self.buffers.drain(..);
        let mut page = document.next().unwrap_or_default();
        document.for_each(|rest| page.push_str(&rest));
        page
    }
}
