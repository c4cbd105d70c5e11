//! The text of a document, to markup: blocks. One pass over the tree, without recursion.

use super::list::{ListStart, Lists};
use super::styles::Styles;
use crate::dom::{Dom, Edge, NodeId};
use crate::error::ExtractError;
use crate::limits::Guard;
use crate::markup::{MarkupWriter, Notes, TextFormat};
use crate::metadata_field;
use crate::picture::{PictureNames, Stored};

/// Steps after which the limits are checked.
const CHECK_INTERVAL: usize = 1024;
/// Maximum number of rows or columns that a cell spans: browsers allow no more.
const MAX_SPAN: u32 = 1_000;

/// Finds the file of the package with that name.
pub(super) type Locate<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What comes of a document.
pub(super) struct Conversion {
    pub(super) markup: String,
    /// From a paragraph with the style of a title; may be empty.
    pub(super) title: String,
    /// Names of the pictures of a package, by number.
    pub(super) names: Vec<String>,
    /// Pictures of a flat document, by number.
    pub(super) stored: Vec<Stored>,
    pub(super) cover: Option<usize>,
}

/// What to do when an element ends.
pub(super) enum End {
    Markup(&'static str),
    Paragraph(String),
    Span,
    Link,
    Frame,
    List,
    HeaderRows,
    Cell(&'static str),
    TextBox,
    Note,
}

/// Whether an element's content is read.
pub(super) enum Visit {
    Enter,
    Skip,
}

/// What is open in one place: the body, a cell, a text box or a note.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) in_paragraph: bool,
    pub(super) in_link: bool,
    /// The text of a cell with a single paragraph is that of the cell.
    is_plain_cell: bool,
    /// Text boxes anchored in the paragraph, to follow it.
    floating: String,
}

/// A picture frame.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) description: String,
    /// A frame may have the same picture in several formats.
    pub(super) has_picture: bool,
}

/// The conversion of one document. It has many fields because they are what is open at one point of one pass.
pub(super) struct Body<'a> {
    pub(super) styles: &'a Styles,
    pub(super) language: &'a str,
    pub(super) locate: Locate<'a>,
    pub(super) out: MarkupWriter,
    pub(super) ends: Vec<(NodeId, End)>,
    pub(super) scope: Scope,
    /// The scopes around it.
    pub(super) outer_scopes: Vec<Scope>,
    pub(super) formats: Vec<TextFormat>,
    pub(super) frames: Vec<Frame>,
    pub(super) notes: Notes,
    /// Numbers of the open notes.
    pub(super) open_notes: Vec<usize>,
    pub(super) pictures: PictureNames,
    pub(super) stored: Vec<Stored>,
    lists: Lists,
    header_rows: usize,
    title: String,
    guard: &'a Guard,
}

impl<'a> Body<'a> {
    pub(super) fn new(styles: &'a Styles, language: &'a str, locate: Locate<'a>, guard: &'a Guard) -> Self {
        Self {
            styles,
            language,
            locate,
            out: MarkupWriter::new(),
            ends: Vec::new(),
            scope: Scope::default(),
            outer_scopes: Vec::new(),
            formats: Vec::new(),
            frames: Vec::new(),
            notes: Notes::default(),
            open_notes: Vec::new(),
            pictures: PictureNames::default(),
            stored: Vec::new(),
            lists: Lists::default(),
            header_rows: 0,
            title: String::new(),
            guard,
        }
    }

    /// Writes the document, and after it the notes.
    pub(super) fn convert(&mut self, dom: &Dom) -> Result<(), ExtractError> {
        let body = dom.find(Dom::DOCUMENT, "body").unwrap_or(Dom::DOCUMENT);
        let mut edges = dom.edges(body, None);
        let mut steps = 0_usize;
        while let Some(edge) = edges.next() {
            steps += 1;
            if steps.is_multiple_of(CHECK_INTERVAL) {
                self.out.check(self.guard)?;
            }
            match edge {
                Edge::Open(id) => match dom.text(id) {
                    Some(text) => self.text(text),
                    None => {
                        if let Visit::Skip = self.open(dom, id) {
                            edges.skip_content(id);
                        }
                    }
                },
                Edge::Close(id) => {
                    if let Some((_, end)) = self.ends.pop_if(|(open, _)| *open == id) {
                        self.close(end);
                    }
                }
            }
        }
        self.notes.write(&mut self.out);
        self.out.check(self.guard)
    }

    pub(super) fn finish(self) -> Conversion {
        let cover = self.out.first_picture();
        let (names, stored) = (self.pictures.into_names(), self.stored);
        Conversion { markup: self.out.finish(), title: self.title, names, stored, cover }
    }

    /// Blocks. What only describes, or is not in the document any more, is skipped.
    fn open(&mut self, dom: &Dom, id: NodeId) -> Visit {
        let hidden =
            dom.attribute(id, "text:display") == Some("none") || dom.attribute(id, "text:is-hidden") == Some("true");
        if hidden {
            return Visit::Skip;
        }
        match dom.local(id) {
            "tracked-changes" | "annotation" | "forms" | "scripts" | "hidden-text" | "object" | "object-ole"
            | "plugin" | "applet" | "floating-frame" | "event-listeners" | "shapes" | "note-citation"
            | "covered-table-cell" | "desc" | "title" | "dde-source" | "section-source" => return Visit::Skip,
            local if local.ends_with("-decls") || local.ends_with("-source") => return Visit::Skip,
            "p" | "h" => self.open_paragraph(dom, id),
            "list" => {
                let attribute = |name: &str| dom.local_attribute(id, name);
                let own = attribute("style-name").or_else(|| list_style_of_content(dom, id, self.styles));
                let name = own.or(self.lists.style()).unwrap_or_default().to_owned();
                let start = ListStart {
                    id: dom.attribute(id, "xml:id").unwrap_or_default(),
                    continues: attribute("continue-list").unwrap_or_default(),
                    continues_style: attribute("continue-numbering") == Some("true"),
                };
                self.lists.open(&name, self.styles.list(&name), start, &mut self.out);
                self.ends.push((id, End::List));
            }
            "list-item" => {
                let number = dom.local_attribute(id, "start-value").and_then(|value| value.trim().parse().ok());
                self.lists.item(number, &mut self.out);
                self.ends.push((id, End::Markup("</li>")));
            }
            "list-header" => self.open_markup(id, "<li style=\"list-style:none\">", "</li>"),
            "table-of-content" => self.open_markup(id, "<nav role=\"doc-toc\">", "</nav>"),
            "table" => self.open_markup(id, "<table>", "</table>\n"),
            "table-header-rows" => {
                self.header_rows += 1;
                self.ends.push((id, End::HeaderRows));
            }
            "table-row" => self.open_markup(id, "<tr>", "</tr>\n"),
            "table-cell" => self.open_cell(dom, id),
            "text-box" | "custom-shape" | "rect" | "ellipse" | "circle" | "polygon" | "polyline" | "path" | "line"
            | "connector" | "caption" | "measure" => {
                self.out.open_buffer();
                self.open_scope(Scope::default());
                self.ends.push((id, End::TextBox));
            }
            _ => return self.open_inline(dom, id),
        }
        Visit::Enter
    }

    pub(super) fn open_markup(&mut self, id: NodeId, start: &str, end: &'static str) {
        self.out.raw(start);
        self.ends.push((id, End::Markup(end)));
    }

    /// Opens a place with a paragraph of its own.
    pub(super) fn open_scope(&mut self, scope: Scope) {
        self.outer_scopes.push(std::mem::replace(&mut self.scope, scope));
        self.formats.push(TextFormat::default());
    }

    pub(super) fn close_scope(&mut self) {
        self.formats.pop();
        self.scope = self.outer_scopes.pop().unwrap_or_default();
    }

    fn open_paragraph(&mut self, dom: &Dom, id: NodeId) {
        let name = dom.local_attribute(id, "style-name").unwrap_or_default();
        let style = self.styles.paragraph(name);
        let level = (dom.local(id) == "h").then(|| {
            let level = dom.local_attribute(id, "outline-level").and_then(|level| level.trim().parse::<u8>().ok());
            level.unwrap_or(1).clamp(1, 6)
        });
        if style.is_title && self.title.is_empty() {
            self.title = metadata_field::element_text(dom, id);
        }
        let direction = if style.right_to_left { "rtl" } else { "" };
        let end = match level {
            Some(level) => {
                self.out.start(&format!("h{level}"), &[("dir", direction)]);
                format!("</h{level}>\n")
            }
            None if self.scope.is_plain_cell => String::new(),
            None if style.is_quote => {
                self.out.raw("<blockquote>");
                self.out.start("p", &[("dir", direction)]);
                "</p></blockquote>\n".to_owned()
            }
            None => {
                self.out.start("p", &[("dir", direction)]);
                "</p>\n".to_owned()
            }
        };
        self.scope.in_paragraph = true;
        self.formats.push(TextFormat { hidden: style.hidden, ..TextFormat::default() });
        self.ends.push((id, End::Paragraph(end)));
    }

    fn open_cell(&mut self, dom: &Dom, id: NodeId) {
        let span = |name: &str| {
            let count: u32 = dom.local_attribute(id, name).and_then(|count| count.trim().parse().ok()).unwrap_or(1);
            if count > 1 { count.min(MAX_SPAN).to_string() } else { String::new() }
        };
        let (tag, end) = if self.header_rows > 0 { ("th", "</th>") } else { ("td", "</td>") };
        let spans = [("colspan", span("number-columns-spanned")), ("rowspan", span("number-rows-spanned"))];
        self.out.start(tag, &spans.each_ref().map(|(name, count)| (*name, count.as_str())));
        let mut blocks = dom.children(id).filter(|child| dom.name(*child).is_some());
        let is_plain_cell = blocks.next().is_some_and(|child| dom.local(child) == "p") && blocks.next().is_none();
        self.open_scope(Scope { is_plain_cell, ..Scope::default() });
        self.ends.push((id, End::Cell(end)));
    }

    fn close(&mut self, end: End) {
        match end {
            End::Markup(end) => self.out.raw(end),
            End::Paragraph(end) => {
                self.formats.pop();
                self.scope.in_paragraph = false;
                self.out.raw(&end);
                let floating = std::mem::take(&mut self.scope.floating);
                self.out.append(&floating);
            }
            End::Span => {
                self.formats.pop();
            }
            End::Link => {
                self.out.raw("</a>");
                self.scope.in_link = false;
            }
            End::Frame => {
                self.frames.pop();
            }
            End::List => self.lists.close(&mut self.out),
            End::HeaderRows => self.header_rows -= 1,
            End::Cell(end) => {
                self.close_scope();
                self.out.raw(end);
            }
            End::TextBox => {
                self.close_scope();
                let content = self.out.take_buffer();
                if self.scope.in_paragraph {
                    self.scope.floating.push_str(&content);
                } else {
                    self.out.append(&content);
                }
            }
            End::Note => {
                self.close_scope();
                let content = self.out.take_buffer();
                if let Some(number) = self.open_notes.pop() {
                    self.notes.fill(number, content);
                }
            }
        }
    }
}

/// The list style that the first paragraph of a list names, for lists that name none.
fn list_style_of_content<'s>(dom: &'s Dom, list: NodeId, styles: &'s Styles) -> Option<&'s str> {
    let item = dom.child(list, "list-item")?;
    let paragraph = dom.child(item, "p")?;
    styles.list_of_paragraph(dom.local_attribute(paragraph, "style-name")?)
}
