//! `alexandria import PATH… [--password-file FILE] [--wait exact|semantic]`.

use std::process::ExitCode;

use alexandria_library::domain::{CodedError, ErrorCode};
use alexandria_library::import::{Imported, Refused, Skipped};
use alexandria_library::{CancellationToken, Event, ImportJob, ImportReport, Library, Passphrase, Searchable, Status};
use indicatif::ProgressBar;
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::args::{Args, ImportArgs, Wait};
use crate::failure::{self, EXIT_CANCELLED, EXIT_PARTIAL, Failure};
use crate::interrupt::cancel_on_interrupt;
use crate::new_library::NewLibrary;
use crate::output::{Output, counted, printable};
use crate::{prompt, session};

#[derive(Debug, Serialize)]
struct ReportJson {
    /// Present if the import created the library. Scripts know the field as `made`.
    #[serde(rename = "made", skip_serializing_if = "Option::is_none")]
    new_library: Option<NewLibrary>,
    imported: Vec<FileJson>,
    duplicates: Vec<FileJson>,
    refused: Vec<RefusedJson>,
    cancelled: bool,
    /// How the whole shelf can be searched: `exact`, `semantic`, or `none` if it is empty.
    searchability: &'static str,
}

#[derive(Debug, Serialize)]
struct FileJson {
    name: String,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

#[derive(Debug, Serialize)]
struct RefusedJson {
    name: String,
    code: &'static str,
    message: String,
}

/// How often a password is asked for, for each file.
const MAX_ATTEMPTS: u32 = 3;

pub(crate) async fn run(args: &Args, options: &ImportArgs, output: &Output) -> Result<ExitCode, Failure> {
    // Before the library is opened: a mistake in the file's name should not cost the time.
    let password = match &options.password_file {
        Some(file) => Some(alexandria_library::document_password_in(file).await?),
        None => None,
    };
    let (library, new_library) = session::open_or_create(args, output).await?;
    if let Some(new) = &new_library {
        output.note(&new.text());
    }
    let cancel = cancel_on_interrupt(*output);
    let mut report = import(&library, options, password, &cancel, output).await;
    if options.password_file.is_none() && output.can_prompt() && !report.cancelled {
        ask_for_passwords(&library, &mut report, &cancel, output).await?;
    }
    let (refused, cancelled) = (!report.refused.is_empty(), report.cancelled);
    if !cancelled {
        // This library may never be opened in a window.
        library.run_due_jobs().await;
    }
    let semantic = options.wait == Some(Wait::Semantic);
    let embedded = if semantic && !cancelled { embed(&library, &cancel, output).await } else { Ok(()) };
    // Print the report even if embedding failed: the files were imported, and it is printed nowhere else.
    let status = library.status().await;
    let text = text(&report, output);
    let hints = hints(&report);
    output.result(&json(report, new_library, status.as_ref().ok()), || text)?;
    hints.iter().for_each(|hint| output.hint(hint));
    if let Ok(status) = &status
        && status.embedded < status.passages
    {
        let pending = counted(status.passages - status.embedded, "passage is", "passages are");
        output.note(&format!("{pending} not searchable by meaning yet."));
        output.hint("`alexandria import --wait semantic` processes the rest");
    }
    embedded?;
    status?;
    Ok(match (cancelled, refused) {
        (true, _) => ExitCode::from(EXIT_CANCELLED),
        (_, true) => ExitCode::from(EXIT_PARTIAL),
        _ => ExitCode::SUCCESS,
    })
}

async fn import(
    library: &Library,
    options: &ImportArgs,
    password: Option<Passphrase>,
    cancel: &CancellationToken,
    output: &Output,
) -> ImportReport {
    if options.paths.is_empty() {
        return ImportReport::default();
    }
    let job = library.import_with_passwords(options.paths.clone(), password.into_iter().collect());
    finish(library, job, cancel, output).await
}

/// Asks for the passwords of documents that were rejected for want of one, and imports them.
async fn ask_for_passwords(
    library: &Library,
    report: &mut ImportReport,
    cancel: &CancellationToken,
    output: &Output,
) -> Result<(), Failure> {
    for file in std::mem::take(&mut report.refused) {
        let rejected = unlock(library, file, report, cancel, output).await?;
        report.refused.extend(rejected);
    }
    Ok(())
}

/// Asks for the password of one file a few times. Returns the file if it is still rejected.
async fn unlock(
    library: &Library,
    mut file: Refused,
    report: &mut ImportReport,
    cancel: &CancellationToken,
    output: &Output,
) -> Result<Option<Refused>, Failure> {
    for _ in 0..MAX_ATTEMPTS {
        let Some(locked) = file.locked.filter(|_| !cancel.is_cancelled()) else { break };
        output.note(&format!("{}: {}", printable(&file.name), printable(&file.message)));
        let Some(password) = prompt::document_password(*output).await? else { break };
        let Some(job) = library.import_locked(locked, password) else { break };
        let again = finish(library, job, cancel, output).await;
        report.cancelled |= again.cancelled;
        // Named as in the first report.
        let name = file.name;
        report.imported.extend(again.imported.into_iter().map(|one| Imported { name: name.clone(), ..one }));
        report.duplicates.extend(again.duplicates.into_iter().map(|one| Skipped { name: name.clone(), ..one }));
        match again.refused.into_iter().next() {
            Some(rejected) => file = Refused { name, ..rejected },
            None => return Ok(None),
        }
    }
    Ok(Some(file))
}

/// Waits for an import with its progress on the terminal.
async fn finish(library: &Library, job: ImportJob, cancel: &CancellationToken, output: &Output) -> ImportReport {
    let bar = output.progress("files");
    let progress = tokio::spawn(update(library.events(), bar.clone()));
    let canceller = job.canceller();
    let wait = job.wait();
    tokio::pin!(wait);
    let report = tokio::select! {
        report = &mut wait => report,
        () = cancel.cancelled() => {
            canceller.cancel();
            wait.await
        }
    };
    progress.abort();
    bar.finish_and_clear();
    report
}

async fn embed(library: &Library, cancel: &CancellationToken, output: &Output) -> Result<(), Failure> {
    let bar = output.progress("passages embedded");
    let progress = tokio::spawn(update(library.events(), bar.clone()));
    let result = library.embed(cancel).await;
    progress.abort();
    bar.finish_and_clear();
    result.map_err(|error| match error.code() {
        ErrorCode::Cancelled => Failure::from(error).with_hint("`alexandria import --wait semantic` resumes it"),
        _ => error.into(),
    })
}

/// Updates a progress bar from events.
async fn update(mut events: Receiver<Event>, bar: ProgressBar) {
    loop {
        let (done, total, eta) = match events.recv().await {
            Ok(Event::Import(progress)) => (progress.done, progress.total, progress.eta_seconds),
            Ok(Event::Embedding(progress)) => (progress.done, progress.total, progress.eta_seconds),
            Ok(_) | Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(eta.map_or_else(String::new, |seconds| format!("{} left", duration(seconds))));
    }
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

fn json(report: ImportReport, new_library: Option<NewLibrary>, status: Option<&Status>) -> ReportJson {
    let imported = |file: Imported| FileJson { name: file.name, id: file.id.to_string(), title: Some(file.title) };
    let skipped = |file: Skipped| FileJson { name: file.name, id: file.id.to_string(), title: None };
    let refused = |file: Refused| RefusedJson { name: file.name, code: file.code.as_str(), message: file.message };
    ReportJson {
        new_library,
        imported: report.imported.into_iter().map(imported).collect(),
        duplicates: report.duplicates.into_iter().map(skipped).collect(),
        refused: report.refused.into_iter().map(refused).collect(),
        cancelled: report.cancelled,
        // If the status is unknown: imported books are always searchable by keyword.
        searchability: status.map_or(Searchable::Exact, |now| searchable(now.embedded, now.passages)).name(),
    }
}

/// How a shelf of `passages` passages can be searched if `embedded` of them have vectors.
fn searchable(embedded: u64, passages: u64) -> Searchable {
    match passages {
        0 => Searchable::Nothing,
        _ if embedded >= passages => Searchable::Semantic,
        _ => Searchable::Exact,
    }
}

fn text(report: &ImportReport, output: &Output) -> String {
    let mut lines = Vec::new();
    for file in &report.imported {
        lines.push(format!(
            "imported   {}  {}",
            output.bold(&printable(&file.title)),
            output.dim(&printable(&file.name))
        ));
    }
    for file in &report.duplicates {
        lines.push(format!("duplicate  {}", printable(&file.name)));
    }
    for file in &report.refused {
        lines.push(format!("rejected   {}: {}", printable(&file.name), printable(&file.message)));
    }
    if report.cancelled {
        lines.push("Cancelled. Files imported so far have been kept.".to_owned());
    }
    lines.push(format!(
        "{} imported, {} already in the library, {} rejected.",
        report.imported.len(),
        report.duplicates.len(),
        report.refused.len()
    ));
    lines.join("\n")
}

/// What to do about the rejected files: one hint per error code, with the first file that it applies to.
fn hints(report: &ImportReport) -> Vec<String> {
    let mut hints: Vec<(&str, &str, usize)> = Vec::new();
    for file in &report.refused {
        let Some(hint) = failure::hint(file.code) else { continue };
        match hints.iter_mut().find(|(_, known, _)| *known == hint) {
            Some((_, _, others)) => *others += 1,
            None => hints.push((&file.name, hint, 0)),
        }
    }
    let line = |(name, hint, others): (&str, &str, usize)| match others {
        // A crashed import has no file.
        _ if name.is_empty() => hint.to_owned(),
        0 => format!("{}: {hint}", printable(name)),
        more => format!("{} and {more} more: {hint}", printable(name)),
    };
    hints.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{duration, searchable};

    #[test]
    fn searchable_requires_a_vector_for_every_passage() {
        let check = |embedded, passages, expect: &str| {
            assert_eq!(searchable(embedded, passages).name(), expect, "{embedded} of {passages}");
        };
        check(0, 0, "none");
        check(0, 3, "exact");
        check(2, 3, "exact");
        check(3, 3, "semantic");
    }

    #[test]
    fn duration_is_formatted_in_readable_units() {
        let formatted = [59, 60, 61, 3599, 3600, 7260].map(duration);
        assert_eq!(formatted, ["59 s", "1 min", "2 min", "60 min", "1 h 0 min", "2 h 1 min"]);
    }
}
