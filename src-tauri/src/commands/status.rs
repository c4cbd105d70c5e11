//! Status of search and embedding.

use crate::contract::{CommandError, NoArgs, SetEmbeddingPaused, Status};
use crate::shell::Shell;

pub(crate) async fn status(shell: &Shell, _: NoArgs) -> Result<Status, CommandError> {
    Ok(shell.library()?.status().await?.into())
}

pub(crate) async fn set_embedding_paused(shell: &Shell, args: SetEmbeddingPaused) -> Result<Status, CommandError> {
    let paused = args.paused;
    shell.library()?.set_embedding_paused(paused).await;
    shell.preferences.change(|preferences| preferences.embedding_paused = paused).await?;
    status(shell, NoArgs {}).await
}
