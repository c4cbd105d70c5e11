//! The text of a document, to markup: what is in paragraphs.

use super::body::{Body, End, Frame, Scope, Visit};
use crate::dom::{Dom, NodeId};
use crate::href;
use crate::markup::NoteKind;
use crate::picture::Stored;

impl Body<'_> {
    /// Runs, links, notes and pictures.
    pub(super) fn open_inline(&mut self, dom: &Dom, id: NodeId) -> Visit {
        let attribute = |name: &str| dom.local_attribute(id, name).unwrap_or_default();
        match dom.local(id) {
            "span" => {
                let outer = self.formats.last().cloned().unwrap_or_default();
                let format = self.styles.text(attribute("style-name"), &outer, self.language);
                self.formats.push(format);
                self.ends.push((id, End::Span));
            }
            "a" => self.open_link(id, &link_target(attribute("href"))),
            "bookmark-ref" | "reference-ref" => self.open_link(id, &format!("#{}", attribute("ref-name"))),
            "bookmark" | "bookmark-start" | "reference-mark" | "reference-mark-start" if self.scope.in_paragraph => {
                self.out.anchor(attribute("name"));
            }
            "s" | "tab" => self.text(" "),
            "line-break" if self.is_visible() => self.out.raw("<br>"),
            "ruby" => self.open_markup(id, "<ruby>", "</ruby>"),
            "ruby-text" => self.open_markup(id, "<rt>", "</rt>"),
            "note" if !self.is_visible() => return Visit::Skip,
            "note" => {
                let kind = if attribute("note-class") == "endnote" { NoteKind::Endnote } else { NoteKind::Footnote };
                let citation = dom.child(id, "note-citation").map(|citation| dom.text_content(citation));
                let number = self.notes.refer(kind, &citation.unwrap_or_default(), &mut self.out);
                self.open_notes.push(number);
            }
            "note-body" => {
                self.out.open_buffer();
                self.open_scope(Scope::default());
                self.ends.push((id, End::Note));
            }
            "frame" => {
                let text = |name: &str| dom.child(id, name).map(|child| dom.text_content(child)).unwrap_or_default();
                let (title, description) = (text("title"), text("desc"));
                let description = if description.is_empty() { title } else { description };
                self.frames.push(Frame { description, has_picture: false });
                self.ends.push((id, End::Frame));
            }
            "image" => {
                self.picture(dom, id);
                return Visit::Skip;
            }
            _ => {}
        }
        Visit::Enter
    }

    /// Whether what comes next is written.
    fn is_visible(&self) -> bool {
        self.scope.in_paragraph && !self.formats.last().is_some_and(|format| format.hidden)
    }

    pub(super) fn text(&mut self, text: &str) {
        if !self.is_visible() {
            return;
        }
        match self.formats.last() {
            Some(format) => format.write(text, &mut self.out),
            None => self.out.text(text),
        }
    }

    fn open_link(&mut self, id: NodeId, target: &str) {
        if target.len() < 2 || self.scope.in_link || !self.scope.in_paragraph {
            return;
        }
        self.out.start("a", &[("href", target)]);
        self.scope.in_link = true;
        self.ends.push((id, End::Link));
    }

    /// A picture of the package or of the flat document; nothing of one elsewhere.
    fn picture(&mut self, dom: &Dom, id: NodeId) {
        if self.formats.last().is_some_and(|format| format.hidden) {
            return;
        }
        let number = match dom.child(id, "binary-data") {
            Some(data) => {
                let text: String = dom.children(data).filter_map(|child| dom.text(child)).collect();
                self.stored.push(Stored::Base64(text.into_bytes()));
                Some(self.stored.len() - 1)
            }
            None => {
                let path = href::resolve("", dom.local_attribute(id, "href").unwrap_or_default());
                let Some(name) = path.and_then(|path| (self.locate)(&path.path)) else { return };
                self.pictures.number_of(&name)
            }
        };
        let Some(frame) = self.frames.last_mut() else { return };
        if std::mem::replace(&mut frame.has_picture, true) {
            return;
        }
        // A frame can stand between paragraphs.
        let (start, end) = if self.scope.in_paragraph { ("", "") } else { ("<p>", "</p>\n") };
        self.out.raw(start);
        self.out.picture(number, &frame.description);
        self.out.raw(end);
    }
}

/// The target of a link: a place in the document, or an address. Other files are not there.
fn link_target(reference: &str) -> String {
    let reference = reference.trim();
    if let Some(place) = reference.strip_prefix('#') {
        // What kind of place it is comes after a bar.
        return format!("#{}", place.split('|').next().unwrap_or_default());
    }
    if href::scheme(reference).is_some() { reference.to_owned() } else { String::new() }
}
