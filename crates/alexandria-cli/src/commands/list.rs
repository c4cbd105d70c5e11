//! `alexandria list`.

use std::process::ExitCode;

use alexandria_library::Book;
use alexandria_library::domain::op::Membership;

use super::publication::PublicationJson;
use crate::args::Args;
use crate::failure::Failure;
use crate::output::{Output, counted, printable};
use crate::session;

pub(crate) async fn run(args: &Args, bin: bool, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let books = library.books(if bin { Membership::Bin } else { Membership::Shelf }).await?;
    let text = text(&books, bin, output);
    let json: Vec<PublicationJson> = books.into_iter().map(PublicationJson::from).collect();
    output.result(&json, || text)?;
    Ok(ExitCode::SUCCESS)
}

fn text(books: &[Book], bin: bool, output: &Output) -> String {
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
        let facts = output.dim(&format!("{} · {passages} · {}", book.format.name(), book.searchable.name()));
        let by = if authors.is_empty() { String::new() } else { format!(" — {authors}") };
        text.push_str(&format!("{id}  {title}{by}  {facts}\n"));
    }
    text
}
