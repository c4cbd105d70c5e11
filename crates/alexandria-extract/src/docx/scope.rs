//! What is open in one place: the body, a cell, a text box or a note.

use crate::markup::{Lists, MarkupWriter};

/// A place that paragraphs follow each other in.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) lists: Lists,
    /// A table of contents is open.
    pub(super) in_contents: bool,
    /// A paragraph is open.
    pub(super) in_paragraph: bool,
    /// Inside an element that is a link.
    pub(super) in_hyperlink: bool,
    /// The link of a field that is open in the paragraph.
    pub(super) field_link: Option<String>,
    /// The text of a cell with a single paragraph is that of the cell.
    pub(super) is_plain_cell: bool,
    /// Text boxes anchored in the paragraph, to follow it.
    pub(super) floating: String,
}

impl Scope {
    /// Begins or ends a table of contents, if the next paragraph is in one or not.
    pub(super) fn set_contents(&mut self, in_contents: bool, out: &mut MarkupWriter) {
        if in_contents == self.in_contents {
            return;
        }
        self.lists.close(out);
        self.in_contents = in_contents;
        out.raw(if in_contents { "<nav role=\"doc-toc\">" } else { "</nav>" });
    }

    /// Opens and closes links of fields, so that the next text is in this one.
    pub(super) fn set_field_link(&mut self, link: Option<&str>, out: &mut MarkupWriter) {
        if self.in_hyperlink || self.field_link.as_deref() == link {
            return;
        }
        if self.field_link.take().is_some() {
            out.end("a");
        }
        if let Some(link) = link {
            out.start("a", &[("href", link)]);
            self.field_link = Some(link.to_owned());
        }
    }

    /// Ends everything.
    pub(super) fn close(&mut self, out: &mut MarkupWriter) {
        self.set_field_link(None, out);
        self.set_contents(false, out);
        self.lists.close(out);
    }
}

/// A scope with the writer that it writes to.
pub(super) struct OpenScope<'a> {
    pub(super) scope: &'a mut Scope,
    pub(super) out: &'a mut MarkupWriter,
}
