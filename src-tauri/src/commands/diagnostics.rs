//! What Alexandria takes of this computer, and the report about it, which only the reader saves and nobody sends.

use alexandria_library::{report_text, save_report_text};

use crate::contract::{CommandError, Diagnostics, DiagnosticsReport, FreedSpace, NoArgs, ReportFeedback};
use crate::shell::Shell;

pub(crate) async fn get_diagnostics(shell: &Shell, _: NoArgs) -> Result<Diagnostics, CommandError> {
    Ok(measure(shell).await?.into())
}

async fn measure(shell: &Shell) -> Result<alexandria_library::Diagnostics, CommandError> {
    let measured = shell.library()?.diagnostics(&shell.session.folders).await?;
    Ok(alexandria_library::Diagnostics { start: shell.start_clock.steps(), ..measured })
}

pub(crate) async fn free_space(shell: &Shell, _: NoArgs) -> Result<FreedSpace, CommandError> {
    Ok(shell.library()?.free_space(&shell.session.folders).await?.into())
}

pub(crate) async fn diagnostics_report(shell: &Shell, args: ReportFeedback) -> Result<DiagnosticsReport, CommandError> {
    let folders = &shell.session.folders;
    let diagnostics = measure(shell).await?;
    let text = report_text(env!("CARGO_PKG_VERSION"), &diagnostics, folders, &args.feedback).await?;
    Ok(DiagnosticsReport { text })
}

pub(crate) async fn save_report(shell: &Shell, report: DiagnosticsReport) -> Result<bool, CommandError> {
    let Some(file) = super::choose_new_file(shell, "alexandria-report.txt").await else { return Ok(false) };
    save_report_text(&file, report.text).await?;
    Ok(true)
}
