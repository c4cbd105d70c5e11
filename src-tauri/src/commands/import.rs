//! Importing. The reader chooses files in the platform's own dialog; the web view handles no path.

use std::path::PathBuf;

use tauri::Manager;
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::contract::{CancelImport, ChooseAndImport, CommandError, ImportSource, JobStarted, NoArgs};
use crate::shell::Shell;
use crate::window;

/// Endings offered in the dialog; what a file really is, the import finds out.
const ENDINGS: [&str; 9] = ["epub", "txt", "text", "md", "markdown", "html", "htm", "xhtml", "xht"];

pub(crate) async fn choose_and_import(
    shell: &Shell,
    args: ChooseAndImport,
) -> Result<Option<JobStarted>, CommandError> {
    shell.library()?;
    let (sender, chosen) = oneshot::channel();
    let tell = move |paths: Vec<FilePath>| drop(sender.send(paths));
    match args.kind {
        ImportSource::Files => dialog(shell)
            .add_filter("EPUB, TXT, Markdown, HTML", &ENDINGS)
            .pick_files(move |paths| tell(paths.unwrap_or_default())),
        ImportSource::Folder => dialog(shell).pick_folders(move |paths| tell(paths.unwrap_or_default())),
    }
    // A dialog that goes away without an answer chose nothing.
    let chosen = chosen.await.unwrap_or_default();
    let paths: Vec<PathBuf> = chosen.into_iter().filter_map(|path| path.into_path().ok()).collect();
    #[cfg(target_os = "linux")]
    crate::recent::forget(shell.app(), &paths);
    if paths.is_empty() {
        return Ok(None);
    }
    shell.import(paths).map(Some)
}

pub(crate) async fn cancel_import(shell: &Shell, args: CancelImport) -> Result<(), CommandError> {
    shell.cancel_import(args.job);
    Ok(())
}

pub(crate) async fn import_waiting(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.begin_telling();
    Ok(())
}

fn dialog(shell: &Shell) -> FileDialogBuilder<tauri::Wry> {
    let dialog = shell.app().dialog().file();
    match shell.app().get_webview_window(window::MAIN) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}
