//! Writing markup that is well-formed XML and reads the same to an HTML parser.

use super::csp::BOOK_CSP;
use crate::text::is_forbidden_in_xml;

/// A page being written.
#[derive(Debug, Default)]
pub(super) struct XhtmlWriter {
    out: String,
}

impl XhtmlWriter {
    /// Begins the document. Attributes of the root may follow until [`open_head`](Self::open_head).
    pub(super) fn open_root(&mut self) {
        self.raw("<!DOCTYPE html>\n");
        self.open_start("html");
        self.attribute("xmlns", "http://www.w3.org/1999/xhtml");
        self.attribute("xmlns:epub", "http://www.idpf.org/2007/ops");
    }

    /// Begins the head, with the policy in it.
    pub(super) fn open_head(&mut self) {
        self.close_start(false);
        self.raw("\n<head>\n<meta charset=\"utf-8\"/>\n");
        self.open_start("meta");
        self.attribute("http-equiv", "Content-Security-Policy");
        self.attribute("content", BOOK_CSP);
        self.close_start(true);
        self.raw("\n");
    }

    /// Writes the size of a page with a fixed layout, in CSS pixels.
    pub(super) fn viewport(&mut self, width: u32, height: u32) {
        self.open_start("meta");
        self.attribute("name", "viewport");
        self.attribute("content", &format!("width={width}, height={height}"));
        self.close_start(true);
        self.raw("\n");
    }

    /// Appends markup unescaped.
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
        self.escape(value, true);
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
        self.escape(text, false);
    }

    /// Appends a `style` element. HTML parsers do not decode entities in it and XML parsers do, so markup characters become
    /// CSS escapes.
    pub(super) fn style(&mut self, css: &str) {
        self.raw("<style>");
        for c in css.chars().filter(|c| !is_forbidden_in_xml(*c)) {
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

    fn escape(&mut self, text: &str, in_attribute: bool) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' if in_attribute => self.out.push_str("&quot;"),
                '\r' | '\u{c}' => self.out.push('\n'),
                c if is_forbidden_in_xml(c) => {}
                c => self.out.push(c),
            }
        }
    }
}
