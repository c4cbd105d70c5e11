//! Import to exact-searchable, encrypted, against calibre and recoll on the same books, in clear. Each program runs in a
//! process of its own, from its start to its end, and has to find a word afterwards.

use tempfile::TempDir;

use crate::book;
use crate::figures::{ratio, table};
use crate::peers::{self, Cost};

/// Runs of each program, of which the middle one counts.
const ROUNDS: usize = 3;
/// DESIGN.md allows 3 s for 5.4 million words.
const TARGET_SECONDS_PER_MILLION_WORDS: f64 = 3.0 / 5.4;

pub(crate) fn run() -> anyhow::Result<()> {
    let books = crate::environment::corpus("books")?;
    let all = book::read_all(&books)?;
    let words: usize = all.iter().map(book::Book::words).sum();
    let (mut ours, mut calibre, mut recoll) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        eprintln!("import, round {round} of {ROUNDS} …");
        let scratch = TempDir::new()?;
        ours.push(peers::alexandria(&books, scratch.path())?);
        recoll.extend(peers::recoll(&books, scratch.path())?);
        calibre.extend(peers::calibre(&books, scratch.path())?);
    }
    let ours = middle(ours).unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let millions = words as f64 / 1e6;
    let target = format!("≤ {:.1} s", TARGET_SECONDS_PER_MILLION_WORDS * millions);
    let row = |name: &str, cost: Option<Cost>, target: &str| {
        let Some(Cost { time, memory_mb }) = cost else {
            return vec![name.to_owned(), "not installed".to_owned()];
        };
        let seconds = format!("{:.2}", time.as_secs_f64());
        vec![
            name.to_owned(),
            seconds,
            format!("{:.1}", ratio(time, ours.time)),
            memory_mb.to_string(),
            target.to_owned(),
        ]
    };
    let head = format!("{} EPUBs, {millions:.2} M words, import to exact search", all.len());
    table(
        &[&head, "seconds", "this ÷ ours", "peak MB", "target (3 s for 5.4 M words)"],
        &[
            row("`alexandria import --wait exact`, encrypted", Some(ours), &target),
            row("recoll (`recollindex`), in clear", middle(recoll), ""),
            row("calibre (`calibredb add`, `fts_index enable`), in clear", middle(calibre), ""),
        ],
    );
    Ok(())
}

fn middle(mut costs: Vec<Cost>) -> Option<Cost> {
    costs.sort_by_key(|cost| cost.time);
    costs.get(costs.len().saturating_sub(1) / 2).copied()
}
