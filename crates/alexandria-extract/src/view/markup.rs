//! Writing markup that is well-formed XML and reads the same to an HTML parser.

use crate::words::is_forbidden;

/// A page being written.
#[derive(Debug, Default)]
pub(super) struct Markup {
    out: String,
}

impl Markup {
    /// Adds markup as it is.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Begins a start tag; attributes may follow until [`close_start`](Self::close_start).
    pub(super) fn open_start(&mut self, tag: &str) {
        self.out.push('<');
        self.out.push_str(tag);
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.escaped(value, true);
        self.out.push('"');
    }

    pub(super) fn close_start(&mut self, void: bool) {
        self.out.push_str(if void { "/>" } else { ">" });
    }

    pub(super) fn end(&mut self, tag: &str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    pub(super) fn text(&mut self, text: &str) {
        self.escaped(text, false);
    }

    /// A style sheet. Inside `style`, HTML reads markup characters as they are and XML does not, so there must be none.
    pub(super) fn style(&mut self, css: &str) {
        self.raw("<style>");
        for c in css.chars().filter(|c| !is_forbidden(*c)) {
            match c {
                '<' => self.out.push_str("\\3c "),
                '&' => self.out.push_str("\\26 "),
                '\r' | '\u{c}' => self.out.push('\n'),
                '>' if self.out.ends_with("]]") => self.out.push_str("\\3e "),
                c => self.out.push(c),
            }
        }
        self.raw("</style>\n");
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn escaped(&mut self, text: &str, in_attribute: bool) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' if in_attribute => self.out.push_str("&quot;"),
                '\r' | '\u{c}' => self.out.push('\n'),
                c if is_forbidden(c) => {}
                c => self.out.push(c),
            }
        }
    }
}
