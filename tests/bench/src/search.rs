//! Search latency in a large library: as the reader asks it, and the same engines with and without encryption.

mod clear;
mod queries;

use std::time::{Duration, Instant};

use alexandria_library::{SearchMode, domain::Query};
use anyhow::ensure;
use tempfile::TempDir;

use self::queries::{HITS, KINDS, ROUNDS};
use crate::book::{self, Book};
use crate::engines::Engines;
use crate::figures::{millis, quantile, table};
use crate::shelf::{Shelf, request};

/// Measures in a library of at least that many passages: the corpus, and copies of it with some words exchanged.
pub(crate) async fn run(passages: u64) -> anyhow::Result<()> {
    for query in KINDS.iter().flat_map(|kind| kind.queries) {
        ensure!(Query::parse(query).is_ok(), "the query {query} is malformed");
    }
    let (folder, books) = library_of(passages).await?;
    eprintln!("making vectors …");
    Engines::open(&folder.path().join("library")).await?.fill_index().await?;
    let shelf = Shelf::reopen(folder).await?;
    let status = shelf.library.status().await?;
    ensure!(status.embedded == status.passages, "not every passage has a vector");
    let size = format!("{} passages, {books} books", status.passages);
    eprintln!("searching {size} …");
    asked(&shelf, &size).await?;
    let path = shelf.path();
    let folder = shelf.close();
    clear::compare(&path, folder.path(), &size).await
}

/// Imports the corpus and then copies of it, book after book, until there are so many passages.
async fn library_of(passages: u64) -> anyhow::Result<(TempDir, u64)> {
    let originals = crate::environment::corpus("books")?;
    let all = book::read_all(&originals)?;
    let shelf = Shelf::new().await?;
    shelf.library.import(vec![originals]).wait().await;
    let copies = shelf.folder.path().join("copies");
    for number in 2.. {
        let now = shelf.library.status().await?;
        if now.passages >= passages {
            break;
        }
        eprintln!("{} of {passages} passages …", now.passages);
        // The last round is a part of the corpus only.
        let missing = usize::try_from(passages - now.passages)?;
        let each = usize::try_from(now.passages / now.publications.max(1))?;
        let wanted: Vec<&Book> = all.iter().take(missing.div_ceil(each.max(1))).collect();
        std::fs::create_dir_all(&copies)?;
        for (place, book) in wanted.into_iter().enumerate() {
            book.copy(number).write(&copies.join(format!("{place}.epub")))?;
        }
        let report = shelf.library.import(vec![copies.clone()]).wait().await;
        ensure!(report.refused.is_empty() && report.duplicates.is_empty(), "a copy was not imported");
        std::fs::remove_dir_all(&copies)?;
    }
    let books = shelf.library.status().await?.publications;
    Ok((shelf.close(), books))
}

/// Asks the library as a shell does.
async fn asked(shelf: &Shelf, size: &str) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for kind in KINDS {
        let (times, found) = time(shelf, kind.queries, SearchMode::Exact).await?;
        let name = format!("exact: {}", kind.name);
        rows.push(row(&name, &times, &format!("{found}"), ""));
        all.extend(times);
    }
    rows.push(row("exact: all of these", &all, "", "p95 ≤ 20 at 1,000 books"));
    let queries: Vec<&str> = KINDS.iter().flat_map(|kind| kind.queries).copied().collect();
    let (times, _) = time(shelf, &queries, SearchMode::Semantic).await?;
    rows.push(row("semantic: all of these", &times, "", ""));
    let (times, _) = time(shelf, &queries, SearchMode::Hybrid).await?;
    rows.push(row("hybrid: all of these", &times, "", "p95 ≤ 50 at 100k, ≤ 100 at 1 M passages"));
    let head = format!("{size}, encrypted; {HITS} hits with snippets, all counted");
    table(&[&head, "p50 ms", "p95 ms", "hits of the slowest", "target"], &rows);
    Ok(())
}

/// The times of a few rounds, and how much the slowest query found.
async fn time(shelf: &Shelf, queries: &[&str], mode: SearchMode) -> anyhow::Result<(Vec<Duration>, u64)> {
    let mut times = Vec::new();
    let mut slowest = (Duration::ZERO, 0);
    for round in 0..=ROUNDS {
        for query in queries {
            let begun = Instant::now();
            let found = shelf.library.search(request(query, mode, HITS)).await?;
            let time = begun.elapsed();
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
