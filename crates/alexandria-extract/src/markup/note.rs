//! Footnotes and endnotes: references in the text, and the notes at the end of the document, with links both ways.

use super::MarkupWriter;

/// What a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum NoteKind {
    Footnote,
    Endnote,
}

/// The notes of a document, in the order of their references.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    notes: Vec<Note>,
    footnotes: usize,
}

#[derive(Debug)]
struct Note {
    kind: NoteKind,
    label: String,
    content: String,
}

impl Notes {
    /// Writes a reference to a note that will follow. Returns the number to [`fill`](Self::fill) it by. Without a label
    /// notes are numbered: footnotes 1, 2, 3, endnotes i, ii, iii, as word processors do.
    pub(crate) fn refer(&mut self, kind: NoteKind, label: &str, out: &mut MarkupWriter) -> usize {
        let index = self.notes.len();
        self.footnotes += usize::from(kind == NoteKind::Footnote);
        let ordinal = match kind {
            NoteKind::Footnote => self.footnotes,
            NoteKind::Endnote => index + 1 - self.footnotes,
        };
        let label = match (label.trim(), kind) {
            ("", NoteKind::Footnote) => ordinal.to_string(),
            ("", NoteKind::Endnote) => roman(ordinal),
            (label, _) => label.chars().take(8).collect(),
        };
        reference(&format!("alx-noteref-{index}"), index, &label, out);
        self.notes.push(Note { kind, label, content: String::new() });
        index
    }

    /// Writes another reference to a note, by its number.
    pub(crate) fn refer_again(&self, number: usize, out: &mut MarkupWriter) {
        if let Some(note) = self.notes.get(number) {
            reference("", number, &note.label, out);
        }
    }

    /// Makes a note one of another kind. Its label stays.
    pub(crate) fn set_kind(&mut self, number: usize, kind: NoteKind) {
        if let Some(note) = self.notes.get_mut(number) {
            note.kind = kind;
        }
    }

    /// Gives a note its content: markup of paragraphs.
    pub(crate) fn fill(&mut self, number: usize, content: String) {
        if let Some(note) = self.notes.get_mut(number) {
            note.content = content;
        }
    }

    /// Writes all notes, each an element of its own, so that a long list can be split: footnotes first.
    pub(crate) fn write(&self, out: &mut MarkupWriter) {
        for kind in [NoteKind::Footnote, NoteKind::Endnote] {
            for (index, note) in self.notes.iter().enumerate().filter(|(_, note)| note.kind == kind) {
                let (epub_type, role) = match kind {
                    NoteKind::Footnote => ("footnote", "doc-footnote"),
                    NoteKind::Endnote => ("endnote", "doc-endnote"),
                };
                let (id, back) = (format!("alx-note-{index}"), format!("#alx-noteref-{index}"));
                out.start("aside", &[("id", &id), ("epub:type", epub_type), ("role", role)]);
                out.start("a", &[("role", "doc-backlink"), ("href", &back)]);
                out.text(&note.label);
                out.end("a");
                out.append(&note.content);
                out.raw("</aside>\n");
            }
        }
    }
}

fn reference(id: &str, number: usize, label: &str, out: &mut MarkupWriter) {
    let target = format!("#alx-note-{number}");
    out.start("a", &[("id", id), ("epub:type", "noteref"), ("role", "doc-noteref"), ("href", &target)]);
    out.start("sup", &[]);
    out.text(label);
    out.end("sup");
    out.end("a");
}

/// A number in lower-case Roman numerals; in Arabic ones where those end.
fn roman(number: usize) -> String {
    const DIGITS: [(usize, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number >= 4000 {
        return number.to_string();
    }
    let mut rest = number;
    let mut out = String::new();
    for (value, digits) in DIGITS {
        while rest >= value {
            out.push_str(digits);
            rest -= value;
        }
    }
    out
}
