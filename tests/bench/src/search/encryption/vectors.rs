//! Reading and comparing vectors, against LanceDB alone on plaintext files.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use alexandria_index::{DIMENSIONS, Embedding, PublicationFilter};
use futures::TryStreamExt;
use lancedb::arrow::arrow_array::types::Float32Type;
use lancedb::arrow::arrow_array::{ArrayRef, FixedSizeListArray, Int64Array, RecordBatch};
use lancedb::arrow::arrow_schema::{DataType, Field, Schema};
use lancedb::query::{ExecutableQuery, QueryBase};

use crate::engines::Engines;
use crate::figures::{median, millis, quantile, ratio};
use crate::random::{Random, vector_near};
use crate::report::{Table, other, smaller};
use crate::search::queries::CANDIDATES;

/// How often all vectors are read.
const READ_ROUNDS: usize = 3;
/// Query vectors.
const QUERIES: usize = 30;
/// Rows of one write.
const ROWS_PER_WRITE: usize = 16 << 10;

/// What was measured.
pub(super) struct Vectors {
    read: [Vec<Duration>; 2],
    nearest: [Vec<Duration>; 2],
}

/// Measures our index and a LanceDB table with as many vectors of the same distribution, in single precision.
pub(super) async fn measure(engines: &Engines, scratch: &Path) -> anyhow::Result<Vectors> {
    let count = usize::try_from(engines.index.len().await?)?;
    let seeds = engines.embedder.embed(&["the sea", "a ship", "the law", "love"])?;
    let mut random = Random::new(2);
    let mut vector = || vector_near(seeds.get(random.below(seeds.len())).unwrap_or(&[0.0; DIMENSIONS]), &mut random);
    let queries: Vec<Embedding> = (0..QUERIES).map(|_| vector()).collect();
    let theirs = plaintext_table(scratch, count, &mut vector).await?;
    let mut measured = Vectors { read: Default::default(), nearest: Default::default() };
    let [ours_read, theirs_read] = &mut measured.read;
    for _ in 0..READ_ROUNDS {
        engines.index.release_memory();
        let started = Instant::now();
        engines.index.warm_up().await?;
        ours_read.push(started.elapsed());
        let started = Instant::now();
        let mut rows = 0;
        let mut batches = theirs.query().execute().await?;
        while let Some(batch) = batches.try_next().await? {
            rows += batch.num_rows();
        }
        theirs_read.push(started.elapsed());
        anyhow::ensure!(rows == count, "LanceDB read {rows} of {count} rows");
    }
    let [ours_nearest, theirs_nearest] = &mut measured.nearest;
    for query in &queries {
        let started = Instant::now();
        engines.index.nearest(query, CANDIDATES, PublicationFilter::All).await?;
        ours_nearest.push(started.elapsed());
        let started = Instant::now();
        let found = theirs.query().nearest_to(query.as_slice())?.limit(CANDIDATES).execute().await?;
        found.try_collect::<Vec<_>>().await?;
        theirs_nearest.push(started.elapsed());
    }
    Ok(measured)
}

impl Vectors {
    pub(super) fn table(&self, size: &str) -> Table {
        let row = |name: &str, [ours, theirs]: &[Vec<Duration>; 2]| {
            let figure = |times: &[Duration], share| format!("{:.1}", millis(quantile(times, share)));
            let mut cells = vec![name.to_owned()];
            cells.extend([0.5, 0.95].map(|share| figure(ours, share)));
            cells.extend([0.5, 0.95].map(|share| figure(theirs, share)));
            cells.push(format!("{:.2}", ratio(median(ours), median(theirs))));
            cells
        };
        let rows = [
            row("read all vectors, once after opening (ours: and quantize to eight bits)", &self.read),
            row(&format!("{CANDIDATES} nearest"), &self.nearest),
        ];
        Table {
            name: "vectors",
            title: format!("{size}; ours encrypted, LanceDB in plaintext with single precision and no index"),
            columns: vec![
                smaller("ours p50 ms"),
                smaller("ours p95 ms"),
                other("LanceDB p50 ms"),
                other("LanceDB p95 ms"),
                other("ratio"),
            ],
            rows: rows.to_vec(),
        }
    }
}

/// A plaintext table of that many rows.
async fn plaintext_table(
    scratch: &Path,
    count: usize,
    vector: &mut impl FnMut() -> Embedding,
) -> anyhow::Result<lancedb::Table> {
    let width = i32::try_from(DIMENSIONS)?;
    let element = Arc::new(Field::new("item", DataType::Float32, true));
    let columns = vec![
        Field::new("passage", DataType::Int64, false),
        Field::new("vector", DataType::FixedSizeList(element, width), true),
    ];
    let schema = Arc::new(Schema::new(columns));
    let uri = scratch.join("lance").to_string_lossy().into_owned();
    let database = lancedb::connect(&uri).execute().await?;
    let table = database.create_empty_table("vectors", Arc::clone(&schema)).execute().await?;
    for start in (0..count).step_by(ROWS_PER_WRITE) {
        let end = count.min(start + ROWS_PER_WRITE);
        let passages = Int64Array::from_iter_values(i64::try_from(start)?..i64::try_from(end)?);
        let lists = (start..end).map(|_| Some(vector().map(Some)));
        let lists = FixedSizeListArray::from_iter_primitive::<Float32Type, _, _>(lists, width);
        let arrays: Vec<ArrayRef> = vec![Arc::new(passages), Arc::new(lists)];
        table.add(RecordBatch::try_new(Arc::clone(&schema), arrays)?).execute().await?;
    }
    Ok(table)
}
