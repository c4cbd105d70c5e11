//! Reading: opening a publication and saving the position.

use crate::contract::{CommandError, Id, OpenPublication, PublicationRef, SavePosition};
use crate::protocol;
use crate::shell::Shell;

pub(crate) async fn open_publication(shell: &Shell, args: PublicationRef) -> Result<OpenPublication, CommandError> {
    let Id(id) = args.id;
    let reading = shell.library()?.open_publication(id).await?;
    Ok(OpenPublication::new(reading, protocol::base_url(id)))
}

pub(crate) async fn save_position(shell: &Shell, args: SavePosition) -> Result<(), CommandError> {
    let Id(id) = args.id;
    Ok(shell.library()?.save_position(id, args.locator.into()).await?)
}
