//! `alexandria backup FILE`.

use std::path::Path;
use std::process::ExitCode;

use alexandria_library::{BackupOptions, BackupProgress, BackupReport, BackupStage};
use indicatif::ProgressBar;

use crate::args::Args;
use crate::failure::{Failure, SOME_LEFT_OUT};
use crate::interrupt::cancel_on_interrupt;
use crate::output::{Output, counted, printable};
use crate::session;

pub(crate) async fn run(
    args: &Args,
    file: &Path,
    replace: bool,
    keychain_only: bool,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let bar = output.progress("MB");
    let options = BackupOptions { replace, keychain_only };
    let outcome = library.back_up(file, options, &cancel_on_interrupt(*output), show(bar.clone())).await;
    bar.finish_and_clear();
    let report = outcome?;
    let json = serde_json::json!({
        "publications": report.publications,
        "bytes": report.bytes,
        "left_out": report.left_out,
    });
    output.result(&json, || text(&report))?;
    if report.left_out.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    output.note(
        "Not everything is in the backup. Import the files of those books again, which mends them here, or keep an \
         earlier backup that has them; then back up once more.",
    );
    Ok(ExitCode::from(SOME_LEFT_OUT))
}

fn text(report: &BackupReport) -> String {
    let books = |count: usize| counted(count as u64, "publication", "publications");
    let backed_up = format!("Backed up {} and verified every byte", books(report.publications));
    if report.left_out.is_empty() {
        return backed_up + ".";
    }
    let left_out = format!("{backed_up}, but left out the files of {}:", books(report.left_out.len()));
    let titles = report.left_out.iter().map(|title| format!("missing or damaged  {}", printable(title)));
    std::iter::once(left_out).chain(titles).collect::<Vec<_>>().join("\n")
}

/// Moves a progress bar.
pub(super) fn show(bar: ProgressBar) -> impl Fn(BackupProgress) + Send + 'static {
    move |progress| {
        bar.set_length(progress.total >> 20);
        bar.set_position(progress.done >> 20);
        bar.set_message(match progress.stage {
            BackupStage::Resuming => "reading what is there",
            BackupStage::Copying => "copying",
            BackupStage::Verifying => "verifying",
        });
    }
}
