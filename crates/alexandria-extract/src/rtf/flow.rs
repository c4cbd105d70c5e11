//! Paragraphs, rows and notes, to markup.

use super::group::Paragraph;
use super::tables::Tables;
use crate::markup::{Lists, MarkupWriter, TextFormat};

/// What is open in one place: the body, a note or a text box.
#[derive(Debug, Default)]
struct Scope {
    lists: Lists,
    /// Text boxes anchored in it, to follow it.
    floating: String,
    /// Paragraphs of the open cell.
    cell: Vec<String>,
    /// Cells of the open row.
    row: Vec<String>,
    in_table: bool,
    link: Option<String>,
}

/// The document being written.
#[derive(Debug)]
pub(super) struct Flow {
    out: MarkupWriter,
    scope: Scope,
    outer: Vec<Scope>,
}

impl Flow {
    pub(super) fn new() -> Self {
        let mut out = MarkupWriter::new();
        // The paragraph, which is placed when it ends.
        out.open_buffer();
        Self { out, scope: Scope::default(), outer: Vec::new() }
    }

    pub(super) const fn out(&mut self) -> &mut MarkupWriter {
        &mut self.out
    }

    /// Writes text of a run, inside a link or not.
    pub(super) fn text(&mut self, text: &str, format: &TextFormat, link: Option<&str>) {
        if !format.hidden && !text.is_empty() {
            self.set_link(link);
            format.write(text, &mut self.out);
        }
    }

    pub(super) fn set_link(&mut self, link: Option<&str>) {
        if self.scope.link.as_deref() == link {
            return;
        }
        if self.scope.link.take().is_some() {
            self.out.end("a");
        }
        if let Some(link) = link {
            self.out.start("a", &[("href", link)]);
            self.scope.link = Some(link.to_owned());
        }
    }

    /// Begins a note or a text box.
    pub(super) fn open_scope(&mut self) {
        self.outer.push(std::mem::take(&mut self.scope));
        // One buffer for the content, one for the paragraph in it.
        self.out.open_buffer();
        self.out.open_buffer();
    }

    /// Ends a note or a text box, and returns its content.
    pub(super) fn close_scope(&mut self, tables: &mut Tables, paragraph: Paragraph) -> String {
        self.end_paragraph(tables, paragraph);
        let _empty = self.out.take_buffer();
        self.end_table();
        self.scope.lists.close(&mut self.out);
        let content = self.out.take_buffer();
        self.scope = self.outer.pop().unwrap_or_default();
        content
    }

    /// Keeps a text box until its paragraph ends.
    pub(super) fn float(&mut self, content: &str) {
        self.scope.floating.push_str(content);
    }

    /// Takes the open paragraph out; `None` if it is empty.
    fn take_paragraph(&mut self) -> Option<String> {
        self.set_link(None);
        let text = self.out.take_buffer();
        (!text.trim().is_empty()).then_some(text)
    }

    /// Ends the paragraph with the properties that hold at its end. Empty paragraphs are only for show.
    pub(super) fn end_paragraph(&mut self, tables: &mut Tables, paragraph: Paragraph) {
        let text = self.take_paragraph();
        let floating = std::mem::take(&mut self.scope.floating);
        if paragraph.in_table {
            self.scope.cell.extend(text);
            self.scope.cell.extend(Some(floating).filter(|floating| !floating.is_empty()));
            self.out.open_buffer();
            return;
        }
        if text.is_some() {
            self.end_table();
        }
        let Some(text) = text else {
            self.out.append(&floating);
            self.out.open_buffer();
            return;
        };
        let level = paragraph.outline_level.or_else(|| tables.outline_level(paragraph.style));
        let item = if level.is_none() { tables.next_item(paragraph.list, paragraph.list_level) } else { None };
        let direction = if paragraph.right_to_left { "rtl" } else { "" };
        match (item, level) {
            (Some(item), _) => {
                self.scope.lists.item(item, &mut self.out);
                self.out.append(&text);
            }
            (None, Some(level @ 0..=8)) => {
                self.scope.lists.close(&mut self.out);
                let tag = format!("h{}", (level + 1).min(6));
                self.out.start(&tag, &[("dir", direction)]);
                self.out.append(&text);
                self.out.end(&tag);
            }
            _ => {
                self.scope.lists.close(&mut self.out);
                self.out.start("p", &[("dir", direction)]);
                self.out.append(&text);
                self.out.end("p");
            }
        }
        self.out.raw("\n");
        self.out.append(&floating);
        self.out.open_buffer();
    }

    pub(super) fn end_cell(&mut self) {
        let text = self.take_paragraph();
        self.out.open_buffer();
        self.scope.cell.extend(text);
        let paragraphs = std::mem::take(&mut self.scope.cell);
        let content = match paragraphs.as_slice() {
            [only] => only.clone(),
            several => several.iter().map(|text| format!("<p>{text}</p>")).collect(),
        };
        self.scope.row.push(content);
    }

    pub(super) fn end_row(&mut self) {
        if !self.scope.cell.is_empty() {
            self.end_cell();
        }
        let cells = std::mem::take(&mut self.scope.row);
        if cells.is_empty() {
            return;
        }
        let paragraph = self.out.take_buffer();
        if !std::mem::replace(&mut self.scope.in_table, true) {
            self.scope.lists.close(&mut self.out);
            self.out.raw("<table>");
        }
        self.out.raw("<tr>");
        for cell in cells {
            self.out.raw("<td>");
            self.out.append(&cell);
            self.out.raw("</td>");
        }
        self.out.raw("</tr>\n");
        self.out.open_buffer();
        self.out.append(&paragraph);
    }

    /// Ends a table, also one whose last row was not ended. Called while no paragraph is open.
    fn end_table(&mut self) {
        if !self.scope.cell.is_empty() || !self.scope.row.is_empty() {
            self.out.open_buffer();
            self.end_row();
            let _empty = self.out.take_buffer();
        }
        if std::mem::take(&mut self.scope.in_table) {
            self.out.raw("</table>\n");
        }
    }

    /// Ends everything but the document.
    pub(super) fn end(&mut self, tables: &mut Tables, paragraph: Paragraph) {
        while !self.outer.is_empty() {
            let content = self.close_scope(tables, paragraph);
            self.float(&content);
        }
        self.end_paragraph(tables, paragraph);
        let _empty = self.out.take_buffer();
        self.end_table();
        self.scope.lists.close(&mut self.out);
    }

    pub(super) fn into_out(self) -> MarkupWriter {
        self.out
    }
}
