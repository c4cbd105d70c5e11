//! Embedding throughput. The same model in ONNX Runtime alone is measured by `xtask` in the same run.

use std::time::Instant;

use alexandria_index::{Embedder, PieceCounter, RuntimeFiles};

use crate::figures::table;

/// Sentences of a passage-like text, so that lengths are those of the corpus.
fn texts() -> Vec<String> {
    let sentence =
        "The old lighthouse keeper counted the ships that passed before the storm and wrote each name down. ";
    (0..96).map(|n| sentence.repeat(4 + n % 7)).collect()
}

pub(crate) fn run() -> anyhow::Result<()> {
    let files = RuntimeFiles::locate()?;
    let counter = PieceCounter::load(&files)?;
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let embedder = Embedder::load(&files, threads)?;
    let texts = texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    // The model sees two marks more than the counter counts.
    let tokens: usize = texts.iter().map(|text| counter.count(text).min(254) + 2).sum();
    embedder.embed(texts.get(..8).unwrap_or_default())?;
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let begun = Instant::now();
        embedder.embed(&texts)?;
        best = best.min(begun.elapsed().as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = tokens as f64 / best;
    table(
        &["embedding", "tokens/s", "texts", "tokens"],
        &[vec![
            format!("Alexandria, {threads} threads"),
            format!("{rate:.0}"),
            texts.len().to_string(),
            tokens.to_string(),
        ]],
    );
    Ok(())
}
