//! `alexandria note import`: highlights and notes of other programs.

use std::process::ExitCode;

use alexandria_library::{ImportedNotes, Library, MissingNote, MissingReason, NotesImport};
use serde::Serialize;

use crate::args::ImportNotes;
use crate::failure::Failure;
use crate::output::{Output, counted, one_line, printable};

/// Most notes without a place that are shown; `--json` has all.
const MAX_SHOWN: usize = 10;

#[derive(Debug, Serialize)]
struct ImportJson<'a> {
    program: &'a str,
    dry_run: bool,
    added: usize,
    known: usize,
    skipped: usize,
    missing: Vec<MissingJson<'a>>,
}

#[derive(Debug, Serialize)]
struct MissingJson<'a> {
    reason: &'static str,
    title: &'a str,
    quote: &'a str,
    note: &'a str,
}

pub(super) async fn run(library: &Library, options: &ImportNotes, output: &Output) -> Result<ExitCode, Failure> {
    let publication = match &options.book {
        Some(book) => Some(library.book(book).await.map_err(Failure::unknown_id)?.id),
        None => None,
    };
    let wanted = NotesImport { file: options.file.clone(), publication, dry_run: options.dry_run };
    let report = library.import_notes(wanted).await?;
    let json = ImportJson {
        program: report.program,
        dry_run: options.dry_run,
        added: report.added,
        known: report.known,
        skipped: report.skipped,
        missing: report.missing.iter().map(MissingJson::from).collect(),
    };
    output.result(&json, || text(&report, options, output))?;
    Ok(ExitCode::SUCCESS)
}

fn text(report: &ImportedNotes, options: &ImportNotes, output: &Output) -> String {
    let notes = |count: usize| counted(count as u64, "note", "notes");
    let added = if options.dry_run { "Would add" } else { "Added" };
    let mut text = format!("{added} {}.", notes(report.added));
    if report.known > 0 {
        let were = if report.known == 1 { "was" } else { "were" };
        text.push_str(&format!(" {} {were} there already.", notes(report.known)));
    }
    if report.skipped > 0 {
        let entries = counted(report.skipped as u64, "entry", "entries");
        text.push_str(&format!(" {entries} without marked text left out."));
    }
    if !report.missing.is_empty() {
        text.push_str(&format!("\n{} found no place:", notes(report.missing.len())));
    }
    for note in report.missing.iter().take(MAX_SHOWN) {
        let quote = one_line(&note.quote).chars().take(60).collect::<String>();
        let reason = match note.reason {
            MissingReason::NoTitle => "the file does not name the book; name it with --book".to_owned(),
            MissingReason::NoBook => format!("no book “{}” in the library", printable(&note.title)),
            MissingReason::NoQuote if note.title.is_empty() => "not in the book".to_owned(),
            MissingReason::NoQuote => format!("not in “{}”", printable(&note.title)),
            MissingReason::TooLong => "its note is too long".to_owned(),
        };
        text.push_str(&format!("\n  “{quote}”  {}", output.dim(&reason)));
    }
    if report.missing.len() > MAX_SHOWN {
        text.push_str(&format!("\n  and {} more; --json lists them all", report.missing.len() - MAX_SHOWN));
    }
    text
}

impl<'a> From<&'a MissingNote> for MissingJson<'a> {
    fn from(note: &'a MissingNote) -> Self {
        let reason = match note.reason {
            MissingReason::NoTitle => "no-title",
            MissingReason::NoBook => "no-book",
            MissingReason::NoQuote => "no-quote",
            MissingReason::TooLong => "too-long",
        };
        Self { reason, title: &note.title, quote: &note.quote, note: &note.note }
    }
}
