//! Reading and comparing vectors, beside LanceDB alone on files in clear.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use alexandria_index::{DIMENSIONS, Embedding, PublicationFilter};
use futures::TryStreamExt;
use lancedb::Table;
use lancedb::arrow::arrow_array::types::Float32Type;
use lancedb::arrow::arrow_array::{ArrayRef, FixedSizeListArray, Int64Array, RecordBatch};
use lancedb::arrow::arrow_schema::{DataType, Field, Schema};
use lancedb::query::{ExecutableQuery, QueryBase};

use crate::engines::Engines;
use crate::figures::{median, millis, quantile, ratio, table};
use crate::noise::{Random, near};
use crate::search::queries::CANDIDATES;

/// Times everything is read.
const READINGS: usize = 3;
/// Vectors that are looked for.
const QUERIES: usize = 30;
/// Rows written at once.
const ROWS: usize = 16 << 10;

/// What was measured.
pub(super) struct Vectors {
    read: [Vec<Duration>; 2],
    nearest: [Vec<Duration>; 2],
}

/// Measures ours and LanceDB's, which gets as many vectors of the same kind, in single precision.
pub(super) async fn measure(engines: &Engines, scratch: &Path) -> anyhow::Result<Vectors> {
    let count = usize::try_from(engines.index.len().await?)?;
    let seeds = engines.embedder.embed(&["the sea", "a ship", "the law", "love"])?;
    let mut random = Random::new(2);
    let mut vector = || near(seeds.get(random.below(seeds.len())).unwrap_or(&[0.0; DIMENSIONS]), &mut random);
    let queries: Vec<Embedding> = (0..QUERIES).map(|_| vector()).collect();
    let theirs = in_clear(scratch, count, &mut vector).await?;
    let mut measured = Vectors { read: Default::default(), nearest: Default::default() };
    let [ours_read, theirs_read] = &mut measured.read;
    for _ in 0..READINGS {
        engines.index.release_memory();
        let begun = Instant::now();
        engines.index.warm_up().await?;
        ours_read.push(begun.elapsed());
        let begun = Instant::now();
        let mut rows = 0;
        let mut batches = theirs.query().execute().await?;
        while let Some(batch) = batches.try_next().await? {
            rows += batch.num_rows();
        }
        theirs_read.push(begun.elapsed());
        anyhow::ensure!(rows == count, "LanceDB read {rows} of {count} rows");
    }
    let [ours_nearest, theirs_nearest] = &mut measured.nearest;
    for query in &queries {
        let begun = Instant::now();
        engines.index.nearest(query, CANDIDATES, PublicationFilter::All).await?;
        ours_nearest.push(begun.elapsed());
        let begun = Instant::now();
        let found = theirs.query().nearest_to(query.as_slice())?.limit(CANDIDATES).execute().await?;
        found.try_collect::<Vec<_>>().await?;
        theirs_nearest.push(begun.elapsed());
    }
    Ok(measured)
}

impl Vectors {
    pub(super) fn print(&self, size: &str) {
        let row = |name: &str, [ours, theirs]: &[Vec<Duration>; 2]| {
            let figure = |times: &[Duration], share| format!("{:.1}", millis(quantile(times, share)));
            let mut cells = vec![name.to_owned()];
            cells.extend([0.5, 0.95].map(|share| figure(ours, share)));
            cells.extend([0.5, 0.95].map(|share| figure(theirs, share)));
            cells.push(format!("{:.2}", ratio(median(ours), median(theirs))));
            cells
        };
        let rows = [
            row("all vectors read, once after opening (ours: and packed into eight bits)", &self.read),
            row(&format!("the {CANDIDATES} nearest"), &self.nearest),
        ];
        let head = format!("{size}; ours sealed beside LanceDB in clear, single precision, no index");
        table(&[&head, "ours p50 ms", "ours p95 ms", "LanceDB p50 ms", "LanceDB p95 ms", "ratio"], &rows);
    }
}

/// A table in clear.
async fn in_clear(scratch: &Path, count: usize, vector: &mut impl FnMut() -> Embedding) -> anyhow::Result<Table> {
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
    for start in (0..count).step_by(ROWS) {
        let end = count.min(start + ROWS);
        let passages = Int64Array::from_iter_values(i64::try_from(start)?..i64::try_from(end)?);
        let lists = (start..end).map(|_| Some(vector().map(Some)));
        let lists = FixedSizeListArray::from_iter_primitive::<Float32Type, _, _>(lists, width);
        let arrays: Vec<ArrayRef> = vec![Arc::new(passages), Arc::new(lists)];
        table.add(RecordBatch::try_new(Arc::clone(&schema), arrays)?).execute().await?;
    }
    Ok(table)
}
