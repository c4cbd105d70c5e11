//! The text of a document, to markup: blocks. One pass over the tree, without recursion.

use std::collections::HashMap;

use super::note::NoteRefs;
use super::numbering::Numbering;
use super::package::{NotePart, Relationships};
use super::paragraph::Paragraph;
use super::run::Run;
use super::scope::{OpenScope, Scope};
use super::styles::Styles;
use super::table;
use crate::dom::{Dom, Edge, NodeId};
use crate::error::ExtractError;
use crate::field::{Fields, is_contents};
use crate::limits::Guard;
use crate::markup::{MarkupWriter, NoteKind};
use crate::metadata_field;
use crate::picture::PictureNames;

/// Steps after which the limits are checked.
const CHECK_INTERVAL: usize = 1024;

/// What comes of a document.
pub(super) struct Conversion {
    pub(super) markup: String,
    /// From a paragraph with the style of a title; may be empty.
    pub(super) title: String,
    /// Names of the pictures in the archive, by number.
    pub(super) pictures: Vec<String>,
    pub(super) cover: Option<usize>,
}

/// What the text is read with.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) styles: &'a Styles,
    /// Of the part that is being read.
    pub(super) relationships: &'a Relationships,
    /// Of the document.
    pub(super) language: &'a str,
    pub(super) guard: &'a Guard,
}

/// What to do when an element ends.
pub(super) enum End {
    Markup(&'static str),
    Paragraph(String),
    Run,
    Hyperlink,
    Field,
    Contents,
    Math,
    Row,
    Cell(&'static str),
    TextBox,
    RubyText,
    RubyBase,
}

/// Whether an element's content is read.
pub(super) enum Visit {
    Enter,
    Skip,
}

/// The conversion of one document. It has many fields because they are what is open at one point of one pass.
pub(super) struct Body<'a> {
    pub(super) context: Context<'a>,
    pub(super) out: MarkupWriter,
    pub(super) ends: Vec<(NodeId, End)>,
    pub(super) runs: Vec<Run>,
    pub(super) fields: Fields,
    pub(super) notes: NoteRefs,
    pub(super) pictures: PictureNames,
    /// Alternative text of the next picture.
    pub(super) description: String,
    /// Bookmarks between paragraphs.
    pub(super) pending_anchors: Vec<String>,
    pub(super) ruby_text: String,
    /// Number of open formulas.
    pub(super) math: usize,
    numbering: Numbering,
    /// The place outside all others, and those inside it, innermost last.
    outermost: Scope,
    scopes: Vec<Scope>,
    row_spans: HashMap<NodeId, u32>,
    header_rows: Vec<bool>,
    /// Number of open tables of contents.
    contents: usize,
    /// Whether the style of the paragraph hides its text.
    pub(super) hidden: bool,
    title: String,
}

impl<'a> Body<'a> {
    pub(super) fn new(context: Context<'a>, numbering: Numbering) -> Self {
        Self {
            context,
            out: MarkupWriter::new(),
            ends: Vec::new(),
            runs: Vec::new(),
            fields: Fields::default(),
            notes: NoteRefs::default(),
            pictures: PictureNames::default(),
            description: String::new(),
            pending_anchors: Vec::new(),
            ruby_text: String::new(),
            math: 0,
            numbering,
            outermost: Scope::default(),
            scopes: Vec::new(),
            row_spans: HashMap::new(),
            header_rows: Vec::new(),
            contents: 0,
            hidden: false,
            title: String::new(),
        }
    }

    /// Writes the document, and after it the notes that it refers to.
    pub(super) fn convert(
        &mut self,
        dom: &Dom,
        footnotes: Option<&'a NotePart>,
        endnotes: Option<&'a NotePart>,
    ) -> Result<(), ExtractError> {
        footnotes.iter().for_each(|part| self.notes.index(NoteKind::Footnote, part));
        endnotes.iter().for_each(|part| self.notes.index(NoteKind::Endnote, part));
        self.walk(dom, dom.find(Dom::DOCUMENT, "body").unwrap_or(Dom::DOCUMENT))?;
        self.close_scope();
        for note in self.notes.take_pending() {
            let part = if note.kind == NoteKind::Footnote { footnotes } else { endnotes };
            let Some(part) = part else { continue };
            self.context.relationships = &part.relationships;
            self.row_spans.clear();
            self.fields = Fields::default();
            self.out.open_buffer();
            self.scopes.push(Scope::default());
            self.walk(&part.dom, note.node)?;
            self.close_scope();
            let content = self.out.take_buffer();
            self.notes.fill(note.number, content);
        }
        self.notes.write(&mut self.out);
        self.out.check(self.context.guard)
    }

    pub(super) fn finish(self) -> Conversion {
        let cover = self.out.first_picture();
        Conversion { markup: self.out.finish(), title: self.title, pictures: self.pictures.into_names(), cover }
    }

    fn walk(&mut self, dom: &Dom, root: NodeId) -> Result<(), ExtractError> {
        let mut edges = dom.edges(root, None);
        let mut steps = 0_usize;
        while let Some(edge) = edges.next() {
            steps += 1;
            if steps.is_multiple_of(CHECK_INTERVAL) {
                self.out.check(self.context.guard)?;
            }
            match edge {
                Edge::Open(id) => {
                    if let (Some(_), Visit::Skip) = (dom.name(id), self.open(dom, id)) {
                        edges.skip_content(id);
                    }
                }
                Edge::Close(id) => {
                    if let Some((_, end)) = self.ends.pop_if(|(open, _)| *open == id) {
                        self.close(end);
                    }
                }
            }
        }
        self.out.check(self.context.guard)
    }

    /// Blocks. What only describes, or is not in the document any more, is skipped.
    fn open(&mut self, dom: &Dom, id: NodeId) -> Visit {
        match dom.local(id) {
            "ppr" | "rpr" | "sectpr" | "tblpr" | "tblgrid" | "trpr" | "tcpr" | "sdtpr" | "sdtendpr" | "rubypr"
            | "del" | "movefrom" | "deltext" | "delinstrtext" | "fallback" | "bindata" => return Visit::Skip,
            "p" => self.open_paragraph(dom, id),
            "tbl" => {
                let open = self.scope();
                open.scope.lists.close(open.out);
                self.row_spans.extend(table::row_spans(dom, id));
                self.open_markup(id, "<table>", "</table>\n");
            }
            "tr" if table::is_deleted(dom, id) => return Visit::Skip,
            "tr" => {
                self.out.raw("<tr>");
                self.header_rows.push(table::is_header(dom, id));
                self.ends.push((id, End::Row));
            }
            "tc" => return self.open_cell(dom, id),
            "txbxcontent" => {
                self.out.open_buffer();
                self.scopes.push(Scope::default());
                self.ends.push((id, End::TextBox));
            }
            "sdt" => {
                let gallery = dom.child(id, "sdtpr").and_then(|properties| dom.find(properties, "docpartgallery"));
                let gallery = gallery.and_then(|gallery| dom.local_attribute(gallery, "val"));
                if gallery == Some("Table of Contents") {
                    self.contents += 1;
                    self.ends.push((id, End::Contents));
                }
            }
            _ => return self.open_inline(dom, id),
        }
        Visit::Enter
    }

    pub(super) fn open_markup(&mut self, id: NodeId, start: &str, end: &'static str) {
        self.out.raw(start);
        self.ends.push((id, End::Markup(end)));
    }

    fn open_paragraph(&mut self, dom: &Dom, id: NodeId) {
        let paragraph = Paragraph::of(dom, id, self.context.styles);
        let begins_contents = || {
            let mut codes = dom.elements(id).filter(|id| dom.local(*id) == "instrtext");
            codes.any(|code| is_contents(&dom.text_content(code)))
        };
        let in_contents = self.contents > 0 || paragraph.is_contents || self.fields.in_contents() || begins_contents();
        let direction = if paragraph.right_to_left { "rtl" } else { "" };
        let item = paragraph.numbering.filter(|_| paragraph.heading.is_none());
        let item = item.and_then(|numbering| self.numbering.next(numbering));
        if paragraph.is_title && self.title.is_empty() {
            self.title = metadata_field::element_text(dom, id);
        }
        self.hidden = paragraph.hidden;
        let Self { scopes, outermost, out, .. } = self;
        let scope = scopes.last_mut().unwrap_or(outermost);
        scope.set_contents(in_contents, out);
        if item.is_none() {
            scope.lists.close(out);
        }
        let end = match (item, paragraph.heading) {
            (Some(item), _) => {
                scope.lists.item(item, out);
                String::new()
            }
            (None, Some(level)) => {
                out.start(&format!("h{level}"), &[("dir", direction)]);
                format!("</h{level}>\n")
            }
            (None, None) if scope.is_plain_cell => String::new(),
            (None, None) if paragraph.is_quote => {
                out.raw("<blockquote>");
                out.start("p", &[("dir", direction)]);
                "</p></blockquote>\n".to_owned()
            }
            (None, None) => {
                out.start("p", &[("dir", direction)]);
                "</p>\n".to_owned()
            }
        };
        scope.in_paragraph = true;
        self.pending_anchors.drain(..).for_each(|name| out.anchor(&name));
        self.ends.push((id, End::Paragraph(end)));
    }

    fn open_cell(&mut self, dom: &Dom, id: NodeId) -> Visit {
        let rows = self.row_spans.get(&id).copied().unwrap_or(1);
        if rows == 0 {
            return Visit::Skip;
        }
        let tag = if self.header_rows.last() == Some(&true) { "th" } else { "td" };
        let span = |count: u32| if count > 1 { count.to_string() } else { String::new() };
        let columns = span(table::column_span(dom, id));
        self.out.start(tag, &[("colspan", &columns), ("rowspan", &span(rows))]);
        let mut blocks = dom.children(id).filter(|id| !matches!(dom.local(*id), "" | "tcpr"));
        let is_plain_cell = blocks.next().is_some_and(|id| dom.local(id) == "p") && blocks.next().is_none();
        self.scopes.push(Scope { is_plain_cell, ..Scope::default() });
        self.ends.push((id, End::Cell(if tag == "th" { "</th>" } else { "</td>" })));
        Visit::Enter
    }

    /// The innermost scope with the writer.
    pub(super) fn scope(&mut self) -> OpenScope<'_> {
        let Self { scopes, outermost, out, .. } = self;
        OpenScope { scope: scopes.last_mut().unwrap_or(outermost), out }
    }

    fn close_scope(&mut self) {
        let mut scope = self.scopes.pop().unwrap_or_else(|| std::mem::take(&mut self.outermost));
        scope.close(&mut self.out);
    }

    fn close(&mut self, end: End) {
        match end {
            End::Markup(end) => self.out.raw(end),
            End::Paragraph(end) => self.close_paragraph(&end),
            End::Run => {
                self.runs.pop();
            }
            End::Hyperlink => {
                self.out.raw("</a>");
                self.scope().scope.in_hyperlink = false;
            }
            End::Field => self.fields.end(),
            End::Contents => self.contents -= 1,
            End::Math => self.math -= 1,
            End::Row => {
                self.header_rows.pop();
                self.out.raw("</tr>\n");
            }
            End::Cell(end) => {
                self.close_scope();
                self.out.raw(end);
            }
            End::TextBox => {
                self.close_scope();
                let content = self.out.take_buffer();
                self.float(&content);
            }
            End::RubyText => self.ruby_text = self.out.take_buffer(),
            End::RubyBase => {
                self.out.raw("<rt>");
                let reading = std::mem::take(&mut self.ruby_text);
                self.out.append(&reading);
                self.out.raw("</rt>");
            }
        }
    }

    fn close_paragraph(&mut self, end: &str) {
        let OpenScope { scope, out } = self.scope();
        scope.set_field_link(None, out);
        scope.in_paragraph = false;
        out.raw(end);
        let floating = std::mem::take(&mut scope.floating);
        out.append(&floating);
        self.hidden = false;
    }

    /// Keeps a text box until its paragraph ends.
    fn float(&mut self, content: &str) {
        let OpenScope { scope, out } = self.scope();
        if scope.in_paragraph {
            scope.floating.push_str(content);
        } else {
            out.append(content);
        }
    }
}
