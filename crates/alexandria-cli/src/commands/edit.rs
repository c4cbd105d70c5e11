//! `alexandria edit ID… --title TEXT …`.

use std::process::ExitCode;

use alexandria_library::domain::{ReadingStatus, Series};
use alexandria_library::{Change, PublicationEdit};
use serde::Serialize;

use super::publication::PublicationJson;
use crate::args::{Args, EditArgs, EditField, StatusName};
use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::session;

#[derive(Debug, Serialize)]
struct EditedJson {
    changed: usize,
    publications: Vec<PublicationJson>,
}

pub(crate) async fn run(args: &Args, options: &EditArgs, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let mut ids = Vec::new();
    for id in &options.ids {
        ids.push(library.book(id).await.map_err(Failure::unknown_id)?.id);
    }
    let changed = library.edit(ids.clone(), edit_of(options)).await?;
    let mut publications = Vec::new();
    for id in ids {
        publications.push(library.book(&id.to_string()).await.map_err(Failure::unknown_id)?.into());
    }
    output.result(&EditedJson { changed, publications }, || match changed {
        0 => "Nothing was to be changed.".to_owned(),
        _ => format!("Changed {}.", counted(changed as u64, "publication", "publications")),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn edit_of(options: &EditArgs) -> PublicationEdit {
    let resets = |field| options.as_in_file.contains(&field) || options.as_in_file.contains(&EditField::All);
    let text = |value: &Option<String>, field| change(value.clone(), resets(field));
    let series = options.series.clone().map(|name| Series { name, position: options.series_number.clone() });
    let authors = Some(options.authors.clone()).filter(|authors| !authors.is_empty());
    PublicationEdit {
        title: text(&options.title, EditField::Title),
        sort_title: text(&options.sort_title, EditField::SortTitle),
        authors: change(authors, resets(EditField::Authors)),
        series: change(series, resets(EditField::Series)),
        language: text(&options.language, EditField::Language),
        description: text(&options.description, EditField::Description),
        published: text(&options.published, EditField::Published),
        add_tags: options.add_tags.clone(),
        remove_tags: options.remove_tags.clone(),
        reset_tags: resets(EditField::Tags),
        rating: change(options.rating, false),
        status: match options.status {
            None => Change::Keep,
            Some(StatusName::ToRead) => Change::Set(ReadingStatus::ToRead),
            Some(StatusName::Reading) => Change::Set(ReadingStatus::Reading),
            Some(StatusName::Finished) => Change::Set(ReadingStatus::Finished),
            Some(StatusName::None) => Change::Reset,
        },
    }
}

/// A value that is given counts more than a return to the file's.
fn change<T>(value: Option<T>, resets: bool) -> Change<T> {
    match value {
        Some(value) => Change::Set(value),
        None if resets => Change::Reset,
        None => Change::Keep,
    }
}
