//! Notes of other programs find their books and places.

use std::fs;
use std::path::Path;

use alexandria_domain::{CodedError, ErrorCode};
use tempfile::TempDir;

use super::*;
use crate::annotations::{AnnotationEdit, ExportFormat, export};
use crate::library::Library;
use crate::open::{Passphrase, Unlock};

const LAMPS: &str = "# The Lamps: A History\n\nThe keeper trims the lamp.\n\n“Don’t,” she said — twice.\n";
const SEA: &str = "# The Sea\n\nThe sea was calm. The keeper trims the sail.\n";

/// A library with two books.
async fn library(folder: &TempDir) -> Library {
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
    let files = [("lamps.md", LAMPS), ("sea.md", SEA)].map(|(name, text)| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        file
    });
    library.import(files.to_vec()).wait().await;
    library
}

fn clippings(blocks: &[(&str, &str, &str)]) -> String {
    let block = |(title, place, text): &(&str, &str, &str)| {
        format!("{title}\n- Your Highlight on Location {place} | Added on Monday\n\n{text}\n==========\n")
    };
    blocks.iter().map(block).collect()
}

async fn import(library: &Library, file: &Path, dry_run: bool) -> ImportedNotes {
    let wanted = NotesImport { file: file.to_owned(), publication: None, dry_run };
    library.import_notes(wanted).await.unwrap()
}

/// Quotes and notes of all books.
async fn notes(library: &Library) -> Vec<(String, String)> {
    let books = library.annotated_books().await.unwrap();
    let all = books.into_iter().flat_map(|book| book.annotations);
    all.map(|annotation| (annotation.anchor.text.highlight, annotation.note)).collect()
}

fn reasons(report: &ImportedNotes) -> Vec<(&str, MissingReason)> {
    report.missing.iter().map(|note| (note.quote.as_str(), note.reason)).collect()
}

/// documents.md §8: import twice, and after own changes: the second run adds 0 and changes 0.
#[tokio::test(flavor = "multi_thread")]
async fn notes_are_imported_once_whatever_happens_to_them() {
    let folder = TempDir::new().unwrap();
    let library = library(&folder).await;
    let file = folder.path().join("My Clippings.txt");
    let text = clippings(&[
        ("The Lamps (Bell, Ada)", "10-11", "The keeper trims the lamp."),
        ("The Lamps (Bell, Ada)", "11", "Who trims it?"),
        ("The Lamps (Bell, Ada)", "20-21", "\"Don't,\" she said - twice."),
        ("The Sea", "5-6", "The keeper trims"),
        ("The Sea", "7-8", "Not in the book."),
        ("Another", "1-2", "The sea was calm."),
    ]);
    fs::write(&file, &text).unwrap();

    let planned = import(&library, &file, true).await;
    assert_eq!((planned.added, notes(&library).await.len()), (3, 0));
    let report = import(&library, &file, false).await;
    assert_eq!(report, planned);
    assert_eq!((report.program, report.added, report.known, report.skipped), ("kindle", 3, 0, 0));
    let expect = [("The sea was calm.", MissingReason::NoBook), ("Not in the book.", MissingReason::NoQuote)];
    assert_eq!(reasons(&report), expect);
    let stored =
        [("The keeper trims the lamp.", "Who trims it?"), ("“Don’t,” she said — twice.", ""), ("The keeper trims", "")];
    let owned = |(quote, note): &(&str, &str)| ((*quote).to_owned(), (*note).to_owned());
    assert_eq!(notes(&library).await, stored.iter().map(owned).collect::<Vec<_>>());
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    let again = import(&library, &file, false).await;
    assert_eq!((again.added, again.known), (0, 3));
    let [first, second, ..] = &library.annotated_books().await.unwrap()[0].annotations[..] else { panic!() };
    let edit = AnnotationEdit { note: Some("Mine.".into()), ..AnnotationEdit::default() };
    library.edit_annotation(first.id, first.publication, edit).await.unwrap();
    let delete = AnnotationEdit { deleted: Some(true), ..AnnotationEdit::default() };
    library.edit_annotation(second.id, second.publication, delete).await.unwrap();
    let again = import(&library, &file, false).await;
    assert_eq!((again.added, again.known), (0, 3));
    assert_eq!(notes(&library).await[0].1, "Mine.");
    assert_eq!(notes(&library).await.len(), 2);
}

/// documents.md §8: export then import: the same set.
#[tokio::test(flavor = "multi_thread")]
async fn exported_notes_are_known_here_and_the_same_elsewhere() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (library, elsewhere) = (library(&folder).await, library(&other).await);
    let file = folder.path().join("clippings.txt");
    fs::write(&file, clippings(&[("The Lamps", "1-2", "The keeper trims the lamp."), ("The Sea", "1-2", "The sea")]))
        .unwrap();
    import(&library, &file, false).await;
    let first = library.annotated_books().await.unwrap()[0].annotations[0].clone();
    let colour = Some(alexandria_domain::Colour::Pink);
    let edit = AnnotationEdit {
        colour,
        note: Some("Mine.".into()),
        add_tags: vec!["sea".into()],
        ..AnnotationEdit::default()
    };
    library.edit_annotation(first.id, first.publication, edit).await.unwrap();

    let books = library.annotated_books().await.unwrap();
    for (format, name) in [(ExportFormat::JsonLd, "notes.json"), (ExportFormat::Csv, "notes.csv")] {
        let file = folder.path().join(name);
        fs::write(&file, export(&books, format)).unwrap();
        let report = import(&library, &file, false).await;
        assert_eq!((report.added, report.known, report.missing.len()), (0, 2, 0), "{name}");
    }
    import(&elsewhere, &folder.path().join("notes.json"), false).await;
    let facts = |books: Vec<crate::annotations::AnnotatedBook>| -> Vec<_> {
        let all = books.into_iter().flat_map(|book| book.annotations);
        all.map(|one| (one.anchor, one.note, one.colour, one.style, one.tags)).collect()
    };
    assert_eq!(facts(elsewhere.annotated_books().await.unwrap()), facts(books));
}

#[tokio::test(flavor = "multi_thread")]
async fn file_without_titles_needs_the_book() {
    let folder = TempDir::new().unwrap();
    let library = library(&folder).await;
    let file = folder.path().join("calibre.json");
    let text = r#"{ "type": "calibre_annotation_collection", "annotations": [
        { "type": "highlight", "uuid": "u", "highlighted_text": "The keeper trims the sail" } ] }"#;
    fs::write(&file, text).unwrap();
    let report = import(&library, &file, false).await;
    assert_eq!(reasons(&report), [("The keeper trims the sail", MissingReason::NoTitle)]);
    let books = library.books(Membership::Shelf).await.unwrap();
    let sea = books.iter().find(|book| book.metadata.title == "The Sea").unwrap().id;
    let wanted = NotesImport { file: file.clone(), publication: Some(sea), dry_run: false };
    assert_eq!(library.import_notes(wanted).await.unwrap().added, 1);

    let check = async |file: &Path, expect: ErrorCode| {
        let wanted = NotesImport { file: file.to_owned(), publication: None, dry_run: false };
        assert_eq!(library.import_notes(wanted).await.unwrap_err().code(), expect);
    };
    check(&folder.path().join("lamps.md"), ErrorCode::UnsupportedFormat).await;
    check(&folder.path().join("absent.txt"), ErrorCode::NotFound).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn note_that_is_too_long_does_not_keep_the_others_out() {
    let folder = TempDir::new().unwrap();
    let library = library(&folder).await;
    let file = folder.path().join("clippings.txt");
    let long = "x".repeat(alexandria_domain::annotation::MAX_NOTE_BYTES + 1);
    let blocks = [
        ("The Sea", "1-2", "The sea was calm."),
        ("The Sea", "2", long.as_str()),
        ("The Sea", "5-6", "trims the sail"),
    ];
    fs::write(&file, clippings(&blocks)).unwrap();
    let report = import(&library, &file, false).await;
    assert_eq!((report.added, reasons(&report)), (1, vec![("The sea was calm.", MissingReason::TooLong)]));
}
