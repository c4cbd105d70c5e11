//! The window itself: its preferences, which need no open library, and its close handshake.

use crate::contract::{CommandError, NoArgs, Preferences, SetLanguage};
use crate::shell::Shell;

pub(crate) async fn get_preferences(shell: &Shell, _: NoArgs) -> Result<Preferences, CommandError> {
    Ok(shell.preferences.read().await.into())
}

pub(crate) async fn set_language(shell: &Shell, args: SetLanguage) -> Result<Preferences, CommandError> {
    Ok(shell.preferences.change(|preferences| preferences.language = args.language.into()).await?.into())
}

pub(crate) async fn confirm_close(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.close_handshake.confirm();
    Ok(())
}
