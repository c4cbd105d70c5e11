//! The bodies of the commands: each calls the library and converts its result to the contract's types.

pub(crate) mod account;
pub(crate) mod annotations;
pub(crate) mod diagnostics;
pub(crate) mod editing;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod library;
pub(crate) mod protection;
pub(crate) mod reader;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod updates;
pub(crate) mod window;

use std::path::PathBuf;

use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;

use crate::shell::Shell;

/// Lets the user choose a file to write; `None` if none was chosen.
async fn choose_new_file(shell: &Shell, name: &str) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    shell.app.dialog().file().set_file_name(name).save_file(move |path| drop(sender.send(path)));
    // A dialog that disappears without an answer chose nothing.
    chosen.await.ok().flatten().and_then(|path| path.into_path().ok())
}
