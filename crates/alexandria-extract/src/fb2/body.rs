//! The bodies of a book, to markup. Sections become headings by their depth, so that a book can be split at them. The bodies
//! of notes become notes, if the text refers to them. One pass over the tree, without recursion.

use std::collections::HashMap;

use super::binary::Binaries;
use crate::dom::{Dom, Edge, NodeId};
use crate::error::ExtractError;
use crate::href;
use crate::limits::Guard;
use crate::markup::MarkupWriter;

/// Steps after which the limits are checked.
const CHECK_INTERVAL: usize = 1024;
/// Maximum length of the label of a note reference, in characters.
const MAX_LABEL_CHARS: usize = 16;

/// The conversion of one book.
pub(super) struct Body<'a> {
    binaries: &'a Binaries,
    guard: &'a Guard,
    out: MarkupWriter,
    ends: Vec<(NodeId, &'static str)>,
    /// Number of open sections.
    depth: usize,
    in_notes: bool,
    in_link: bool,
    /// How often each id was referred to as a note.
    references: HashMap<String, usize>,
    /// What is done at the end of an element, besides its end tag.
    marks: Vec<(NodeId, Mark)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Section,
    Link,
    /// A title, whose paragraphs are lines; whether one was written.
    Title(bool),
}

enum Visit {
    Enter,
    Skip,
}

impl<'a> Body<'a> {
    pub(super) fn new(binaries: &'a Binaries, guard: &'a Guard) -> Self {
        Self {
            binaries,
            guard,
            out: MarkupWriter::new(),
            ends: Vec::new(),
            depth: 0,
            in_notes: false,
            in_link: false,
            references: HashMap::new(),
            marks: Vec::new(),
        }
    }

    /// Writes the bodies in their order. The first is the text, whatever it is called.
    pub(super) fn convert(&mut self, dom: &Dom) -> Result<(), ExtractError> {
        let mut bodies = Vec::new();
        let mut edges = dom.edges(Dom::DOCUMENT, None);
        while let Some(edge) = edges.next() {
            if let Edge::Open(id) = edge
                && matches!(dom.local(id), "body" | "description")
            {
                edges.skip_content(id);
                bodies.extend((dom.local(id) == "body").then_some(id));
            }
        }
        self.count_references(dom, &bodies);
        for (number, body) in bodies.into_iter().enumerate() {
            let name = dom.attribute(body, "name").unwrap_or_default().to_ascii_lowercase();
            self.in_notes = number > 0 && matches!(name.as_str(), "notes" | "comments" | "footnotes");
            self.depth = 0;
            self.walk(dom, body)?;
        }
        self.out.check(self.guard)
    }

    pub(super) fn finish(self) -> String {
        self.out.finish()
    }

    /// Which ids are those of notes is only known from the links to them.
    fn count_references(&mut self, dom: &Dom, bodies: &[NodeId]) {
        let links = bodies.iter().flat_map(|body| dom.elements(*body)).filter(|id| dom.local(*id) == "a");
        for id in links.filter(|id| dom.attribute(*id, "type") == Some("note")) {
            if let Some(target) = dom.local_attribute(id, "href").and_then(|href| href.trim().strip_prefix('#')) {
                self.references.entry(target.to_owned()).or_insert(0);
            }
        }
    }

    fn walk(&mut self, dom: &Dom, root: NodeId) -> Result<(), ExtractError> {
        let mut edges = dom.edges(root, None);
        let mut steps = 0_usize;
        while let Some(edge) = edges.next() {
            steps += 1;
            if steps.is_multiple_of(CHECK_INTERVAL) {
                self.out.check(self.guard)?;
            }
            match edge {
                Edge::Open(id) => match dom.text(id) {
                    Some(text) => self.text(dom, id, text),
                    None => {
                        if let Visit::Skip = self.open(dom, id) {
                            edges.skip_content(id);
                        }
                    }
                },
                Edge::Close(id) => self.close(id),
            }
        }
        Ok(())
    }

    /// Text stands in paragraphs; between them it is white space of the file, or a mistake.
    fn text(&mut self, dom: &Dom, id: NodeId, text: &str) {
        let between = dom.parent(id).is_some_and(|above| {
            matches!(
                dom.local(above),
                "body" | "section" | "title" | "poem" | "stanza" | "epigraph" | "cite" | "table" | "tr"
            )
        });
        if !between || !text.trim().is_empty() {
            self.out.text(text);
        }
    }

    fn open(&mut self, dom: &Dom, id: NodeId) -> Visit {
        let own_id = dom.attribute(id, "id").unwrap_or_default();
        let language = dom.attribute(id, "xml:lang").unwrap_or_default();
        match dom.local(id) {
            "section" => self.open_section(id, own_id),
            "title" => self.open_title(id),
            "subtitle" => self.start(id, "p", &[("id", own_id), ("class", "subtitle")], "</p>\n"),
            "p" if self.is_title_line() => {
                self.out.anchor(own_id);
            }
            "p" => self.start(id, "p", &[("id", own_id), ("lang", language)], "</p>\n"),
            "v" => self.start(id, "p", &[("id", own_id), ("class", "verse")], "</p>\n"),
            "text-author" => self.start(id, "p", &[("id", own_id), ("class", "text-author")], "</p>\n"),
            "date" => self.start(id, "p", &[], "</p>\n"),
            "empty-line" if !self.is_title_line() => self.out.raw("<p></p>\n"),
            "epigraph" | "cite" => self.start(id, "blockquote", &[("id", own_id)], "</blockquote>\n"),
            "poem" | "stanza" => {
                self.start(id, "div", &[("id", own_id), ("class", dom.local(id))], "</div>\n");
            }
            "annotation" => self.start(id, "div", &[("id", own_id)], "</div>\n"),
            "table" => self.start(id, "table", &[("id", own_id)], "</table>\n"),
            "tr" => self.start(id, "tr", &[], "</tr>\n"),
            "td" | "th" => {
                let span = |name: &str| dom.attribute(id, name).filter(|value| value.len() <= 4).unwrap_or_default();
                let (tag, end) = if dom.local(id) == "th" { ("th", "</th>") } else { ("td", "</td>") };
                self.start(id, tag, &[("colspan", span("colspan")), ("rowspan", span("rowspan"))], end);
            }
            "emphasis" => self.start(id, "i", &[], "</i>"),
            "strong" => self.start(id, "b", &[], "</b>"),
            "strikethrough" => self.start(id, "s", &[], "</s>"),
            "sub" => self.start(id, "sub", &[], "</sub>"),
            "sup" => self.start(id, "sup", &[], "</sup>"),
            "code" => self.start(id, "code", &[], "</code>"),
            "style" => self.start(id, "span", &[("lang", language)], "</span>"),
            "a" => return self.open_link(dom, id),
            "image" => {
                let number = self.binaries.number_of(dom.local_attribute(id, "href").unwrap_or_default());
                self.out.picture(number, dom.attribute(id, "alt").unwrap_or_default());
                return Visit::Skip;
            }
            "binary" | "stylesheet" => return Visit::Skip,
            _ => {}
        }
        Visit::Enter
    }

    fn start(&mut self, id: NodeId, tag: &str, attributes: &[(&str, &str)], end: &'static str) {
        self.out.start(tag, attributes);
        self.ends.push((id, end));
    }

    /// A section of the text has no element, so that the book remains flat; a note has one.
    fn open_section(&mut self, id: NodeId, own_id: &str) {
        self.depth += 1;
        self.marks.push((id, Mark::Section));
        if self.in_notes && self.references.contains_key(own_id) {
            self.start(
                id,
                "aside",
                &[("id", own_id), ("epub:type", "footnote"), ("role", "doc-footnote")],
                "</aside>\n",
            );
            if self.references.get(own_id).is_some_and(|count| *count > 0) {
                self.out.start("a", &[("role", "doc-backlink"), ("href", &format!("#alx-ref-{own_id}"))]);
                self.out.text("↩");
                self.out.end("a");
            }
        } else if !own_id.is_empty() {
            self.start(id, "div", &[("id", own_id)], "");
            self.out.end("div");
        }
    }

    /// The title of a section is a heading; that of a note is its number.
    fn open_title(&mut self, id: NodeId) {
        self.marks.push((id, Mark::Title(false)));
        if self.in_notes && self.depth > 0 {
            return self.start(id, "p", &[], "</p>\n");
        }
        // The title of the book is above those of its sections.
        let (tag, end) = match self.depth {
            0 | 1 => ("h1", "</h1>\n"),
            2 => ("h2", "</h2>\n"),
            3 => ("h3", "</h3>\n"),
            4 => ("h4", "</h4>\n"),
            5 => ("h5", "</h5>\n"),
            _ => ("h6", "</h6>\n"),
        };
        self.start(id, tag, &[], end);
    }

    /// Whether a paragraph is a line of a title. Writes the break before it.
    fn is_title_line(&mut self) -> bool {
        match self.marks.last_mut() {
            Some((_, Mark::Title(written))) => {
                if std::mem::replace(written, true) {
                    self.out.raw("<br>");
                }
                true
            }
            _ => false,
        }
    }

    fn open_link(&mut self, dom: &Dom, id: NodeId) -> Visit {
        let target = dom.local_attribute(id, "href").unwrap_or_default().trim();
        let is_known = target.starts_with('#') || href::scheme(target).is_some();
        if !is_known || self.in_link {
            return Visit::Enter;
        }
        let note = target.strip_prefix('#').filter(|note| self.references.contains_key(*note));
        let Some(note) = note.filter(|_| dom.attribute(id, "type") == Some("note")) else {
            self.start(id, "a", &[("href", target)], "</a>");
            self.marks.push((id, Mark::Link));
            self.in_link = true;
            return Visit::Enter;
        };
        let count = self.references.entry(note.to_owned()).or_insert(0);
        *count += 1;
        // The way back leads to the first reference.
        let own_id = if *count == 1 { format!("alx-ref-{note}") } else { String::new() };
        let attributes = [("id", own_id.as_str()), ("epub:type", "noteref"), ("role", "doc-noteref"), ("href", target)];
        self.out.start("a", &attributes);
        self.out.start("sup", &[]);
        let label: String = dom.text_content(id).chars().take(MAX_LABEL_CHARS).collect();
        self.out.text(if label.is_empty() { "*" } else { &label });
        self.out.raw("</sup></a>");
        Visit::Skip
    }

    fn close(&mut self, id: NodeId) {
        while let Some((_, end)) = self.ends.pop_if(|(open, _)| *open == id) {
            self.out.raw(end);
        }
        match self.marks.pop_if(|(open, _)| *open == id) {
            Some((_, Mark::Section)) => self.depth = self.depth.saturating_sub(1),
            Some((_, Mark::Link)) => self.in_link = false,
            Some((_, Mark::Title(_))) | None => {}
        }
    }
}
