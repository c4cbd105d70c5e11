//! The account's list of recently used files, to which GTK adds whatever is chosen in its dialogs, in clear.

use std::path::PathBuf;

use gtk::prelude::RecentManagerExt as _;
use tauri::AppHandle;

/// Takes what was just chosen off the list. GTK adds a file before the dialog answers, and writes the list a quarter of a
/// second later, so that what is taken off at once never reaches the disk. A file that another program had put there
/// stays: the list is the reader's.
pub(crate) fn forget(app: &AppHandle, chosen: &[PathBuf]) {
    let chosen = chosen.to_vec();
    let forgetting = app.run_on_main_thread(move || {
        let Some(manager) = gtk::RecentManager::default() else { return };
        for path in chosen {
            let Ok(uri) = gtk::glib::filename_to_uri(path, None) else { continue };
            // Of files that are not on the list it says that they are not found.
            let Ok(Some(info)) = manager.lookup_item(&uri) else { continue };
            if info.applications().len() == 1 && manager.remove_item(&uri).is_err() {
                tracing::warn!("a chosen file stays on the list of recently used files");
            }
        }
    });
    if forgetting.is_err() {
        tracing::warn!("chosen files stay on the list of recently used files");
    }
}
