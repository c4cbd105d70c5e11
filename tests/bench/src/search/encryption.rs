//! The cost of encryption in search: the same engines on an encrypted and a plaintext copy of the database, and reading
//! vectors compared with LanceDB alone on plaintext.
//!
//! Both databases are exported from the library in the same way, so that their pages are laid out alike. Queries read no
//! vectors from the disk: they are in memory from the first query on, so only that first read can cost more.

mod vectors;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use alexandria_domain::{PassageId, Query};
use alexandria_index::{Neighbour, PublicationFilter};
use alexandria_store::analysis::relaxed;
use alexandria_store::{ExactHit, FILE_NAME, Scope, Store};
use rusqlite::{Connection, OpenFlags};

use super::queries::{CANDIDATES, HITS, KINDS, ROUNDS};
use crate::engines::Engines;
use crate::figures::{millis, quantile, ratio};
use crate::report::{Report, Table, other, smaller};

/// A query as text and as parsed.
struct TestQuery {
    text: &'static str,
    parsed: Query,
}

/// Compares on the closed library in `folder`; copies are written to `scratch`.
pub(super) async fn compare(folder: &Path, scratch: &Path, size: &str, report: &mut Report) -> anyhow::Result<()> {
    let engines = Arc::new(Engines::open(folder).await?);
    let (encrypted, plaintext) = copies(&engines, folder, scratch)?;
    let encrypted = Arc::new(Store::open(&encrypted, &engines.key)?);
    let plaintext = Arc::new(open_plaintext(&plaintext)?);
    let reading = vectors::measure(&engines, scratch).await?;
    let queries =
        KINDS.iter().flat_map(|kind| kind.queries).map(|text| Ok(TestQuery { text, parsed: Query::parse(text)? }));
    let queries = queries.collect::<anyhow::Result<Vec<TestQuery>>>()?;
    let (mut exact, mut hybrid) = (Pair::default(), Pair::default());
    for round in 0..=ROUNDS {
        for query in &queries {
            let search = async |store: &Arc<Store>| exact_search(store, query).await;
            exact.measure(round, search(&encrypted), search(&plaintext)).await?;
            let search = async |store: &Arc<Store>| hybrid_search(&engines, store, query).await;
            hybrid.measure(round, search(&encrypted), search(&plaintext)).await?;
        }
    }
    let rows = [exact.row("exact: count, rank, fetch", ""), hybrid.row("hybrid: embed, both rankings, fetch", "≤ 1.3")];
    report.add(&Table {
        name: "encryption",
        title: format!("{size}; the engines alone, all queries"),
        columns: vec![
            smaller("encrypted p50 ms"),
            other("plaintext p50 ms"),
            other("ratio of p50"),
            smaller("encrypted p95 ms"),
            other("plaintext p95 ms"),
            other("ratio of p95"),
            other("target"),
        ],
        rows: rows.to_vec(),
    });
    report.add(&reading.table(size));
    Ok(())
}

/// A store on a plaintext copy. The store itself opens encrypted databases only.
fn open_plaintext(path: &Path) -> anyhow::Result<Store> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connect = |_| Connection::open_with_flags(path, flags);
    // As many as the store has of an encrypted database.
    Ok(Store::read_only((0..5).map(connect).collect::<Result<_, _>>()?)?)
}

/// Two copies of the database: a folder with one encrypted under the library's key, and a plaintext file.
fn copies(engines: &Engines, folder: &Path, scratch: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let key = engines.key.expose_raw_key_pragma();
    let connection = Connection::open(folder.join(FILE_NAME))?;
    connection.execute_batch(&format!("PRAGMA key = \"{}\"", key.as_str()))?;
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let (encrypted, plaintext) = (scratch.join("encrypted"), scratch.join("plaintext.db"));
    std::fs::create_dir(&encrypted)?;
    for (path, key) in [(&encrypted.join(FILE_NAME), key.as_str()), (&plaintext, "")] {
        connection.execute("ATTACH DATABASE ?1 AS copy KEY ?2", [&*path.to_string_lossy(), key])?;
        connection.query_row("SELECT sqlcipher_export('copy')", [], |_| Ok(()))?;
        connection.pragma_update(Some("copy"), "user_version", version)?;
        connection.query_row("PRAGMA copy.journal_mode = WAL", [], |_| Ok(()))?;
        connection.execute_batch("DETACH DATABASE copy")?;
    }
    Ok((encrypted, plaintext))
}

/// Alternating times on the encrypted and the plaintext database.
#[derive(Default)]
struct Pair {
    encrypted: Vec<Duration>,
    plaintext: Vec<Duration>,
}

impl Pair {
    async fn measure(
        &mut self,
        round: usize,
        encrypted: impl Future<Output = anyhow::Result<()>>,
        plaintext: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<()> {
        let started = Instant::now();
        encrypted.await?;
        let between = Instant::now();
        plaintext.await?;
        // The first round fills the caches.
        if round > 0 {
            self.encrypted.push(between - started);
            self.plaintext.push(between.elapsed());
        }
        Ok(())
    }

    fn row(&self, name: &str, target: &str) -> Vec<String> {
        let mut cells = vec![name.to_owned()];
        for share in [0.5, 0.95] {
            let (encrypted, plaintext) = (quantile(&self.encrypted, share), quantile(&self.plaintext, share));
            cells.extend([format!("{:.1}", millis(encrypted)), format!("{:.1}", millis(plaintext))]);
            cells.push(format!("{:.2}", ratio(encrypted, plaintext)));
        }
        cells.push(target.to_owned());
        cells
    }
}

/// The database queries of an exact search.
async fn exact_search(store: &Arc<Store>, query: &TestQuery) -> anyhow::Result<()> {
    let (store, query) = (Arc::clone(store), query.parsed.clone());
    let search = move || {
        let found = store.search(&query, &scope(&store, &query)?, HITS, 0)?;
        let passages: Vec<PassageId> = found.hits.iter().map(|hit| hit.passage).collect();
        black_box(store.passages(&passages)?);
        Ok(())
    };
    tokio::task::spawn_blocking(search).await?
}

/// The engine calls of a hybrid search: both rankings in parallel, then the passages of a page.
async fn hybrid_search(engines: &Arc<Engines>, store: &Arc<Store>, query: &TestQuery) -> anyhow::Result<()> {
    let (ranking_store, relaxed_query) = (Arc::clone(store), relaxed(&query.parsed));
    let rank = move || {
        let scope = scope(&ranking_store, &relaxed_query)?;
        Ok(ranking_store.rank_any(&relaxed_query, &scope, CANDIDATES)?)
    };
    let (exact, semantic) = tokio::join!(tokio::task::spawn_blocking(rank), semantic_search(engines, query.text));
    let exact: anyhow::Result<Vec<ExactHit>> = exact?;
    let semantic = semantic?.into_iter().map(|neighbour| neighbour.passage);
    let ranked = semantic.chain(exact?.into_iter().map(|hit| hit.passage));
    let page: Vec<PassageId> = ranked.step_by(2 * CANDIDATES / HITS).collect();
    let store = Arc::clone(store);
    black_box(tokio::task::spawn_blocking(move || store.passages(&page)).await??);
    Ok(())
}

async fn semantic_search(engines: &Arc<Engines>, text: &'static str) -> anyhow::Result<Vec<Neighbour>> {
    let worker = Arc::clone(engines);
    let vector = tokio::task::spawn_blocking(move || worker.embedder.embed_query(text)).await??;
    Ok(engines.index.nearest(&vector, CANDIDATES, PublicationFilter::All).await?)
}

fn scope(store: &Store, query: &Query) -> anyhow::Result<Scope> {
    Ok(Scope { publications: store.rows_matching(&query.filters)? })
}
