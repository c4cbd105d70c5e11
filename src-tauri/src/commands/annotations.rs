//! Highlights, bookmarks and notes.

use alexandria_library::{export_annotations as export_text, save_report_text};

use crate::contract::{
    AnnotatedBook, Annotation, CommandError, EditAnnotation, ExportAnnotations, NewAnnotation, NoArgs, PublicationRef,
};
use crate::shell::Shell;

pub(crate) async fn list_annotations(shell: &Shell, args: PublicationRef) -> Result<Vec<Annotation>, CommandError> {
    Ok(shell.library()?.annotations(args.id.0).await?.into_iter().map(Annotation::from).collect())
}

pub(crate) async fn annotated_books(shell: &Shell, _: NoArgs) -> Result<Vec<AnnotatedBook>, CommandError> {
    Ok(shell.library()?.annotated_books().await?.into_iter().map(AnnotatedBook::from).collect())
}

pub(crate) async fn add_annotation(shell: &Shell, args: NewAnnotation) -> Result<Annotation, CommandError> {
    Ok(shell.library()?.add_annotation(args.into()).await?.into())
}

pub(crate) async fn edit_annotation(shell: &Shell, args: EditAnnotation) -> Result<Annotation, CommandError> {
    let library = shell.library()?;
    let edited = args.annotation()?;
    let known = library.annotations(args.publication()).await?.into_iter();
    let known = known.filter(|annotation| annotation.id == edited).flat_map(|annotation| annotation.tags);
    let (id, publication, edit) = args.parts(known)?;
    Ok(library.edit_annotation(id, publication, edit).await?.into())
}

pub(crate) async fn export_annotations(shell: &Shell, args: ExportAnnotations) -> Result<bool, CommandError> {
    let books = args.among(shell.library()?.annotated_books().await?)?;
    let name = format!("notes.{}", args.format.extension());
    let Some(file) = super::choose_new_file(shell, &name).await else { return Ok(false) };
    save_report_text(&file, export_text(&books, args.format.into())).await?;
    Ok(true)
}
