//! The reader's settings.

use crate::contract::{CommandError, NoArgs, SetSetting, Settings};
use crate::shell::Shell;

pub(crate) async fn get_settings(shell: &Shell, _: NoArgs) -> Result<Settings, CommandError> {
    Ok(shell.library()?.settings().await?.into())
}

pub(crate) async fn set_setting(shell: &Shell, args: SetSetting) -> Result<Settings, CommandError> {
    let settings = shell.library()?.set_setting(&args.name, args.value).await?;
    shell.auto_lock.set_limit(settings.auto_lock);
    Ok(settings.into())
}
