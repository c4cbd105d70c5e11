//! Import to exact-searchable, encrypted, against calibre and recoll on the same books, in clear.

use std::time::Instant;

use alexandria_library::SearchMode;

use crate::figures::{peak_memory_mb, table};
use crate::peers::{self, Cost};
use crate::shelf::{Shelf, request};

pub(crate) async fn run() -> anyhow::Result<()> {
    let books = crate::corpus("books")?;
    let mut times = Vec::new();
    let mut words = 0;
    for _ in 0..3 {
        let shelf = Shelf::new().await?;
        let begun = Instant::now();
        let report = shelf.library.import(vec![books.clone()]).wait().await;
        let found = shelf.library.search(request("whale", SearchMode::Exact, 1)).await?;
        times.push(begun.elapsed());
        anyhow::ensure!(found.total > 0 && report.refused.is_empty(), "the import is not searchable");
        words = shelf.library.status().await?.passages;
    }
    times.sort_unstable();
    let ours = Cost { time: times.get(1).copied().unwrap_or_default(), memory_mb: peak_memory_mb() };
    let scratch = tempfile::tempdir()?;
    let peers =
        [("calibre", peers::calibre(&books, scratch.path())?), ("recoll", peers::recoll(&books, scratch.path())?)];
    let row = |name: &str, cost: &Cost| {
        vec![
            name.to_owned(),
            format!("{:.2}", cost.time.as_secs_f64()),
            format!("{:.1}", cost.time.as_secs_f64() / ours.time.as_secs_f64()),
            cost.memory_mb.to_string(),
        ]
    };
    let mut rows = vec![row("Alexandria, encrypted (median of 3)", &ours)];
    for (name, cost) in peers {
        rows.push(cost.map_or_else(|| vec![name.to_owned(), "not installed".to_owned()], |cost| row(name, &cost)));
    }
    table(&["22 books, import to exact search", "seconds", "ratio to ours", "peak MB"], &rows);
    println!("\n{words} passages.");
    Ok(())
}
