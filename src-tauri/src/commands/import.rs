//! Importing. The reader chooses files in the platform's own dialog; the web view handles no path.

use std::path::PathBuf;

use alexandria_library::import::LockedFile;
use alexandria_library::{FORMATS, Passphrase};
use tauri::Manager;
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::contract::{CancelImport, ChooseAndImport, CommandError, ImportSource, ImportStarted, NoArgs, UnlockFile};
use crate::shell::Shell;
use crate::window;

pub(crate) async fn choose_and_import(
    shell: &Shell,
    args: ChooseAndImport,
) -> Result<Option<ImportStarted>, CommandError> {
    shell.library()?;
    let (sender, chosen) = oneshot::channel();
    let answer = move |paths: Vec<FilePath>| drop(sender.send(paths));
    match args.kind {
        // The filter is by extension; what a file really is, the import finds out.
        ImportSource::Files => dialog(shell)
            .add_filter(
                FORMATS.map(|format| format.label).join(", "),
                &FORMATS.map(|format| format.extensions).concat(),
            )
            .pick_files(move |paths| answer(paths.unwrap_or_default())),
        ImportSource::Folder => dialog(shell).pick_folders(move |paths| answer(paths.unwrap_or_default())),
    }
    // A dialog that disappears without an answer chose nothing.
    let chosen = chosen.await.unwrap_or_default();
    let paths: Vec<PathBuf> = chosen.into_iter().filter_map(|path| path.into_path().ok()).collect();
    #[cfg(target_os = "linux")]
    crate::recent_files::remove(&shell.app, &paths);
    if paths.is_empty() {
        return Ok(None);
    }
    shell.import(paths).map(Some)
}

pub(crate) async fn unlock_file(shell: &Shell, args: UnlockFile) -> Result<ImportStarted, CommandError> {
    shell.library()?;
    let job = shell.imports.unlock(LockedFile::of(args.locked), Passphrase::new(args.password));
    job.map(|job| ImportStarted { job }).ok_or_else(CommandError::locked)
}

pub(crate) async fn cancel_import(shell: &Shell, args: CancelImport) -> Result<(), CommandError> {
    shell.imports.cancel(args.job);
    Ok(())
}

pub(crate) async fn subscribe_events(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.subscribe();
    Ok(())
}

fn dialog(shell: &Shell) -> FileDialogBuilder<tauri::Wry> {
    let dialog = shell.app.dialog().file();
    match shell.app.get_webview_window(window::MAIN) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn file_associations_are_those_of_the_registry() {
        let config: Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        let associations = FORMATS.iter().filter(|format| format.has_file_association).map(|format| {
            json!({
                "ext": format.extensions,
                "name": format.label,
                "mimeType": format.media_types[0],
                "role": "Viewer",
                "rank": "Alternate",
            })
        });
        assert_eq!(config["bundle"]["fileAssociations"], associations.collect::<Value>());
    }
}
