//! `alexandria backup FILE`.

use std::path::Path;
use std::process::ExitCode;

use alexandria_library::{BackupOptions, BackupProgress, BackupStage};
use indicatif::ProgressBar;

use crate::args::Args;
use crate::failure::Failure;
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
    let library = session::open(args).await?;
    let bar = output.progress("MB");
    let options = BackupOptions { replace, keychain_only };
    let outcome = library.back_up(file, options, &cancel_on_interrupt(), show(bar.clone())).await;
    bar.finish_and_clear();
    let report = outcome?;
    let json = serde_json::json!({
        "publications": report.publications,
        "bytes": report.bytes,
        "left_out": report.left_out,
    });
    output.result(&json, || {
        let books = counted(report.publications as u64, "publication", "publications");
        let mut lines = vec![format!("Backed up {books} and verified every byte.")];
        for title in &report.left_out {
            lines.push(format!("Its file is missing or damaged, so it is not in the backup: {}", printable(title)));
        }
        lines.join("\n")
    })?;
    Ok(ExitCode::SUCCESS)
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
