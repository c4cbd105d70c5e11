//! The reader's settings.

use alexandria_library::SettingsError;

use crate::contract::{CommandError, NoArgs, SetSetting, Settings};
use crate::shell::Shell;

pub(crate) async fn get_settings(shell: &Shell, _: NoArgs) -> Result<Settings, CommandError> {
    Ok(shell.library()?.settings().await.map_err(refused)?.into())
}

pub(crate) async fn set_setting(shell: &Shell, args: SetSetting) -> Result<Settings, CommandError> {
    let settings = shell.library()?.set_setting(&args.name, args.value).await.map_err(refused)?;
    shell.rest().after(settings.auto_lock);
    Ok(settings.into())
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn refused(error: SettingsError) -> CommandError {
    CommandError::new(error.code(), &error)
}
