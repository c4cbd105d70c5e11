//! What encryption costs a search: the same engines over the database and over a copy of it in clear, and reading the
//! vectors beside LanceDB alone on a copy in clear.
//!
//! Both databases are exported from the library in one way, so that their pages lie alike. A query never reads vectors
//! from the disk: they are in memory from the first query on, so that only this first reading can cost more.

mod vectors;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use alexandria_domain::{PassageId, Query};
use alexandria_index::{Neighbour, PublicationFilter};
use alexandria_store::analysis::relaxed;
use alexandria_store::{ExactHit, FILE_NAME, Scope, Store};
use rusqlite::Connection;

use super::queries::{CANDIDATES, HITS, KINDS, ROUNDS};
use crate::engines::Engines;
use crate::figures::{millis, quantile, ratio, table};

/// A query as typed and as parsed.
type Asked = (&'static str, Query);

/// Compares over the closed library in `folder`; copies go into `scratch`.
pub(super) async fn compare(folder: &Path, scratch: &Path, size: &str) -> anyhow::Result<()> {
    let engines = Arc::new(Engines::open(folder).await?);
    let (sealed, clear) = copies(&engines, folder, scratch)?;
    let sealed = Arc::new(Store::open(&sealed, &engines.key, engines.device)?);
    let clear = Arc::new(Store::open_clear_copy(&clear)?);
    let reading = vectors::measure(&engines, scratch).await?;
    let queries = KINDS.iter().flat_map(|kind| kind.queries).map(|text| Ok((*text, Query::parse(text)?)));
    let queries = queries.collect::<anyhow::Result<Vec<Asked>>>()?;
    let (mut exact, mut hybrid) = (Pair::default(), Pair::default());
    for round in 0..=ROUNDS {
        for asked in &queries {
            let words = async |store: &Arc<Store>| by_words(store, asked).await;
            exact.take(round, words(&sealed), words(&clear)).await?;
            let both = async |store: &Arc<Store>| by_both(&engines, store, asked).await;
            hybrid.take(round, both(&sealed), both(&clear)).await?;
        }
    }
    let rows = [exact.row("exact: count, rank, fetch", ""), hybrid.row("hybrid: embed, both rankings, fetch", "≤ 1.3")];
    let head = format!("{size}; the engines alone, all queries");
    let columns =
        [&*head, "sealed p50 ms", "clear p50 ms", "ratio", "sealed p95 ms", "clear p95 ms", "ratio", "target"];
    table(&columns, &rows);
    reading.print(size);
    Ok(())
}

/// Two copies of the database: a folder with one sealed under the library's key, and a file in clear.
fn copies(engines: &Engines, folder: &Path, scratch: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let key = engines.key.expose_raw_key_pragma();
    let connection = Connection::open(folder.join(FILE_NAME))?;
    connection.execute_batch(&format!("PRAGMA key = \"{}\"", key.as_str()))?;
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let (sealed, clear) = (scratch.join("sealed"), scratch.join("clear.db"));
    std::fs::create_dir(&sealed)?;
    for (path, key) in [(&sealed.join(FILE_NAME), key.as_str()), (&clear, "")] {
        connection.execute("ATTACH DATABASE ?1 AS copy KEY ?2", [&*path.to_string_lossy(), key])?;
        connection.query_row("SELECT sqlcipher_export('copy')", [], |_| Ok(()))?;
        connection.pragma_update(Some("copy"), "user_version", version)?;
        connection.query_row("PRAGMA copy.journal_mode = WAL", [], |_| Ok(()))?;
        connection.execute_batch("DETACH DATABASE copy")?;
    }
    Ok((sealed, clear))
}

/// Times over the sealed and the clear database, in turns.
#[derive(Default)]
struct Pair {
    sealed: Vec<Duration>,
    clear: Vec<Duration>,
}

impl Pair {
    async fn take(
        &mut self,
        round: usize,
        sealed: impl Future<Output = anyhow::Result<()>>,
        clear: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<()> {
        let begun = Instant::now();
        sealed.await?;
        let between = Instant::now();
        clear.await?;
        // The first round fills the caches.
        if round > 0 {
            self.sealed.push(between - begun);
            self.clear.push(between.elapsed());
        }
        Ok(())
    }

    fn row(&self, name: &str, target: &str) -> Vec<String> {
        let mut cells = vec![name.to_owned()];
        for share in [0.5, 0.95] {
            let (sealed, clear) = (quantile(&self.sealed, share), quantile(&self.clear, share));
            cells.extend([format!("{:.1}", millis(sealed)), format!("{:.1}", millis(clear))]);
            cells.push(format!("{:.2}", ratio(sealed, clear)));
        }
        cells.push(target.to_owned());
        cells
    }
}

/// What exact search asks of the database.
async fn by_words(store: &Arc<Store>, asked: &Asked) -> anyhow::Result<()> {
    let (store, query) = (Arc::clone(store), asked.1.clone());
    let search = move || {
        let found = store.search(&query, &scope(&store, &query)?, HITS, 0)?;
        let passages: Vec<PassageId> = found.hits.iter().map(|hit| hit.passage).collect();
        black_box(store.passages(&passages)?);
        Ok(())
    };
    tokio::task::spawn_blocking(search).await?
}

/// What hybrid search asks of the engines: both rankings at once, then the passages of a page.
async fn by_both(engines: &Arc<Engines>, store: &Arc<Store>, asked: &Asked) -> anyhow::Result<()> {
    let (words, query) = (Arc::clone(store), relaxed(&asked.1));
    let words = tokio::task::spawn_blocking(move || Ok(words.rank_any(&query, &scope(&words, &query)?, CANDIDATES)?));
    let (words, near) = tokio::join!(words, by_meaning(engines, asked.0));
    let words: anyhow::Result<Vec<ExactHit>> = words?;
    let both = near?.into_iter().map(|near| near.passage).chain(words?.into_iter().map(|hit| hit.passage));
    let page: Vec<PassageId> = both.step_by(2 * CANDIDATES / HITS).collect();
    let store = Arc::clone(store);
    black_box(tokio::task::spawn_blocking(move || store.passages(&page)).await??);
    Ok(())
}

async fn by_meaning(engines: &Arc<Engines>, text: &'static str) -> anyhow::Result<Vec<Neighbour>> {
    let worker = Arc::clone(engines);
    let vector = tokio::task::spawn_blocking(move || worker.embedder.embed_query(text)).await??;
    Ok(engines.index.nearest(&vector, CANDIDATES, PublicationFilter::All).await?)
}

fn scope(store: &Store, query: &Query) -> anyhow::Result<Scope> {
    Ok(Scope { publications: store.rows_matching(&query.filters)? })
}
