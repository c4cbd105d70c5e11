//! `alexandria import PATH… [--wait exact|semantic]`.

use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;
use alexandria_library::import::{Imported, Refused, Skipped};
use alexandria_library::{CancellationToken, Event, ImportReport, Library};
use indicatif::ProgressBar;
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::args::{Args, ImportArgs, Wait};
use crate::failure::{Failure, SOME_REFUSED};
use crate::interrupt::cancel_on_interrupt;
use crate::output::{Output, counted, printable};
use crate::session;

#[derive(Debug, Serialize)]
struct ReportJson {
    imported: Vec<FileJson>,
    duplicates: Vec<FileJson>,
    refused: Vec<RefusedJson>,
    cancelled: bool,
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

pub(crate) async fn run(args: &Args, what: &ImportArgs, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open_or_create(args).await?;
    let cancel = cancel_on_interrupt();
    let report = import(&library, what, &cancel, output).await;
    let semantic = what.wait == Some(Wait::Semantic);
    if semantic && !report.cancelled {
        embed(&library, &cancel, output).await?;
    }
    let pending = library.status().await?;
    let text = text(&report, output);
    let refused = !report.refused.is_empty();
    let cancelled = report.cancelled;
    output.result(&json(report, semantic), || text)?;
    if pending.embedded < pending.passages {
        let waiting = counted(pending.passages - pending.embedded, "passage waits", "passages wait");
        output.note(&format!("{waiting} for search by meaning; `alexandria import --wait semantic` makes it ready."));
    }
    Ok(match (cancelled, refused) {
        (true, _) => Failure::new(ErrorCode::Cancelled, "").exit_code(),
        (_, true) => ExitCode::from(SOME_REFUSED),
        _ => ExitCode::SUCCESS,
    })
}

async fn import(library: &Library, what: &ImportArgs, cancel: &CancellationToken, output: &Output) -> ImportReport {
    if what.paths.is_empty() {
        return ImportReport::default();
    }
    let bar = output.progress("files");
    let shown = tokio::spawn(show(library.events(), bar.clone()));
    let job = library.import(what.paths.clone());
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
    shown.abort();
    bar.finish_and_clear();
    report
}

async fn embed(library: &Library, cancel: &CancellationToken, output: &Output) -> Result<(), Failure> {
    let bar = output.progress("passages by meaning");
    let shown = tokio::spawn(show(library.events(), bar.clone()));
    let outcome = library.embed(cancel).await;
    shown.abort();
    bar.finish_and_clear();
    Ok(outcome?)
}

/// Moves a progress bar as events come.
async fn show(mut events: Receiver<Event>, bar: ProgressBar) {
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

fn json(report: ImportReport, semantic: bool) -> ReportJson {
    let imported = |file: Imported| FileJson { name: file.name, id: file.id.to_string(), title: Some(file.title) };
    let skipped = |file: Skipped| FileJson { name: file.name, id: file.id.to_string(), title: None };
    let refused = |file: Refused| RefusedJson { name: file.name, code: file.code.as_str(), message: file.message };
    ReportJson {
        imported: report.imported.into_iter().map(imported).collect(),
        duplicates: report.duplicates.into_iter().map(skipped).collect(),
        refused: report.refused.into_iter().map(refused).collect(),
        cancelled: report.cancelled,
        searchability: if semantic { "semantic" } else { "exact" },
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
        lines.push(format!("refused    {}: {}", printable(&file.name), printable(&file.message)));
    }
    if report.cancelled {
        lines.push("Cancelled; what was imported before stays.".to_owned());
    }
    lines.push(format!(
        "{} imported, {} already there, {} refused.",
        report.imported.len(),
        report.duplicates.len(),
        report.refused.len()
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn times_are_told_in_units_people_use() {
        let told = [59, 60, 61, 3599, 3600, 7260].map(duration);
        assert_eq!(told, ["59 s", "1 min", "2 min", "60 min", "1 h 0 min", "2 h 1 min"]);
    }
}
