//! Searching.

use crate::contract::{CommandError, SearchArgs, SearchResults};
use crate::shell::Shell;

pub(crate) async fn search(shell: &Shell, args: SearchArgs) -> Result<SearchResults, CommandError> {
    Ok(shell.library()?.search(args.into()).await?.into())
}
