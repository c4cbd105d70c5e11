//! Measures semantic search: `cargo run --release -p alexandria-index --example measure_search -- [rows]`.
//!
//! Prints how long the encrypted index takes to add, load and search, and for comparison LanceDB's own flat search over the
//! same vectors in plaintext. Vectors are random, which does not affect flat search.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use alexandria_crypto::keys::IndexKey;
use alexandria_domain::PassageId;
use alexandria_index::{DIMENSIONS, Embedding, PublicationFilter, VectorIndex, VectorRow};
use futures::TryStreamExt;
use lancedb::arrow::arrow_array::types::Float32Type;
use lancedb::arrow::arrow_array::{ArrayRef, FixedSizeListArray, Int64Array, RecordBatch};
use lancedb::arrow::arrow_schema::{DataType, Field, Schema};
use lancedb::query::{ExecutableQuery, QueryBase};

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROWS_PER_COMMIT: usize = 512;
const QUERIES: usize = 40;
const LIMIT: usize = 100;

#[tokio::main]
async fn main() -> Outcome<()> {
    let rows = std::env::args().nth(1).map_or(Ok(100_000), |rows| rows.parse())?;
    let mut random = Random(7);
    let vectors: Vec<Embedding> = (0..rows).map(|_| random.vector()).collect();
    let queries: Vec<Embedding> = (0..QUERIES).map(|_| random.vector()).collect();
    let folder = tempfile::tempdir()?;
    encrypted(folder.path(), &vectors, &queries).await?;
    lancedb_plaintext(folder.path(), &vectors, &queries).await
}

async fn encrypted(folder: &Path, vectors: &[Embedding], queries: &[Embedding]) -> Outcome<()> {
    let path = folder.join("encrypted");
    let key = Arc::new(IndexKey::generate()?);
    let index = VectorIndex::open(&path, Arc::clone(&key)).await?;
    let start = Instant::now();
    for (number, part) in (1..).zip(vectors.chunks(ROWS_PER_COMMIT)) {
        let row = |(ordinal, vector): (u32, &Embedding)| {
            PassageId::new(number, ordinal).map(|passage| VectorRow { passage, vector: *vector })
        };
        let rows: Vec<_> = (0..).zip(part).filter_map(row).collect();
        index.add(&rows).await?;
    }
    report("encrypted: add all, 512 rows a commit", &[start.elapsed()])?;
    let start = Instant::now();
    index.compact().await?;
    index.prune().await?;
    report("encrypted: compact and prune", &[start.elapsed()])?;
    let start = Instant::now();
    index.fingerprint().await?;
    report("encrypted: fingerprint", &[start.elapsed()])?;
    let start = Instant::now();
    index.passages().await?;
    report("encrypted: list the passages", &[start.elapsed()])?;
    drop(index);
    let start = Instant::now();
    let index = VectorIndex::open(&path, Arc::clone(&key)).await?;
    report("encrypted: open", &[start.elapsed()])?;
    let start = Instant::now();
    index.warm_up().await?;
    report("encrypted: warm up", &[start.elapsed()])?;
    let binned: Vec<i64> = (1..=50).collect();
    for (name, filter) in
        [("", PublicationFilter::All), (", all but 50 publications", PublicationFilter::Except(&binned))]
    {
        let mut times = Vec::new();
        for query in queries {
            let start = Instant::now();
            index.nearest(query, LIMIT, filter).await?;
            times.push(start.elapsed());
        }
        report(&format!("encrypted: nearest {LIMIT}{name}"), &times)?;
    }
    let index = index.with_memory_limit(0);
    index.release_memory();
    let mut times = Vec::new();
    for query in queries.iter().take(5) {
        let start = Instant::now();
        index.nearest(query, LIMIT, PublicationFilter::All).await?;
        times.push(start.elapsed());
    }
    report(&format!("encrypted: nearest {LIMIT}, from disk"), &times)
}

async fn lancedb_plaintext(folder: &Path, vectors: &[Embedding], queries: &[Embedding]) -> Outcome<()> {
    let element = Arc::new(Field::new("item", DataType::Float32, true));
    let width = i32::try_from(DIMENSIONS)?;
    let columns = vec![
        Field::new("passage", DataType::Int64, false),
        Field::new("vector", DataType::FixedSizeList(element, width), true),
    ];
    let passages = Int64Array::from_iter_values(0..i64::try_from(vectors.len())?);
    let lists = vectors.iter().map(|vector| Some(vector.iter().copied().map(Some)));
    let lists = FixedSizeListArray::from_iter_primitive::<Float32Type, _, _>(lists, width);
    let arrays: Vec<ArrayRef> = vec![Arc::new(passages), Arc::new(lists)];
    let batch = RecordBatch::try_new(Arc::new(Schema::new(columns)), arrays)?;
    let uri = folder.join("plaintext").display().to_string();
    let table = lancedb::connect(&uri).execute().await?.create_table("vectors", batch).execute().await?;
    let mut times = Vec::new();
    for query in queries {
        let start = Instant::now();
        let results = table.query().nearest_to(query.as_slice())?.limit(LIMIT).execute().await?;
        results.try_collect::<Vec<_>>().await?;
        times.push(start.elapsed());
    }
    report(&format!("LanceDB's own flat search in plaintext, f32: nearest {LIMIT}"), &times)
}

fn report(what: &str, times: &[Duration]) -> Outcome<()> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |percent: usize| sorted.get((sorted.len() - 1) * percent / 100).copied().unwrap_or(Duration::MAX);
    writeln!(std::io::stdout(), "{what}: p50 {:.1?}, p95 {:.1?}", at(50), at(95))?;
    Ok(())
}

/// xorshift64*.
struct Random(u64);

impl Random {
    fn vector(&mut self) -> Embedding {
        let raw: Embedding = std::array::from_fn(|_| {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes();
            f32::from(i16::from_be_bytes([bits[0], bits[1]]))
        });
        let length = raw.iter().map(|number| number * number).sum::<f32>().sqrt();
        raw.map(|number| number / length)
    }
}
