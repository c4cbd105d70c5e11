//! Search latency over a library of real passages.

use std::time::{Duration, Instant};

use alexandria_library::{CancellationToken, SearchMode};

use crate::figures::{millis, quantile, table};
use crate::shelf::{Shelf, request};

/// Queries of the kinds readers type: rare and common words, phrases, prefixes, sentences.
const QUERIES: [&str; 16] = [
    "whale",
    "the",
    "love letter",
    "\"white whale\"",
    "scien*",
    "marriage fortune -money",
    "time machine",
    "virtue OR vice",
    "a scientist regrets the creature he made",
    "how should a prince treat his enemies",
    "division of labour in a pin factory",
    "the count climbs down the castle wall",
    "guilt after a murder",
    "living alone in the woods",
    "author:melville sea",
    "a detective explains his deduction",
];
const ROUNDS: usize = 6;

pub(crate) async fn run() -> anyhow::Result<()> {
    let shelf = Shelf::new().await?;
    shelf.library.import(vec![crate::corpus("books")?]).wait().await;
    let passages = shelf.library.status().await?.passages;
    let modes: &[(&str, SearchMode)] =
        &[("exact", SearchMode::Exact), ("semantic", SearchMode::Semantic), ("hybrid", SearchMode::Hybrid)];
    eprintln!("embedding {passages} passages …");
    shelf.library.embed(&CancellationToken::new()).await?;
    let mut rows = Vec::new();
    for (name, mode) in modes {
        let mut times: Vec<Duration> = Vec::new();
        for round in 0..=ROUNDS {
            for query in QUERIES {
                let begun = Instant::now();
                shelf.library.search(request(query, *mode, 20)).await?;
                if round > 0 {
                    times.push(begun.elapsed());
                }
            }
        }
        let figure = |share| format!("{:.1}", millis(quantile(&times, share)));
        rows.push(vec![(*name).to_owned(), figure(0.5), figure(0.95)]);
    }
    table(&[&format!("search, {passages} passages, 20 hits fetched"), "p50 ms", "p95 ms"], &rows);
    Ok(())
}
