//! `alexandria collection …`.

use std::process::ExitCode;

use alexandria_library::domain::{self, ErrorCode, PublicationId};
use alexandria_library::{CollectionEdit, Library, ListedCollection, NewCollection};
use serde::Serialize;

use crate::args::{Args, Collection};
use crate::failure::Failure;
use crate::output::{Output, counted, printable};
use crate::session;

/// Digits of an id that are shown: it begins with the time in milliseconds, which are twelve.
const SHORT_ID: usize = 15;

#[derive(Debug, Serialize)]
struct CollectionJson {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publications: Option<u64>,
}

#[derive(Debug, Serialize)]
struct DeletedJson {
    deleted: String,
}

pub(crate) async fn run(args: &Args, action: &Collection, output: &Output) -> Result<ExitCode, Failure> {
    let library = &session::open(args, output).await?;
    match action {
        Collection::List => list(library, output).await?,
        Collection::New { name, filter } => {
            let new = NewCollection { name: name.clone(), filter: filter.clone() };
            let made = library.create_collection(new).await?;
            print(made, "Made", output)?;
        }
        Collection::Edit { collection, name, filter } => {
            let found = find(library, collection).await?;
            let edit = CollectionEdit { name: name.clone(), filter: filter.clone(), deleted: None };
            print(library.edit_collection(found.id, edit).await?, "Changed", output)?;
        }
        Collection::Add { collection, ids } => set_members(library, collection, ids, true, output).await?,
        Collection::Remove { collection, ids } => set_members(library, collection, ids, false, output).await?,
        Collection::Delete { collection } => {
            let found = find(library, collection).await?;
            let edit = CollectionEdit { deleted: Some(true), ..CollectionEdit::default() };
            library.edit_collection(found.id, edit).await?;
            output.result(&DeletedJson { deleted: found.id.to_string() }, || {
                format!("Deleted the collection {}.", printable(&found.name))
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(library: &Library, output: &Output) -> Result<(), Failure> {
    let listed = library.collections().await?;
    let text = text(&listed, output);
    let json: Vec<CollectionJson> = listed.into_iter().map(CollectionJson::from).collect();
    output.result(&json, || text)
}

fn text(listed: &[ListedCollection], output: &Output) -> String {
    if listed.is_empty() {
        return "There are no collections. Make one with `alexandria collection new NAME`.".to_owned();
    }
    let mut text = String::new();
    for ListedCollection { collection, publications } in listed {
        let id: String = collection.id.to_string().chars().take(SHORT_ID).collect();
        let count = counted(*publications, "publication", "publications");
        let filter =
            collection.filter.as_deref().map_or_else(String::new, |filter| format!(" · {}", printable(filter)));
        let facts = output.dim(&format!("{count}{filter}"));
        text.push_str(&format!("{id}  {}  {facts}\n", output.bold(&printable(&collection.name))));
    }
    text
}

async fn set_members(
    library: &Library,
    collection: &str,
    ids: &[String],
    is_member: bool,
    output: &Output,
) -> Result<(), Failure> {
    let found = find(library, collection).await?;
    let mut books: Vec<PublicationId> = Vec::new();
    for id in ids {
        books.push(library.book(id).await.map_err(Failure::unknown_id)?.id);
    }
    library.set_collection_members(found.id, books, is_member).await?;
    print(found, "Changed", output)
}

fn print(collection: domain::Collection, done: &str, output: &Output) -> Result<(), Failure> {
    let text = format!("{done} the collection {}.", printable(&collection.name));
    output.result(&CollectionJson::from(collection), || text)
}

/// The collection of that name, or whose id begins with it.
pub(super) async fn find(library: &Library, name: &str) -> Result<domain::Collection, Failure> {
    let lower = name.trim().to_lowercase();
    let all: Vec<domain::Collection> =
        library.collections().await?.into_iter().map(|listed| listed.collection).collect();
    let named: Vec<_> = all.iter().filter(|collection| collection.name.to_lowercase() == lower).collect();
    let matches = if named.is_empty() && !lower.is_empty() {
        all.iter().filter(|collection| collection.id.to_string().starts_with(&lower)).collect()
    } else {
        named
    };
    match matches.as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let message = format!("there is no collection {}", printable(name));
            Err(Failure::new(ErrorCode::NotFound, message).with_hint("`alexandria collection list` shows them"))
        }
        _ => {
            let message =
                format!("more than one collection is called {0} or has an id that starts with it", printable(name));
            Err(Failure::new(ErrorCode::InvalidInput, message).with_hint("`alexandria collection list` shows the ids"))
        }
    }
}

impl From<domain::Collection> for CollectionJson {
    fn from(collection: domain::Collection) -> Self {
        Self { id: collection.id.to_string(), name: collection.name, filter: collection.filter, publications: None }
    }
}

impl From<ListedCollection> for CollectionJson {
    fn from(listed: ListedCollection) -> Self {
        Self { publications: Some(listed.publications), ..listed.collection.into() }
    }
}
