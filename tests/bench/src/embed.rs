//! Embedding throughput, over real passages, against ONNX Runtime alone with the same model file, library and threads.
//!
//! A process can load ONNX Runtime once, and the engine keeps its own to itself; so what is measured alone runs in
//! processes of its own, taking turns with ours.

pub(crate) mod alone;

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use self::alone::Layout;
use crate::engines::Engines;
use crate::figures::{median, ratio, table};
use crate::shelf::Shelf;

/// Real passages, from all over the corpus.
const PASSAGES: usize = 320;
const ROUNDS: usize = 5;

pub(crate) async fn run() -> anyhow::Result<()> {
    let shelf = Shelf::new().await?;
    shelf.library.import(vec![crate::environment::corpus("books")?]).wait().await;
    let path = shelf.path();
    let _folder = shelf.close();
    let engines = Engines::open(&path).await?;
    // One text a line for the other processes; the model does not see the difference.
    let texts: Vec<String> = engines.sample(PASSAGES)?.iter().map(|text| text.replace('\n', " ")).collect();
    let scratch = TempDir::new()?;
    let list = scratch.path().join("texts");
    std::fs::write(&list, texts.join("\n"))?;
    // The model sees two marks more than the counter counts.
    let tokens: usize = texts.iter().map(|text| engines.embedder.count_tokens(text).min(254) + 2).sum();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    engines.embedder.embed(texts.get(..16).unwrap_or_default())?;
    let mut ours = Vec::new();
    let mut theirs: Vec<(Layout, Vec<Duration>)> = Layout::ALL.into_iter().map(|layout| (layout, Vec::new())).collect();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        engines.embedder.embed(&texts)?;
        ours.push(begun.elapsed());
        for (layout, times) in &mut theirs {
            times.push(alone::in_a_process(*layout, &list)?);
        }
    }
    print(&texts, tokens, &ours, &theirs);
    Ok(())
}

fn print(texts: &[&str], tokens: usize, ours: &[Duration], theirs: &[(Layout, Vec<Duration>)]) {
    let row = |name: String, times: &[Duration], target: &str| {
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = tokens as f64 / median(times).as_secs_f64();
        // Neighbours in time shared the machine with the same strangers, so each round is compared with itself.
        let against: Vec<f64> = ours.iter().zip(times).map(|(ours, theirs)| ratio(*theirs, *ours)).collect();
        vec![name, format!("{rate:.0}"), format!("{:.2}", crate::figures::middle(&against)), target.to_owned()]
    };
    let mut rows = vec![row("Alexandria, text to vector".to_owned(), ours, "")];
    for (layout, times) in theirs {
        let target = if *layout == Layout::ALIKE { "≥ 0.95" } else { "" };
        rows.push(row(format!("ONNX Runtime alone, {layout}"), times, target));
    }
    let head = format!("embedding, {} real passages, {tokens} tokens, 2 threads", texts.len());
    table(&[&head, "tokens/s", "ours ÷ this", "target"], &rows);
}

/// Measures a layout in this process, over the texts of a file.
pub(crate) fn run_alone(layout: &str, list: &Path) -> anyhow::Result<()> {
    let seconds = alone::measure(layout.parse()?, list)?.as_secs_f64();
    println!("{seconds}");
    Ok(())
}
