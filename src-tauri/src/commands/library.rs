//! Opening and closing the library, and its shelf.

use alexandria_library::domain::{Membership, PublicationId};
use alexandria_library::{Passphrase, Unlock};

use crate::contract::{
    CommandError, Credential, Id, LibraryState, NewLibrary, NoArgs, OnePublication, PublicationDetails, PublicationRow,
    Publications,
};
use crate::shell::Shell;

pub(crate) async fn library_state(shell: &Shell, _: NoArgs) -> Result<LibraryState, CommandError> {
    shell.start().await;
    shell.state().await
}

pub(crate) async fn create_library(shell: &Shell, new: NewLibrary) -> Result<LibraryState, CommandError> {
    let passphrase = new.passphrase.map(|text| Unlock::Passphrase(Passphrase::new(text)));
    shell.create(passphrase.unwrap_or(Unlock::Keychain)).await?;
    shell.state().await
}

pub(crate) async fn unlock_library(shell: &Shell, with: Credential) -> Result<LibraryState, CommandError> {
    shell.unlock(with.unlock()?).await?;
    shell.state().await
}

pub(crate) async fn lock_library(shell: &Shell, _: NoArgs) -> Result<LibraryState, CommandError> {
    shell.lock().await;
    shell.state().await
}

pub(crate) async fn stay_open(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.rest().seen();
    Ok(())
}

pub(crate) async fn list_publications(shell: &Shell, _: NoArgs) -> Result<Vec<PublicationRow>, CommandError> {
    rows(shell, Membership::Shelf).await
}

pub(crate) async fn list_bin(shell: &Shell, _: NoArgs) -> Result<Vec<PublicationRow>, CommandError> {
    rows(shell, Membership::Bin).await
}

async fn rows(shell: &Shell, at: Membership) -> Result<Vec<PublicationRow>, CommandError> {
    let books = shell.library()?.books(at).await?;
    Ok(books.into_iter().map(PublicationRow::from).collect())
}

pub(crate) async fn get_publication(shell: &Shell, args: OnePublication) -> Result<PublicationDetails, CommandError> {
    let Id(id) = args.id;
    Ok(shell.library()?.book(&id.to_string()).await?.into())
}

pub(crate) async fn remove_publications(shell: &Shell, args: Publications) -> Result<(), CommandError> {
    Ok(shell.library()?.remove(ids(args)).await?)
}

pub(crate) async fn restore_publications(shell: &Shell, args: Publications) -> Result<(), CommandError> {
    Ok(shell.library()?.restore(ids(args)).await?)
}

pub(crate) async fn delete_publications(shell: &Shell, args: Publications) -> Result<(), CommandError> {
    Ok(shell.library()?.delete(ids(args)).await?)
}

fn ids(args: Publications) -> Vec<PublicationId> {
    args.ids.into_iter().map(|Id(id)| id).collect()
}
