//! Opening and locking the library, and its shelf.

use alexandria_library::domain::{Membership, PublicationId};
use alexandria_library::{Passphrase, StartStage, Unlock};

use crate::contract::{
    CommandError, CreateLibrary, Credential, Id, LibraryState, NoArgs, PublicationDetails, PublicationRef,
    PublicationRefs, PublicationRow,
};
use crate::shell::Shell;

pub(crate) async fn library_state(shell: &Shell, _: NoArgs) -> Result<LibraryState, CommandError> {
    shell.start_clock.reach(StartStage::Page);
    shell.start().await;
    shell.session.describe().await
}

pub(crate) async fn create_library(shell: &Shell, args: CreateLibrary) -> Result<LibraryState, CommandError> {
    let unlock = match args.passphrase {
        Some(text) => Unlock::Passphrase(Passphrase::new(text)),
        None => Unlock::Keychain,
    };
    shell.create(unlock).await?;
    shell.session.describe().await
}

pub(crate) async fn unlock_library(shell: &Shell, credential: Credential) -> Result<LibraryState, CommandError> {
    shell.unlock(credential.unlock()?).await?;
    shell.session.describe().await
}

pub(crate) async fn lock_library(shell: &Shell, _: NoArgs) -> Result<LibraryState, CommandError> {
    shell.lock().await;
    shell.session.describe().await
}

pub(crate) async fn record_activity(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.auto_lock.record_activity();
    Ok(())
}

pub(crate) async fn list_publications(shell: &Shell, _: NoArgs) -> Result<Vec<PublicationRow>, CommandError> {
    let shelf = rows(shell, Membership::Shelf).await?;
    shell.start_clock.reach(StartStage::Shelf);
    Ok(shelf)
}

pub(crate) async fn list_bin(shell: &Shell, _: NoArgs) -> Result<Vec<PublicationRow>, CommandError> {
    rows(shell, Membership::Bin).await
}

async fn rows(shell: &Shell, membership: Membership) -> Result<Vec<PublicationRow>, CommandError> {
    let books = shell.library()?.books(membership).await?;
    Ok(books.into_iter().map(PublicationRow::from).collect())
}

pub(crate) async fn get_publication(shell: &Shell, args: PublicationRef) -> Result<PublicationDetails, CommandError> {
    let Id(id) = args.id;
    Ok(shell.library()?.book(&id.to_string()).await?.into())
}

pub(crate) async fn remove_publications(shell: &Shell, args: PublicationRefs) -> Result<(), CommandError> {
    Ok(shell.library()?.remove(ids(args)).await?)
}

pub(crate) async fn restore_publications(shell: &Shell, args: PublicationRefs) -> Result<(), CommandError> {
    Ok(shell.library()?.restore(ids(args)).await?)
}

pub(crate) async fn delete_publications(shell: &Shell, args: PublicationRefs) -> Result<(), CommandError> {
    Ok(shell.library()?.delete(ids(args)).await?)
}

fn ids(args: PublicationRefs) -> Vec<PublicationId> {
    args.ids.into_iter().map(|Id(id)| id).collect()
}
