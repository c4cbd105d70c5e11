//! `alexandria cloud …`: books of the account that are not on this device.

use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{CloudBook, FileTransferError, Library};
use serde::Serialize;

use super::sync;
use crate::args::{Args, Cloud};
use crate::failure::Failure;
use crate::interrupt::cancel_on_interrupt;
use crate::output::{Output, counted, printable};
use crate::session;

/// A book of the account.
#[derive(Debug, Serialize)]
struct CloudBookJson {
    id: String,
    title: String,
    authors: Vec<String>,
    format: String,
    bytes: u64,
    available: bool,
}

pub(crate) async fn run(args: &Args, action: &Cloud, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let books = library.cloud_books().await.map_err(sync::failure)?;
    match action {
        Cloud::List => list(&books, output),
        Cloud::Fetch { ids } => fetch(&library, &books, ids, output).await,
    }
}

fn list(books: &[CloudBook], output: &Output) -> Result<ExitCode, Failure> {
    let json: Vec<CloudBookJson> = books.iter().map(CloudBookJson::from).collect();
    output.result(&json, || {
        if books.is_empty() {
            return "All books of the account are on this device.".to_owned();
        }
        books.iter().map(|book| line(book, output)).collect::<Vec<_>>().join("\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

fn line(book: &CloudBook, output: &Output) -> String {
    let id: String = book.id.to_string().chars().take(8).collect();
    let authors = book.authors.iter().map(|author| printable(author)).collect::<Vec<_>>().join(", ");
    let state = if book.is_available { "" } else { "  not on the server yet" };
    format!("{id}  {}  {authors}{}", output.bold(&printable(&book.title)), output.dim(state))
}

async fn fetch(library: &Library, books: &[CloudBook], ids: &[String], output: &Output) -> Result<ExitCode, Failure> {
    let mut wanted = Vec::with_capacity(ids.len());
    for id in ids {
        let prefix = id.to_lowercase();
        let mut found = books.iter().filter(|book| book.id.to_string().starts_with(&prefix));
        let (Some(book), None) = (found.next(), found.next()) else {
            let message = format!("no book to fetch, or more than one, has an id that begins with {}", printable(id));
            return Err(Failure::new(ErrorCode::NotFound, message).with_hint("`alexandria cloud list` shows the ids"));
        };
        wanted.push(book);
    }
    let cancel = cancel_on_interrupt(*output);
    let mut fetched = Vec::new();
    for book in wanted {
        library.fetch_book(book.id, &cancel).await.map_err(failure)?;
        fetched.push(book.id.to_string());
    }
    let count = counted(fetched.len() as u64, "book", "books");
    output.result(&serde_json::json!({ "fetched": fetched }), || format!("Fetched {count}."))?;
    Ok(ExitCode::SUCCESS)
}

fn failure(error: FileTransferError) -> Failure {
    match error {
        FileTransferError::Sync(error) => sync::failure(error),
        FileTransferError::NotAvailable => {
            Failure::from(error).with_hint("run `alexandria sync --once` on the device that has the book")
        }
        other => Failure::from(other),
    }
}

impl From<&CloudBook> for CloudBookJson {
    fn from(book: &CloudBook) -> Self {
        Self {
            id: book.id.to_string(),
            title: book.title.clone(),
            authors: book.authors.clone(),
            format: book.format.clone(),
            bytes: book.bytes,
            available: book.is_available,
        }
    }
}
