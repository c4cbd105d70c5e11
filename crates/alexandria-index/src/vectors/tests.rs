//! The index against brute force, and against attackers who read or change its files.

mod fingerprint;
mod remnants;
mod verify;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_crypto::keys::IndexKey;
use alexandria_domain::{CodedError, PassageId};
use proptest::prelude::*;

use super::block::{Block, QuantizedQuery};
use super::filter::PassageFilter;
use super::table::{Columns, Half};
use super::top_k::TopK;
use super::*;
use crate::embed::{DIMENSIONS, Embedding};

struct Folder {
    root: tempfile::TempDir,
    key: Arc<IndexKey>,
}

impl Folder {
    fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), key: Arc::new(IndexKey::generate().unwrap()) }
    }

    /// Its path contains characters that URIs escape.
    fn path(&self) -> PathBuf {
        self.root.path().join("Bücher & 50% mehr")
    }

    async fn open(&self) -> VectorIndex {
        VectorIndex::open(&self.path(), Arc::clone(&self.key)).await.unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.path()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }

    /// The plaintext of every file.
    fn decrypted(&self) -> Vec<Vec<u8>> {
        let open = |file: &PathBuf| {
            alexandria_crypto::chunked::open(&self.key, &crate::object::FILE_ID, &fs::read(file).unwrap()).unwrap()
        };
        self.files().iter().map(open).collect()
    }
}

fn passage(publication: i64, ordinal: u32) -> PassageId {
    PassageId::new(publication, ordinal).unwrap()
}

/// A unit vector that depends on `seed` alone.
fn vector(seed: u64) -> Embedding {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let raw: Embedding = std::array::from_fn(|_| {
        // xorshift64*: good enough to look random.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f32 / (1 << 24) as f32 - 0.5
    });
    let length = raw.iter().map(|number| number * number).sum::<f32>().sqrt();
    raw.map(|number| number / length)
}

fn rows(publication: i64, ordinals: std::ops::Range<u32>) -> Vec<VectorRow> {
    let row = |ordinal| VectorRow {
        passage: passage(publication, ordinal),
        vector: vector((publication.unsigned_abs() << 20) | u64::from(ordinal)),
    };
    ordinals.map(row).collect()
}

fn dot(a: &Embedding, b: &Embedding) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Checks a result against all similarities in full precision: sorted, and no clearly nearer passage missing.
fn check_nearest(found: &[Neighbour], query: &Embedding, rows: &BTreeMap<PassageId, Embedding>, limit: usize) {
    const TOLERANCE: f32 = 0.003;
    assert_eq!(found.len(), limit.min(rows.len()));
    assert!(found.is_sorted_by(|a, b| a.similarity >= b.similarity));
    for neighbour in found {
        let exact = dot(query, rows.get(&neighbour.passage).expect("a stored passage"));
        assert!((exact - neighbour.similarity).abs() < TOLERANCE, "{exact} {neighbour:?}");
    }
    let worst = found.last().map_or(f32::INFINITY, |last| last.similarity);
    for (passage, vector) in rows {
        let missing = found.iter().all(|neighbour| neighbour.passage != *passage);
        assert!(!missing || limit == 0 || dot(query, vector) <= worst + TOLERANCE, "{passage:?}");
    }
}

#[tokio::test]
async fn nearest_matches_brute_force() {
    let folder = Folder::new();
    let mut expected = BTreeMap::new();
    for publication in 1..=5 {
        let rows = rows(publication, 0..200);
        folder.open().await.add(&rows).await.unwrap();
        expected.extend(rows.into_iter().map(|row| (row.passage, row.vector)));
    }
    let (in_memory, on_disk) = (folder.open().await, folder.open().await.with_memory_limit(0));
    assert_eq!(in_memory.len().await.unwrap(), 1000);
    let filters = [
        PublicationFilter::All,
        PublicationFilter::Only(&[3]),
        PublicationFilter::Only(&[5, 1, 9]),
        PublicationFilter::Only(&[]),
        PublicationFilter::Except(&[]),
        PublicationFilter::Except(&[4, 1, 2]),
    ];
    let passes = |filter, publication: i64| match filter {
        PublicationFilter::All => true,
        PublicationFilter::Only(rows) => rows.contains(&publication),
        PublicationFilter::Except(rows) => !rows.contains(&publication),
    };
    for (seed, filter) in (1_000_000..).zip(filters) {
        let query = vector(seed);
        let rows = expected.iter().filter(|(id, _)| passes(filter, id.publication_row()));
        let rows = rows.map(|(id, vector)| (*id, *vector)).collect();
        for limit in [0, 1, 10, 2000] {
            let found = in_memory.nearest(&query, limit, filter).await.unwrap();
            check_nearest(&found, &query, &rows, limit);
            assert_eq!(on_disk.nearest(&query, limit, filter).await.unwrap(), found);
        }
    }
}

#[tokio::test]
async fn cache_matches_the_disk_after_every_change() {
    let folder = Folder::new();
    let index = folder.open().await;
    let query = vector(7);
    let all = |index: VectorIndex| async move { index.nearest(&query, 1000, PublicationFilter::All).await.unwrap() };
    assert_eq!(index.nearest(&query, 10, PublicationFilter::All).await.unwrap(), []);
    index.add(&rows(1, 0..50)).await.unwrap();
    index.add(&rows(2, 0..50)).await.unwrap();
    index.add(&[]).await.unwrap();
    index.remove_ranges(&[passage(1, 10)..=passage(1, 19)]).await.unwrap();
    index.add(&rows(1, 10..15)).await.unwrap();
    index.remove_publications(&[2, 77]).await.unwrap();
    index.add(&rows(3, 0..5)).await.unwrap();
    let warm = index.nearest(&query, 1000, PublicationFilter::All).await.unwrap();
    assert_eq!(warm.len(), 50);
    assert_eq!(index.len().await.unwrap(), 50);
    assert_eq!(all(folder.open().await).await, warm);
    index.compact().await.unwrap();
    index.prune().await.unwrap();
    assert_eq!(index.nearest(&query, 1000, PublicationFilter::All).await.unwrap(), warm);
    assert!(index.release_memory() && !index.release_memory());
    assert_eq!(index.nearest(&query, 1000, PublicationFilter::All).await.unwrap(), warm);
    assert_eq!(all(folder.open().await).await, warm);
    assert_eq!(all(folder.open().await.with_memory_limit(0)).await, warm);
}

#[tokio::test]
async fn open_and_nearest_report_changed_or_missing_files_as_damage() {
    let folder = Folder::new();
    let index = folder.open().await;
    for publication in 1..=3 {
        index.add(&rows(publication, 0..16)).await.unwrap();
    }
    drop(index);
    let search = || async {
        let index = VectorIndex::open(&folder.path(), Arc::clone(&folder.key)).await?;
        index.nearest(&vector(1), 1, PublicationFilter::All).await
    };
    assert_eq!(search().await.unwrap().len(), 1);
    let mut detected = 0;
    for file in folder.files() {
        let intact = fs::read(&file).unwrap();
        let mut flipped = intact.clone();
        flipped[intact.len() / 2] ^= 1;
        fs::write(&file, flipped).unwrap();
        let changed = search().await;
        fs::remove_file(&file).unwrap();
        let missing = search().await;
        fs::write(&file, intact).unwrap();
        // Files of older versions and Lance's transaction files are not needed to read the table.
        let is_needed = file.extension().is_some_and(|extension| extension == "lance");
        assert!(!is_needed || (changed.is_err() && missing.is_err()), "{file:?}");
        for error in [changed, missing].into_iter().filter_map(Result::err) {
            assert!(matches!(error, IndexError::Damaged(_)), "{file:?}: {error:?}");
            assert_eq!(error.code(), alexandria_domain::ErrorCode::Damaged);
            detected += 1;
        }
    }
    assert!(detected >= 6);
    assert_eq!(search().await.unwrap().len(), 1);
}

#[test]
fn table_schema_survives_reopening() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (before, after) = runtime.block_on(async {
        let folder = Folder::new();
        let created = folder.open().await;
        created.add(&rows(1, 0..3)).await.unwrap();
        (created.table.schema().await.unwrap(), folder.open().await.table.schema().await.unwrap())
    });
    assert_eq!(before, after);
}

#[tokio::test]
async fn open_reports_another_key_as_damage() {
    let folder = Folder::new();
    folder.open().await.add(&rows(1, 0..3)).await.unwrap();
    let other = Arc::new(IndexKey::generate().unwrap());
    let error = VectorIndex::open(&folder.path(), other).await.unwrap_err();
    assert!(matches!(error, IndexError::Damaged(_)), "{error:?}");
    VectorIndex::destroy(&folder.path()).unwrap();
    VectorIndex::destroy(&folder.path()).unwrap();
    assert!(folder.open().await.is_empty().await.unwrap());
}

#[tokio::test]
async fn open_and_add_reject_invalid_input() {
    let folder = Folder::new();
    let relative = VectorIndex::open(Path::new("relative"), Arc::clone(&folder.key)).await.unwrap_err();
    assert!(matches!(relative, IndexError::InvalidInput(_)));
    let mut row = rows(1, 0..1);
    row[0].vector[5] = f32::NAN;
    let index = folder.open().await;
    assert!(matches!(index.add(&row).await.unwrap_err(), IndexError::InvalidInput(_)));
    assert_eq!(index.len().await.unwrap(), 0);
}

/// The similarity of two vectors as a block computes it.
fn quantized_similarity(query: &Embedding, target: &Embedding) -> f32 {
    let components = target.map(Half::from_f32);
    let block = Block::of(&Columns { passages: &[1], components: &components });
    let mut best = TopK::new(1);
    block.search(&QuantizedQuery::of(query), &PassageFilter::of(PublicationFilter::All), &mut best);
    best.into_sorted()[0].similarity
}

proptest! {
    #[test]
    fn quantized_similarity_is_close_to_the_exact_one(a in any::<u64>(), b in any::<u64>(), scale in 1e-3_f32..1.0) {
        let (query, target) = (vector(a), vector(b).map(|number| number * scale));
        let similarity = quantized_similarity(&query, &target);
        prop_assert!((similarity - dot(&query, &target)).abs() < 0.003);
    }
}

#[test]
fn quantized_similarity_of_zero_vectors_is_zero() {
    let zeros = [0.0; DIMENSIONS];
    assert_eq!(quantized_similarity(&zeros, &zeros).to_bits(), 0.0_f32.to_bits());
}

#[tokio::test]
async fn vectors_returns_the_rows_of_passages() {
    let ordered = rows(1, 0..50);
    let reversed: Vec<VectorRow> = ordered.iter().rev().cloned().collect();
    let twice = [ordered.as_slice(), &ordered[7..8]].concat();
    for rows in [ordered, reversed, twice] {
        let folder = Folder::new();
        folder.open().await.add(&rows).await.unwrap();
        let (in_memory, on_disk) = (folder.open().await, folder.open().await.with_memory_limit(0));
        let wanted = [passage(1, 49), passage(1, 7), passage(1, 50), passage(2, 7), passage(1, 49)];
        let mut found = in_memory.vectors(&wanted).await.unwrap();
        found.sort_by_key(|row| row.passage);
        let mut expect: Vec<&VectorRow> = rows.iter().filter(|row| wanted.contains(&row.passage)).collect();
        expect.sort_by_key(|row| row.passage);
        assert_eq!(found.len(), expect.len());
        for (row, expect) in found.iter().zip(expect) {
            assert_eq!(row.passage, expect.passage);
            assert!(dot(&row.vector, &expect.vector) > 0.999);
        }
        assert!(in_memory.vectors(&[]).await.unwrap().is_empty());
        assert!(on_disk.vectors(&wanted).await.unwrap().is_empty(), "too many for memory");
    }
}
