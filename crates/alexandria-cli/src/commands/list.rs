//! `alexandria list`.

use std::process::ExitCode;

use alexandria_library::domain::op::Membership;
use alexandria_library::{Book, LibrarySort, ShelfRequest};

use super::collection::find;
use super::publication::PublicationJson;
use crate::args::{Args, ListArgs, SortName};
use crate::failure::Failure;
use crate::output::{Output, counted, printable};
use crate::session;

pub(crate) async fn run(args: &Args, options: &ListArgs, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let collection = match &options.collection {
        Some(name) => Some(find(&library, name).await?.id),
        None => None,
    };
    let is_filtered = collection.is_some() || !options.filter.trim().is_empty();
    let books = library
        .shelf(ShelfRequest {
            membership: if options.bin { Membership::Bin } else { Membership::Shelf },
            filter: options.filter.clone(),
            collection,
            sort: options.sort.into(),
            reversed: options.reverse,
        })
        .await?;
    let text = text(&books, options.bin, is_filtered, output);
    let json: Vec<PublicationJson> = books.into_iter().map(PublicationJson::from).collect();
    output.result(&json, || text)?;
    Ok(ExitCode::SUCCESS)
}

impl From<SortName> for LibrarySort {
    fn from(name: SortName) -> Self {
        match name {
            SortName::Added => Self::Added,
            SortName::Recent => Self::Recent,
            SortName::Title => Self::Title,
            SortName::Author => Self::Author,
            SortName::Series => Self::Series,
            SortName::Published => Self::Published,
            SortName::Rating => Self::Rating,
            SortName::Status => Self::Status,
        }
    }
}

fn text(books: &[Book], bin: bool, is_filtered: bool, output: &Output) -> String {
    if books.is_empty() && is_filtered {
        return "No publication matches.".to_owned();
    }
    if books.is_empty() {
        let empty =
            if bin { "The bin is empty." } else { "The shelf is empty. Add books with `alexandria import PATH`." };
        return empty.to_owned();
    }
    let mut text = String::new();
    for book in books {
        let id: String = book.id.to_string().chars().take(8).collect();
        let title = output.bold(&printable(&book.metadata.title));
        let authors = printable(&book.metadata.authors.join(", "));
        let passages = counted(book.passages.into(), "passage", "passages");
        let mut facts = format!("{} · {passages} · {}", book.format.name(), book.searchable.name());
        if let Some(status) = book.status {
            facts.push_str(&format!(" · {}", status.name()));
        }
        if book.rating > 0 {
            facts.push_str(&format!(" · {}", "★".repeat(book.rating.into())));
        }
        let facts = output.dim(&facts);
        let by = if authors.is_empty() { String::new() } else { format!(" — {authors}") };
        text.push_str(&format!("{id}  {title}{by}  {facts}\n"));
    }
    text
}
