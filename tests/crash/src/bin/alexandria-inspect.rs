//! `alexandria-inspect LIBRARY PASSPHRASE-FILE read | set NAME VALUE | empty-bin | keep-open`: prints everything a library
//! holds as JSON; changes a setting, or empties the bin of expired books, for which the command line has no command; or
//! keeps the library open until standard input ends.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use alexandria_library::domain::op::Membership;
use alexandria_library::domain::{CodedError, ErrorCode, PublicationId};
use alexandria_library::{
    Library, LibraryState, OpenError, Passphrase, SearchError, SearchMode, SearchRequest, SettingsError, Severity,
    ShelfError, Unlock,
};
use anyhow::{Context, bail};
use serde_json::{Value, json};

/// A word in every passage of every book of these tests.
const COMMON_WORD: &str = "the";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", json!({ "error": { "code": code_of(&error), "message": format!("{error:#}") } }));
            ExitCode::FAILURE
        }
    }
}

/// The code a shell would show.
fn code_of(error: &anyhow::Error) -> &'static str {
    let opening = error.downcast_ref().map(OpenError::code);
    let setting = || error.downcast_ref().map(SettingsError::code);
    let shelf = || error.downcast_ref().map(ShelfError::code);
    let search = || error.downcast_ref().map(SearchError::code);
    opening.or_else(setting).or_else(shelf).or_else(search).map_or("unknown", ErrorCode::as_str)
}

async fn run() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [folder, passphrase, verb @ ..] = words.as_slice() else {
        bail!("usage: alexandria-inspect LIBRARY PASSPHRASE-FILE COMMAND")
    };
    let folder = Path::new(folder);
    if *verb == ["read"] && Library::state(folder).await? == LibraryState::None {
        println!("{}", json!({ "problems": [], "books": [], "ranked": 0, "theme": "" }));
        return Ok(());
    }
    let passphrase = std::fs::read_to_string(passphrase).context("no passphrase")?;
    let library = Library::open(folder, Unlock::Passphrase(Passphrase::new(passphrase.trim_end().to_owned()))).await?;
    match verb {
        ["read"] => println!("{}", read(&library).await?),
        ["set", name, value] => {
            library.set_setting(name, Some((*value).to_owned())).await?;
            println!("{}", json!({ "set": name }));
        }
        ["empty-bin"] => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
            let emptied = library.purge_expired(u64::try_from(now.as_millis())?).await?;
            println!("{}", json!({ "deleted": emptied }));
        }
        ["keep-open"] => {
            println!("{}", json!({ "open": true }));
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
        }
        _ => bail!("the commands are `read`, `set NAME VALUE`, `empty-bin` or `keep-open`"),
    }
    Ok(())
}

async fn read(library: &Library) -> anyhow::Result<Value> {
    let findings = library.check(&alexandria_library::Watch::default()).await?;
    let broken = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let problems: Vec<String> = broken.map(|finding| format!("{}: {}", finding.check, finding.message)).collect();
    // Before the books: opening the index may change how they can be searched.
    let (ranked, near) = near(library).await?;
    let mut books = Vec::new();
    for (place, membership) in [("shelf", Membership::Shelf), ("bin", Membership::Bin)] {
        for book in library.books(membership).await? {
            let found = match membership {
                Membership::Shelf => found(library, book.id).await?,
                _ => book.passages.into(),
            };
            books.push(json!({
                "id": book.id.to_string(),
                "place": place,
                "title": book.metadata.title,
                "passages": book.passages,
                "found": found,
                "near": near.get(&book.id).unwrap_or(&0),
                "searchable": book.searchable.name(),
            }));
        }
    }
    let theme = library.settings().await?.theme.name();
    Ok(json!({ "problems": problems, "books": books, "ranked": ranked, "theme": theme }))
}

/// How many passages of a publication are found by a word that each of them has.
async fn found(library: &Library, id: PublicationId) -> anyhow::Result<u64> {
    let query = COMMON_WORD.to_owned();
    let request = SearchRequest { query, mode: SearchMode::Exact, limit: 1, offset: 0, publication: Some(id) };
    Ok(library.search(request).await?.total)
}

/// How many passages semantic search ranks, and how many of them belong to each publication on the shelf. This reads every
/// vector. A library without vectors is not searched, because that would create an index.
async fn near(library: &Library) -> anyhow::Result<(u64, HashMap<PublicationId, u64>)> {
    let mut near = HashMap::new();
    if library.status().await?.embedded == 0 {
        return Ok((0, near));
    }
    let query = COMMON_WORD.to_owned();
    let request = SearchRequest { query, mode: SearchMode::Semantic, limit: 1000, offset: 0, publication: None };
    let results = library.search(request).await?;
    for hit in &results.hits {
        *near.entry(hit.publication).or_insert(0) += 1;
    }
    Ok((results.total, near))
}
