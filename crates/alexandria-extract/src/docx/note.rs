//! Which notes the text refers to, and where their content is.

use std::collections::HashMap;

use super::package::NotePart;
use crate::dom::{Dom, NodeId};
use crate::markup::{MarkupWriter, NoteKind, Notes};

/// A note that was referred to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    /// Its number among [`Notes`].
    pub(super) number: usize,
    pub(super) kind: NoteKind,
    /// Its element in the part of its kind.
    pub(super) node: NodeId,
}

/// The notes of a document.
#[derive(Debug, Default)]
pub(super) struct NoteRefs {
    notes: Notes,
    nodes: HashMap<(NoteKind, String), NodeId>,
    numbers: HashMap<(NoteKind, String), usize>,
    pending: Vec<Pending>,
}

impl NoteRefs {
    /// Reads the ids of the notes in a part.
    pub(super) fn index(&mut self, kind: NoteKind, part: &NotePart) {
        let (dom, name) = (&part.dom, if kind == NoteKind::Footnote { "footnote" } else { "endnote" });
        for node in dom.elements(Dom::DOCUMENT).filter(|node| dom.local(*node) == name) {
            // The others are lines between text and notes.
            let is_note = matches!(dom.local_attribute(node, "type"), None | Some("normal"));
            if let (true, Some(id)) = (is_note, dom.local_attribute(node, "id")) {
                self.nodes.entry((kind, id.to_owned())).or_insert(node);
            }
        }
    }

    /// Writes a reference to the note of that id; nothing if there is none.
    pub(super) fn refer(&mut self, kind: NoteKind, id: &str, out: &mut MarkupWriter) {
        let key = (kind, id.to_owned());
        let Some(node) = self.nodes.get(&key).copied() else { return };
        if let Some(number) = self.numbers.get(&key) {
            self.notes.refer_again(*number, out);
            return;
        }
        let number = self.notes.refer(kind, "", out);
        self.numbers.insert(key, number);
        self.pending.push(Pending { number, kind, node });
    }

    /// Takes the notes to be written. From now on there is nothing to refer to: notes have no notes.
    pub(super) fn take_pending(&mut self) -> Vec<Pending> {
        self.nodes.clear();
        std::mem::take(&mut self.pending)
    }

    pub(super) fn fill(&mut self, number: usize, content: String) {
        self.notes.fill(number, content);
    }

    pub(super) fn write(&self, out: &mut MarkupWriter) {
        self.notes.write(out);
    }
}
