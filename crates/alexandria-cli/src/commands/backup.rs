//! `alexandria backup FILE`.

use std::path::Path;
use std::process::ExitCode;

use alexandria_library::{BackupOptions, BackupProgress, BackupReport, BackupStage};
use indicatif::ProgressBar;

use crate::args::Args;
use crate::failure::{EXIT_PARTIAL, Failure};
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
    let result = library.back_up(file, options, &cancel_on_interrupt(*output), update(bar.clone())).await;
    bar.finish_and_clear();
    let report = result.map_err(Failure::of_backup)?;
    let json = serde_json::json!({
        "publications": report.publications,
        "bytes": report.bytes,
        "left_out": report.left_out,
    });
    output.result(&json, || text(&report))?;
    if report.left_out.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    output.note("The backup is incomplete.");
    output.hint(
        "import the files of those books again to repair the library, then back up again; keep any earlier backup that \
         has them",
    );
    Ok(ExitCode::from(EXIT_PARTIAL))
}

fn text(report: &BackupReport) -> String {
    let books = |count: usize| counted(count as u64, "publication", "publications");
    let summary = format!("Backed up and verified {}", books(report.publications));
    if report.left_out.is_empty() {
        return summary + ".";
    }
    let summary = format!("{summary}, without the files of {}:", books(report.left_out.len()));
    let titles = report.left_out.iter().map(|title| format!("missing or damaged  {}", printable(title)));
    std::iter::once(summary).chain(titles).collect::<Vec<_>>().join("\n")
}

/// Updates a progress bar.
pub(super) fn update(bar: ProgressBar) -> impl Fn(BackupProgress) + Send + 'static {
    move |progress| {
        bar.set_length(progress.total >> 20);
        bar.set_position(progress.done >> 20);
        bar.set_message(match progress.stage {
            BackupStage::Resuming => "reading the unfinished backup",
            BackupStage::Copying => "copying",
            BackupStage::Verifying => "verifying",
        });
    }
}
