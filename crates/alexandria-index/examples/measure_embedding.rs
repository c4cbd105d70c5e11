//! Measures embedding: `cargo run --release -p alexandria-index --example measure_embedding -- [threads] < text`.
//!
//! Cuts standard input into texts of 130 words and prints tokens and words a second.

use std::error::Error;
use std::io::{Read, Write};
use std::time::Instant;

use alexandria_index::{Embedder, RuntimeFiles};

fn main() -> Result<(), Box<dyn Error>> {
    let threads = std::env::args().nth(1).map_or(Ok(2), |threads| threads.parse())?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let texts: Vec<String> = words.chunks(130).take(400).map(|words| words.join(" ")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let start = Instant::now();
    let embedder = Embedder::load(&RuntimeFiles::locate()?, threads)?;
    let mut out = std::io::stdout();
    writeln!(out, "load: {:.0?}", start.elapsed())?;
    embedder.embed(&texts.iter().take(4).copied().collect::<Vec<_>>())?;
    let start = Instant::now();
    embedder.embed(&texts)?;
    let seconds = start.elapsed().as_secs_f64();
    let tokens: usize = texts.iter().map(|text| embedder.count_tokens(text) + 2).sum();
    writeln!(out, "embed: {} texts, {:.0} tokens/s with {threads} threads", texts.len(), per(tokens, seconds))?;
    let start = Instant::now();
    for _ in 0..20 {
        embedder.embed_query("a scientist regrets the creature he made")?;
    }
    writeln!(out, "query: {:.1?}", start.elapsed() / 20)?;
    let tokens = embedder.count_tokens(&text);
    let rounds = 5_000_000 / words.len().max(1);
    let start = Instant::now();
    let same = (0..rounds).all(|_| embedder.count_tokens(&text) == tokens);
    let speed = per(rounds * words.len(), start.elapsed().as_secs_f64());
    writeln!(
        out,
        "count, cached: {speed:.0} words/s, {tokens} tokens of {} words, same every time: {same}",
        words.len()
    )?;
    Ok(())
}

fn per(count: usize, seconds: f64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds
}
