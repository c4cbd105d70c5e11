//! `alexandria note …`: highlights, bookmarks and notes.

mod import;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use alexandria_library::domain::{Annotation, AnnotationKind, Colour, ErrorCode, HighlightStyle, Quote};
use alexandria_library::{AnnotatedBook, AnnotationEdit, ExportFormat, Library, NewAnnotation, export_annotations};
use serde::Serialize;

use crate::args::{AddNote, Args, ColourName, EditNote, ExportNotes, Note, NoteFilter, NoteForm};
use crate::failure::Failure;
use crate::output::{Output, counted, one_line, printable};
use crate::session;

/// A highlight, bookmark or note.
#[derive(Debug, Serialize)]
struct NoteJson {
    id: String,
    publication: String,
    kind: &'static str,
    quote: String,
    href: String,
    position: u32,
    colour: &'static str,
    style: &'static str,
    note: String,
    other_notes: Vec<String>,
    tags: Vec<String>,
    created_ms: u64,
    changed_ms: u64,
}

#[derive(Debug, Serialize)]
struct DeletedJson {
    deleted: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ExportedJson {
    text: String,
}

pub(crate) async fn run(args: &Args, action: &Note, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    match action {
        Note::List(filter) => list(&library, filter, output).await,
        Note::Add(new) => add(&library, new, output).await,
        Note::Edit(change) => edit(&library, change, output).await,
        Note::Delete { ids } => delete(&library, ids, output).await,
        Note::Export(options) => export(&library, options, output).await,
        Note::Import(options) => import::run(&library, options, output).await,
    }
}

async fn list(library: &Library, filter: &NoteFilter, output: &Output) -> Result<ExitCode, Failure> {
    let books = matching(library, filter).await?;
    let json: Vec<NoteJson> = books.iter().flat_map(|book| book.annotations.iter().map(NoteJson::from)).collect();
    output.result(&json, || text(&books, output))?;
    Ok(ExitCode::SUCCESS)
}

fn text(books: &[AnnotatedBook], output: &Output) -> String {
    if books.is_empty() {
        return "There are no notes. Mark a quote with `alexandria note add BOOK-ID QUOTE`.".to_owned();
    }
    let mut text = String::new();
    for book in books {
        let count = counted(book.annotations.len() as u64, "note", "notes");
        text.push_str(&format!("{}  {}\n", output.bold(&printable(&book.title)), output.dim(&count)));
        for annotation in &book.annotations {
            let facts = format!("{} · {}", annotation.kind.name(), annotation.colour.name());
            let quote = one_line(&annotation.anchor.text.highlight);
            text.push_str(&format!("  {}  “{quote}”  {}\n", short_id(annotation), output.dim(&facts)));
            for note in std::iter::once(&annotation.note).chain(&annotation.other_notes).filter(|note| !note.is_empty())
            {
                text.push_str(&format!("            {}\n", one_line(note)));
            }
            if !annotation.tags.is_empty() {
                let tags: Vec<String> = annotation.tags.iter().map(|tag| format!("#{}", printable(tag))).collect();
                text.push_str(&format!("            {}\n", output.dim(&tags.join(" "))));
            }
        }
    }
    text
}

async fn add(library: &Library, new: &AddNote, output: &Output) -> Result<ExitCode, Failure> {
    let book = library.book(&new.book).await.map_err(Failure::unknown_id)?;
    let made = library
        .add_annotation(NewAnnotation {
            publication: book.id,
            kind: AnnotationKind::Highlight,
            section: None,
            quote: Quote { highlight: new.quote.clone(), ..Quote::default() },
            progression: 0.0,
            colour: new.colour.into(),
            style: HighlightStyle::Solid,
            note: new.note.clone(),
            tags: new.tags.clone(),
        })
        .await?;
    output.result(&NoteJson::from(&made), || {
        format!("Marked “{}” as {}.", one_line(&made.anchor.text.highlight), short_id(&made))
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn edit(library: &Library, change: &EditNote, output: &Output) -> Result<ExitCode, Failure> {
    let annotation = find(library, &change.id).await?;
    let edit = AnnotationEdit {
        note: change.note.clone(),
        colour: change.colour.map(Colour::from),
        add_tags: change.add_tags.clone(),
        remove_tags: change.remove_tags.clone(),
        ..AnnotationEdit::default()
    };
    let changed = library.edit_annotation(annotation.id, annotation.publication, edit).await?;
    output.result(&NoteJson::from(&changed), || format!("Changed {}.", short_id(&changed)))?;
    Ok(ExitCode::SUCCESS)
}

async fn delete(library: &Library, ids: &[String], output: &Output) -> Result<ExitCode, Failure> {
    let mut found = Vec::new();
    for id in ids {
        found.push(find(library, id).await?);
    }
    for annotation in &found {
        let edit = AnnotationEdit { deleted: Some(true), ..AnnotationEdit::default() };
        library.edit_annotation(annotation.id, annotation.publication, edit).await?;
    }
    let deleted = found.iter().map(|annotation| annotation.id.to_string()).collect();
    output.result(&DeletedJson { deleted }, || format!("Deleted {}.", counted(found.len() as u64, "note", "notes")))?;
    Ok(ExitCode::SUCCESS)
}

async fn export(library: &Library, options: &ExportNotes, output: &Output) -> Result<ExitCode, Failure> {
    let books = matching(library, &options.filter).await?;
    let text = export_annotations(
        &books,
        match options.format {
            NoteForm::Markdown => ExportFormat::Markdown,
            NoteForm::Obsidian => ExportFormat::Obsidian,
            NoteForm::Csv => ExportFormat::Csv,
            NoteForm::Html => ExportFormat::Html,
            NoteForm::Anki => ExportFormat::Anki,
            NoteForm::JsonLd => ExportFormat::JsonLd,
        },
    );
    if let Some(file) = &options.out {
        write_new(file, &text)?;
        let count = books.iter().map(|book| book.annotations.len() as u64).sum();
        output.result(&ExportedJson { text }, || format!("Exported {}.", counted(count, "note", "notes")))?;
    } else {
        let shown = text.trim_end().to_owned();
        output.result(&ExportedJson { text }, || shown)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that is not there: what a person has changed in an earlier export is never overwritten.
fn write_new(file: &Path, text: &str) -> Result<(), Failure> {
    let write = || OpenOptions::new().write(true).create_new(true).open(file)?.write_all(text.as_bytes());
    write().map_err(|error: std::io::Error| {
        let failure = Failure::new(ErrorCode::of_io(&error), format!("the export was not written: {error}"));
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => failure.with_hint("choose another file with --out FILE"),
            _ => failure,
        }
    })
}

/// The books with annotations that a filter lets through.
async fn matching(library: &Library, filter: &NoteFilter) -> Result<Vec<AnnotatedBook>, Failure> {
    let mut books = library.annotated_books().await?;
    if let Some(prefix) = &filter.book {
        let book = library.book(prefix).await.map_err(Failure::unknown_id)?;
        books.retain(|other| other.publication == book.id);
    }
    let colour = filter.colour.map(Colour::from);
    for book in &mut books {
        book.annotations.retain(|annotation| {
            let has_tag = filter.tag.as_ref().is_none_or(|tag| annotation.tags.contains(tag));
            has_tag && colour.is_none_or(|colour| annotation.colour == colour)
        });
    }
    books.retain(|book| !book.annotations.is_empty());
    Ok(books)
}

/// The annotation whose id begins with a prefix.
async fn find(library: &Library, prefix: &str) -> Result<Annotation, Failure> {
    let prefix = prefix.to_ascii_lowercase();
    let all = library.annotated_books().await?.into_iter().flat_map(|book| book.annotations);
    let mut matches = all.filter(|annotation| annotation.id.to_string().starts_with(&prefix));
    match (matches.next(), matches.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => {
            let message = format!("there is no note with the id {}", printable(&prefix));
            Err(Failure::new(ErrorCode::NotFound, message).with_hint("`alexandria note list` shows the ids"))
        }
        (Some(_), Some(_)) => {
            let message = format!("more than one note has an id that starts with {}", printable(&prefix));
            Err(Failure::new(ErrorCode::InvalidInput, message))
        }
    }
}

/// Enough of an id to be unique: it begins with the time in milliseconds, which are twelve digits.
fn short_id(annotation: &Annotation) -> String {
    annotation.id.to_string().chars().take(15).collect()
}

impl From<ColourName> for Colour {
    fn from(name: ColourName) -> Self {
        match name {
            ColourName::Yellow => Self::Yellow,
            ColourName::Green => Self::Green,
            ColourName::Blue => Self::Blue,
            ColourName::Pink => Self::Pink,
            ColourName::Orange => Self::Orange,
            ColourName::Purple => Self::Purple,
        }
    }
}

impl From<&Annotation> for NoteJson {
    fn from(annotation: &Annotation) -> Self {
        Self {
            id: annotation.id.to_string(),
            publication: annotation.publication.to_string(),
            kind: annotation.kind.name(),
            quote: annotation.anchor.text.highlight.clone(),
            href: annotation.anchor.href.clone(),
            position: annotation.anchor.position,
            colour: annotation.colour.name(),
            style: annotation.style.name(),
            note: annotation.note.clone(),
            other_notes: annotation.other_notes.clone(),
            tags: annotation.tags.iter().cloned().collect(),
            created_ms: annotation.created_ms,
            changed_ms: annotation.changed_ms,
        }
    }
}
