//! Changing publications, and collections.

use crate::contract::{
    Collection, CollectionMembers, CommandError, EditCollection, EditPublications, Id, NewCollection, NoArgs,
    PublicationRef, Selection,
};
use crate::shell::Shell;

pub(crate) async fn edit_publications(shell: &Shell, args: EditPublications) -> Result<(), CommandError> {
    let ids = args.ids.iter().map(|Id(id)| *id).collect();
    shell.library()?.edit(ids, args.into()).await?;
    Ok(())
}

pub(crate) async fn select_publications(shell: &Shell, args: Selection) -> Result<Vec<Id>, CommandError> {
    Ok(shell.library()?.shelf(args.request()?).await?.into_iter().map(|book| book.id.into()).collect())
}

pub(crate) async fn list_collections(shell: &Shell, _: NoArgs) -> Result<Vec<Collection>, CommandError> {
    Ok(shell.library()?.collections().await?.into_iter().map(Collection::from).collect())
}

pub(crate) async fn collections_of(shell: &Shell, args: PublicationRef) -> Result<Vec<String>, CommandError> {
    Ok(shell.library()?.collections_of(args.id.0).await?.iter().map(ToString::to_string).collect())
}

pub(crate) async fn create_collection(shell: &Shell, args: NewCollection) -> Result<String, CommandError> {
    Ok(shell.library()?.create_collection(args.into()).await?.id.to_string())
}

pub(crate) async fn edit_collection(shell: &Shell, args: EditCollection) -> Result<(), CommandError> {
    let (id, edit) = args.parts()?;
    shell.library()?.edit_collection(id, edit).await?;
    Ok(())
}

pub(crate) async fn set_collection_members(shell: &Shell, args: CollectionMembers) -> Result<(), CommandError> {
    let (id, publications, is_member) = args.parts()?;
    Ok(shell.library()?.set_collection_members(id, publications, is_member).await?)
}
