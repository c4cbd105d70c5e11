//! Search latency in a large library: through the library as a shell searches, and the engines with and without encryption.

mod encryption;
mod queries;

use std::time::{Duration, Instant};

use alexandria_library::{SearchMode, domain::Query};
use anyhow::ensure;
use tempfile::TempDir;

use self::queries::{HITS, KINDS, ROUNDS};
use crate::book::{self, Book};
use crate::engines::Engines;
use crate::figures::{millis, quantile};
use crate::library::{TempLibrary, request};
use crate::report::{Report, Table, other, smaller};

/// Measures in a library of at least that many passages: the corpus, and copies of it with some words replaced.
pub(crate) async fn run(passages: u64, report: &mut Report) -> anyhow::Result<()> {
    for query in KINDS.iter().flat_map(|kind| kind.queries) {
        ensure!(Query::parse(query).is_ok(), "the query {query} is malformed");
    }
    let (folder, books) = library_of(passages).await?;
    eprintln!("filling the index …");
    Engines::open(&folder.path().join("library")).await?.fill_index().await?;
    let temp = TempLibrary::reopen(folder).await?;
    let status = temp.library.status().await?;
    ensure!(status.embedded == status.passages, "not every passage has a vector");
    let size = format!("{} passages, {books} books", status.passages);
    eprintln!("searching {size} …");
    report.add(&through_library(&temp, &size).await?);
    let path = temp.path();
    let folder = temp.close();
    encryption::compare(&path, folder.path(), &size, report).await
}

/// Imports the corpus and then copies of it, book after book, until there are so many passages.
async fn library_of(passages: u64) -> anyhow::Result<(TempDir, u64)> {
    let originals = crate::environment::corpus("books")?;
    let all = book::read_all(&originals)?;
    let temp = TempLibrary::new().await?;
    temp.library.import(vec![originals]).wait().await;
    let copies = temp.folder.path().join("copies");
    for number in 2.. {
        let now = temp.library.status().await?;
        if now.passages >= passages {
            break;
        }
        eprintln!("{} of {passages} passages …", now.passages);
        // The last round copies only a part of the corpus.
        let missing = usize::try_from(passages - now.passages)?;
        let each = usize::try_from(now.passages / now.publications.max(1))?;
        let wanted: Vec<&Book> = all.iter().take(missing.div_ceil(each.max(1))).collect();
        std::fs::create_dir_all(&copies)?;
        for (place, book) in wanted.into_iter().enumerate() {
            book.copy(number).write(&copies.join(format!("{place}.epub")))?;
        }
        let imported = temp.library.import(vec![copies.clone()]).wait().await;
        ensure!(imported.refused.is_empty() && imported.duplicates.is_empty(), "a copy was not imported");
        std::fs::remove_dir_all(&copies)?;
    }
    let books = temp.library.status().await?.publications;
    Ok((temp.close(), books))
}

/// Searches the library as a shell does.
async fn through_library(temp: &TempLibrary, size: &str) -> anyhow::Result<Table> {
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for kind in KINDS {
        let (times, found) = time(temp, kind.queries, SearchMode::Exact).await?;
        let name = format!("exact: {}", kind.name);
        rows.push(row(&name, &times, &format!("{found}"), ""));
        all.extend(times);
    }
    rows.push(row("exact: all of these", &all, "", "p95 ≤ 20 at 1,000 books"));
    let queries: Vec<&str> = KINDS.iter().flat_map(|kind| kind.queries).copied().collect();
    let (times, _) = time(temp, &queries, SearchMode::Semantic).await?;
    rows.push(row("semantic: all of these", &times, "", ""));
    let (times, _) = time(temp, &queries, SearchMode::Hybrid).await?;
    rows.push(row("hybrid: all of these", &times, "", "p95 ≤ 50 at 100k, ≤ 100 at 1 M passages"));
    Ok(Table {
        name: "search",
        title: format!("{size}, encrypted; {HITS} hits with snippets, all counted"),
        columns: vec![smaller("p50 ms"), smaller("p95 ms"), other("hits of the slowest"), other("target")],
        rows,
    })
}

/// The times of a few rounds, and the number of hits of the slowest query.
async fn time(temp: &TempLibrary, queries: &[&str], mode: SearchMode) -> anyhow::Result<(Vec<Duration>, u64)> {
    let mut times = Vec::new();
    let mut slowest = (Duration::ZERO, 0);
    for round in 0..=ROUNDS {
        for query in queries {
            let started = Instant::now();
            let found = temp.library.search(request(query, mode, HITS)).await?;
            let time = started.elapsed();
            // The first round fills the caches.
            if round > 0 {
                times.push(time);
                slowest = slowest.max((time, found.total));
            }
        }
    }
    Ok((times, slowest.1))
}

fn row(name: &str, times: &[Duration], found: &str, target: &str) -> Vec<String> {
    let figure = |share| format!("{:.1}", millis(quantile(times, share)));
    vec![name.to_owned(), figure(0.5), figure(0.95), found.to_owned(), target.to_owned()]
}
