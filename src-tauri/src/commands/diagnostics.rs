//! What Alexandria takes of this computer, and the report about it, which only the reader saves and nobody sends.

use alexandria_library::{report_text, save_report_text};
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;

use crate::contract::{CommandError, Diagnostics, DiagnosticsReport, FreedSpace, NoArgs, ReportFeedback};
use crate::shell::Shell;

pub(crate) async fn get_diagnostics(shell: &Shell, _: NoArgs) -> Result<Diagnostics, CommandError> {
    Ok(shell.library()?.diagnostics(&shell.session.folders).await?.into())
}

pub(crate) async fn free_space(shell: &Shell, _: NoArgs) -> Result<FreedSpace, CommandError> {
    Ok(shell.library()?.free_space(&shell.session.folders).await?.into())
}

pub(crate) async fn diagnostics_report(shell: &Shell, args: ReportFeedback) -> Result<DiagnosticsReport, CommandError> {
    let folders = &shell.session.folders;
    let diagnostics = shell.library()?.diagnostics(folders).await?;
    let text = report_text(env!("CARGO_PKG_VERSION"), &diagnostics, folders, &args.feedback).await?;
    Ok(DiagnosticsReport { text })
}

pub(crate) async fn save_report(shell: &Shell, report: DiagnosticsReport) -> Result<bool, CommandError> {
    let (sender, chosen) = oneshot::channel();
    let dialog = shell.app.dialog().file().set_file_name("alexandria-report.txt");
    dialog.save_file(move |path| drop(sender.send(path)));
    // A dialog that disappears without an answer chose nothing.
    let chosen = chosen.await.ok().flatten().and_then(|path| path.into_path().ok());
    let Some(file) = chosen else { return Ok(false) };
    save_report_text(&file, report.text).await?;
    Ok(true)
}
