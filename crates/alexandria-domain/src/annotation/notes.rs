//! The texts of a note: edits that did not know each other are all kept.

use crate::note::{NoteText, Seen};
use crate::op::{Field, Op, Value};

/// A text that replaces the note as these ops have it.
#[must_use]
pub fn note_replacing(text: String, ops: &[Op]) -> NoteText {
    let mut seen: Vec<Seen> = Vec::new();
    for op in ops.iter().filter(|op| op.field == Field::Note) {
        match seen.iter_mut().find(|seen| seen.device == op.device) {
            Some(known) => known.stamp = known.stamp.max(op.stamp),
            None => seen.push(Seen { device: op.device, stamp: op.stamp }),
        }
    }
    NoteText { text, seen }
}

/// The texts that no other op replaces, the newest last. Without empty ones, and equal ones once.
pub(super) fn current_notes(ops: &[Op]) -> Vec<String> {
    let mut notes: Vec<(&Op, &NoteText)> = ops.iter().filter_map(|op| Some((op, note_of(op)?))).collect();
    notes.sort_by_key(|(op, _)| (op.stamp, op.device, op.id));
    let is_replaced = |op: &Op| {
        notes.iter().any(|(other, note)| {
            let is_own_later = other.device == op.device && (other.stamp, other.id) > (op.stamp, op.id);
            other.id != op.id && (is_own_later || note.has_seen(op.device, op.stamp))
        })
    };
    let mut texts: Vec<String> = Vec::new();
    for (op, note) in &notes {
        if is_replaced(op) {
            continue;
        }
        texts.retain(|text| *text != note.text);
        if !note.text.trim().is_empty() {
            texts.push(note.text.clone());
        }
    }
    texts
}

fn note_of(op: &Op) -> Option<&NoteText> {
    match &op.value {
        Value::Note(note) if op.field == Field::Note => Some(note),
        _ => None,
    }
}
