//! Importing highlights and notes of other programs: their books and places are found by title and quote.
//!
//! The same file can be imported any number of times: what was imported before is known by its origin, whatever the reader has
//! done with it since, deleting it included. A dry run does everything but write. The file is never changed. Absent: reading
//! the formats (`alexandria-extract`).

mod book;
mod origin;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_domain::op::Membership;
use alexandria_domain::{Annotation, AnnotationKind, ErrorCode, Locator, Op, PublicationId};
use alexandria_extract::{ForeignNote, ForeignNotes, foreign_notes};
use alexandria_store::PublicationRecord;

use self::origin::origin_of;
use super::anchor::BookText;
use super::edit::{NewAnnotation, checked_tag, creation};
use super::error::AnnotationError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::event::Event;

/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// What to import.
#[derive(Clone, Debug)]
pub struct NotesImport {
    /// The file that another program wrote.
    pub file: PathBuf,
    /// The publication that the notes are on, whatever the file says.
    pub publication: Option<PublicationId>,
    /// Nothing is written: only what would be is reported.
    pub dry_run: bool,
}

/// What an import of notes did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedNotes {
    /// Name of the program or format of the file.
    pub program: &'static str,
    /// How many were added.
    pub added: usize,
    /// How many were there already, or were deleted by the reader.
    pub known: usize,
    /// Bookmarks, drawings and notes without a marked text, which are not imported.
    pub skipped: usize,
    /// Those that were not imported.
    pub missing: Vec<MissingNote>,
}

/// A note that has no place in the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingNote {
    /// Title of its book, as the file says; may be empty.
    pub title: String,
    /// The marked text.
    pub quote: String,
    /// The reader's words.
    pub note: String,
    /// Why.
    pub reason: MissingReason,
}

/// Why a note was not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingReason {
    /// The file does not say which book it is in.
    NoTitle,
    /// The library has no such book.
    NoBook,
    /// The book does not have the marked text.
    NoQuote,
    /// Its text is too long to be stored and sent to other devices.
    TooLong,
}

/// Imports the notes of a file.
pub(crate) async fn import(engines: &Arc<Engines>, wanted: NotesImport) -> Result<ImportedNotes, AnnotationError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let ForeignNotes { program, notes, skipped } = foreign_notes(&read(&wanted.file)?)?;
        let mut import = Import::new(&engines, ImportedNotes { program, skipped, ..ImportedNotes::default() })?;
        let mut by_book: BTreeMap<(String, Vec<String>), Vec<ForeignNote>> = BTreeMap::new();
        for note in notes {
            by_book.entry((note.title.clone(), note.authors.clone())).or_default().push(note);
        }
        for ((title, authors), notes) in by_book {
            let books = match wanted.publication {
                Some(publication) => vec![publication],
                None => book::candidates(&import.shelf, &title, &authors),
            };
            import.book(&books, notes)?;
        }
        if !wanted.dry_run && !import.ops.is_empty() {
            engines.store.apply(&import.ops)?;
            engines.events.emit(Event::Changed);
        }
        Ok(import.report)
    })
    .await
}

fn read(file: &Path) -> Result<Vec<u8>, AnnotationError> {
    let unreadable = |error: std::io::Error| AnnotationError::File(ErrorCode::of_io(&error), error.to_string());
    let mut bytes = Vec::new();
    File::open(file).map_err(unreadable)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let message = format!("it has more than {} MB", MAX_FILE_BYTES >> 20);
        return Err(AnnotationError::File(ErrorCode::LimitExceeded, message));
    }
    Ok(bytes)
}

/// An import that is under way.
struct Import<'a> {
    engines: &'a Engines,
    shelf: Vec<PublicationRecord>,
    /// Origins and ids of all annotations that there are or were.
    known: HashSet<String>,
    /// Places and texts of those that there are.
    places: HashSet<(PublicationId, String, String)>,
    ops: Vec<Op>,
    report: ImportedNotes,
}

impl<'a> Import<'a> {
    fn new(engines: &'a Engines, report: ImportedNotes) -> Result<Self, AnnotationError> {
        let annotations = engines.store.annotations(None)?;
        let place = |annotation: &Annotation| place_of(annotation.publication, &annotation.anchor);
        Ok(Self {
            engines,
            shelf: engines.store.publications(Membership::Shelf)?,
            places: annotations.iter().filter(|annotation| !annotation.is_deleted).map(place).collect(),
            known: annotations
                .into_iter()
                .flat_map(|annotation| [Some(annotation.id.to_string()), annotation.origin])
                .flatten()
                .collect(),
            ops: Vec::new(),
            report,
        })
    }

    /// Notes on one book; `books` are those that it may be, the likeliest first.
    fn book(&mut self, books: &[PublicationId], notes: Vec<ForeignNote>) -> Result<(), AnnotationError> {
        let mut rest = Vec::new();
        for note in notes {
            if origin_of(self.report.program, &note).iter().any(|origin| self.known.contains(origin)) {
                self.report.known += 1;
            } else {
                rest.push(note);
            }
        }
        for publication in books {
            if rest.is_empty() {
                break;
            }
            let text = BookText::load(&self.engines.store, *publication)?;
            let mut not_here = Vec::new();
            for note in rest {
                match text.locate(&note.quote, note.progression.unwrap_or_default()) {
                    Some(anchor) => self.add(*publication, note, anchor)?,
                    None => not_here.push(note),
                }
            }
            rest = not_here;
        }
        self.report.missing.extend(rest.into_iter().map(|note| {
            let reason = match books {
                [] if note.title.is_empty() => MissingReason::NoTitle,
                [] => MissingReason::NoBook,
                _ => MissingReason::NoQuote,
            };
            missing(note, reason)
        }));
        Ok(())
    }

    fn add(&mut self, publication: PublicationId, note: ForeignNote, anchor: Locator) -> Result<(), AnnotationError> {
        // The same file may have it twice, and the reader may have marked the same text here.
        let origin = origin_of(self.report.program, &note).into_iter().next().unwrap_or_default();
        if !self.known.insert(origin.clone()) || !self.places.insert(place_of(publication, &anchor)) {
            self.report.known += 1;
            return Ok(());
        }
        let new = NewAnnotation {
            publication,
            kind: AnnotationKind::Highlight,
            section: None,
            quote: note.quote.clone(),
            progression: anchor.progression,
            colour: note.colour,
            style: note.style,
            note: note.note.clone(),
            // A tag that is none of ours, such as one with a line break, is left out rather than the note with it.
            tags: note.tags.iter().filter_map(|tag| checked_tag(tag).ok()).collect(),
        };
        match creation(self.engines, new, anchor, Some(origin)) {
            Ok(ops) => self.ops.extend(ops),
            // The others are imported all the same.
            Err(AnnotationError::NoteTooLong) => {
                self.report.missing.push(missing(note, MissingReason::TooLong));
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        self.report.added += 1;
        Ok(())
    }
}

fn missing(note: ForeignNote, reason: MissingReason) -> MissingNote {
    MissingNote { title: note.title, quote: note.quote.highlight, note: note.note, reason }
}

fn place_of(publication: PublicationId, anchor: &Locator) -> (PublicationId, String, String) {
    (publication, anchor.href.clone(), anchor.text.highlight.clone())
}
