//! Searching.

use crate::contract::{CommandError, SearchArgs, SearchResults};
use crate::shell::Shell;

pub(crate) async fn search(shell: &Shell, args: SearchArgs) -> Result<SearchResults, CommandError> {
    let found = shell.library()?.search(args.into()).await;
    Ok(found.map_err(|error| CommandError::new(error.code(), &error))?.into())
}
