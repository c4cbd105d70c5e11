//! Embedding throughput on real passages, against ONNX Runtime alone with the same model file, library and threads.
//!
//! A process can load ONNX Runtime only once, and the engine does not share its own; so ONNX Runtime alone runs in separate
//! processes, alternating with ours.

pub(crate) mod alone;

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use self::alone::Layout;
use crate::engines::Engines;
use crate::figures::{median, median_of, ratio};
use crate::library::TempLibrary;
use crate::report::{Report, Table, larger, other};

/// Real passages, spread over the corpus.
const PASSAGES: usize = 320;
const ROUNDS: usize = 5;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let temp = TempLibrary::new().await?;
    temp.library.import(vec![crate::environment::corpus("books")?]).wait().await;
    let path = temp.path();
    let _folder = temp.close();
    let engines = Engines::open(&path).await?;
    // One text a line for the other processes; line breaks make no difference to the model.
    let texts: Vec<String> = engines.sample(PASSAGES)?.iter().map(|text| text.replace('\n', " ")).collect();
    let scratch = TempDir::new()?;
    let list = scratch.path().join("texts");
    std::fs::write(&list, texts.join("\n"))?;
    // The model gets two special tokens more than the counter counts.
    let tokens: usize = texts.iter().map(|text| engines.embedder.count_tokens(text).min(254) + 2).sum();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    engines.embedder.embed(texts.get(..16).unwrap_or_default())?;
    let mut ours = Vec::new();
    let mut theirs: Vec<(Layout, Vec<Duration>)> = Layout::ALL.into_iter().map(|layout| (layout, Vec::new())).collect();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        engines.embedder.embed(&texts)?;
        ours.push(started.elapsed());
        for (layout, times) in &mut theirs {
            times.push(alone::in_new_process(*layout, &list)?);
        }
    }
    report.add(&table(&texts, tokens, &ours, &theirs));
    Ok(())
}

fn table(texts: &[&str], tokens: usize, ours: &[Duration], theirs: &[(Layout, Vec<Duration>)]) -> Table {
    let row = |name: String, times: &[Duration], target: &str| {
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = tokens as f64 / median(times).as_secs_f64();
        // Runs next to each other share the machine with the same load, so each round is compared with itself.
        let ratios: Vec<f64> = ours.iter().zip(times).map(|(ours, theirs)| ratio(*theirs, *ours)).collect();
        vec![name, format!("{rate:.0}"), format!("{:.2}", median_of(&ratios)), target.to_owned()]
    };
    let mut rows = vec![row("Alexandria, text to vector".to_owned(), ours, "")];
    for (layout, times) in theirs {
        let target = if *layout == Layout::SAME_AS_OURS { "≥ 0.95" } else { "" };
        rows.push(row(format!("ONNX Runtime alone, {layout}"), times, target));
    }
    Table {
        name: "embed",
        title: format!("embedding, {} real passages, {tokens} tokens, 2 threads", texts.len()),
        columns: vec![larger("tokens/s"), larger("ours ÷ this"), other("target")],
        rows,
    }
}

/// Measures a layout in this process, on the texts of a file.
pub(crate) fn run_alone(layout: &str, list: &Path) -> anyhow::Result<()> {
    let seconds = alone::measure(layout.parse()?, list)?.as_secs_f64();
    println!("{seconds}");
    Ok(())
}
