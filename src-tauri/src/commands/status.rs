//! What is searchable, and how.

use crate::contract::{CommandError, NoArgs, SetEmbeddingPaused, Status};
use crate::shell::Shell;

pub(crate) async fn status(shell: &Shell, _: NoArgs) -> Result<Status, CommandError> {
    let status = shell.library()?.status().await;
    Ok(status.map_err(|error| CommandError::new(error.code(), &error))?.into())
}

pub(crate) async fn set_embedding_paused(shell: &Shell, args: SetEmbeddingPaused) -> Result<Status, CommandError> {
    let paused = args.paused;
    shell.library()?.set_embedding_paused(paused).await;
    let kept = shell.preferences().change(|preferences| preferences.embedding_paused = paused).await;
    kept.map_err(|error| CommandError::new(error.code(), &error))?;
    status(shell, NoArgs {}).await
}
