//! Health checks of the open library, and its repair.

use crate::contract::{CommandError, HealthFinding, NoArgs};
use crate::shell::Shell;

pub(crate) async fn check_library(shell: &Shell, _: NoArgs) -> Result<Vec<HealthFinding>, CommandError> {
    Ok(shell.library()?.check().await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn repair_library(shell: &Shell, _: NoArgs) -> Result<Vec<HealthFinding>, CommandError> {
    Ok(shell.library()?.repair().await?.into_iter().map(Into::into).collect())
}
