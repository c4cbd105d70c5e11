//! The window itself.

use crate::contract::{CommandError, NoArgs};
use crate::shell::Shell;

pub(crate) async fn close_window(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.last_words().say();
    Ok(())
}
