//! Notes of other programs: whatever the file is, each note has a marked text and a place within bounds.

use alexandria_extract::{MAX_FOREIGN_NOTES, foreign_notes};

pub(super) fn check(bytes: &[u8]) {
    let Ok(found) = foreign_notes(bytes) else { return };
    assert!(found.notes.len() <= MAX_FOREIGN_NOTES);
    for note in &found.notes {
        let quote = &note.quote.highlight;
        assert!(!quote.trim().is_empty(), "a note without a marked text");
        assert!(note.progression.is_none_or(|at| (0.0..=1.0).contains(&at)), "a place outside of the section");
        assert!(quote.len() + note.note.len() <= bytes.len(), "more text than the file has");
    }
    assert_eq!(foreign_notes(bytes).ok().as_ref(), Some(&found), "another result the second time");
}
