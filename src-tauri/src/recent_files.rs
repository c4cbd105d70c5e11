//! The account's list of recently used files, a plaintext file to which GTK adds whatever is chosen in its dialogs.

use std::path::PathBuf;

use gtk::prelude::RecentManagerExt as _;
use tauri::AppHandle;

/// Removes what was just chosen from the list. GTK adds a file before the dialog answers and writes the list a quarter of
/// a second later, so that what is removed at once never reaches the disk. A file that another program has added stays:
/// the list is the reader's.
pub(crate) fn remove(app: &AppHandle, chosen: &[PathBuf]) {
    let chosen = chosen.to_vec();
    let scheduled = app.run_on_main_thread(move || {
        let Some(manager) = gtk::RecentManager::default() else { return };
        for path in chosen {
            let Ok(uri) = gtk::glib::filename_to_uri(path, None) else { continue };
            // An error here: the file is not on the list.
            let Ok(Some(info)) = manager.lookup_item(&uri) else { continue };
            if info.applications().len() == 1 && manager.remove_item(&uri).is_err() {
                tracing::warn!("a chosen file could not be removed from the recently used files");
            }
        }
    });
    if scheduled.is_err() {
        tracing::warn!("chosen files could not be removed from the recently used files");
    }
}
