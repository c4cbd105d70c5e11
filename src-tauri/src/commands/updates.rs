//! Updates of the program, and the network log.

use alexandria_library::Trigger;
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;

use crate::contract::{CommandError, NetworkRequest, NoArgs, SetUpdatePreferences, UpdateProgress, UpdateStatus};
use crate::events;
use crate::shell::Shell;

pub(crate) async fn update_status(shell: &Shell, _: NoArgs) -> Result<UpdateStatus, CommandError> {
    Ok(shell.updates.overview().await?.into())
}

pub(crate) async fn set_update_preferences(
    shell: &Shell,
    args: SetUpdatePreferences,
) -> Result<UpdateStatus, CommandError> {
    shell.updates.decide(args.into()).await?;
    update_status(shell, NoArgs {}).await
}

pub(crate) async fn check_for_updates(shell: &Shell, _: NoArgs) -> Result<UpdateStatus, CommandError> {
    shell.updates.check(Trigger::User).await?;
    update_status(shell, NoArgs {}).await
}

pub(crate) async fn choose_update_file(shell: &Shell, _: NoArgs) -> Result<UpdateStatus, CommandError> {
    let (sender, chosen) = oneshot::channel();
    let dialog = shell.app.dialog().file().add_filter("Alexandria", &["update"]);
    dialog.pick_file(move |path| drop(sender.send(path)));
    // A dialog that disappears without an answer chose nothing.
    let chosen = chosen.await.ok().flatten().and_then(|path| path.into_path().ok());
    if let Some(file) = chosen {
        shell.updates.check_file(&file).await?;
    }
    update_status(shell, NoArgs {}).await
}

pub(crate) async fn check_offered_file(shell: &Shell, _: NoArgs) -> Result<UpdateStatus, CommandError> {
    shell.updates.check_offered_file().await?;
    update_status(shell, NoArgs {}).await
}

pub(crate) async fn install_update(shell: &Shell, _: NoArgs) -> Result<UpdateStatus, CommandError> {
    let app = shell.app.clone();
    let progress = move |done, total| events::emit(&app, &UpdateProgress { done, total });
    shell.updates.install(progress).await?;
    update_status(shell, NoArgs {}).await
}

pub(crate) async fn cancel_update(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.updates.cancel();
    Ok(())
}

pub(crate) async fn restart(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    // Not `restart`, which skips the end of the event loop: the name of the single instance would still be taken.
    shell.app.request_restart();
    Ok(())
}

pub(crate) async fn network_log(shell: &Shell, _: NoArgs) -> Result<Vec<NetworkRequest>, CommandError> {
    Ok(shell.updates.network_log().await?.into_iter().map(Into::into).collect())
}
