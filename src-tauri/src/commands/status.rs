//! What is searchable, and how.

use crate::contract::{CommandError, NoArgs, Status};
use crate::shell::Shell;

pub(crate) async fn status(shell: &Shell, _: NoArgs) -> Result<Status, CommandError> {
    let status = shell.library()?.status().await;
    Ok(status.map_err(|error| CommandError::new(error.code(), &error))?.into())
}
