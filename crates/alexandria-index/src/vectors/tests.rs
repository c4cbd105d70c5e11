//! The index against plain brute force, and against those who read or change its files.

mod fingerprint;
mod traces;
mod verify;

use std::collections::BTreeMap;
use std::fs;

use alexandria_domain::CodedError;
use proptest::prelude::*;

use super::filter::PassageFilter;
use super::table::Half;
use super::*;
use crate::embed::DIMENSIONS;

struct Folder {
    place: tempfile::TempDir,
    key: Arc<IndexKey>,
}

impl Folder {
    fn new() -> Self {
        Self { place: tempfile::tempdir().unwrap(), key: Arc::new(IndexKey::generate().unwrap()) }
    }

    /// With characters in its path that URIs escape.
    fn path(&self) -> PathBuf {
        self.place.path().join("Bücher & 50% mehr")
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
    fn opened(&self) -> Vec<Vec<u8>> {
        let open = |file: &PathBuf| {
            alexandria_crypto::chunked::open(&self.key, &crate::object::FILE_ID, &fs::read(file).unwrap()).unwrap()
        };
        self.files().iter().map(open).collect()
    }
}

fn passage(publication: i64, ordinal: u32) -> PassageId {
    PassageId::new(publication, ordinal).unwrap()
}

/// A vector of length 1 that depends on `seed` alone.
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

/// Checks an answer against all similarities in full precision: in order, and none missing that is clearly nearer.
fn check_nearest(found: &[Neighbour], query: &Embedding, rows: &BTreeMap<PassageId, Embedding>, limit: usize) {
    const TOLERANCE: f32 = 0.003;
    assert_eq!(found.len(), limit.min(rows.len()));
    assert!(found.is_sorted_by(|a, b| a.similarity >= b.similarity));
    for neighbour in found {
        let exact = dot(query, rows.get(&neighbour.passage).expect("a passage that is there"));
        assert!((exact - neighbour.similarity).abs() < TOLERANCE, "{exact} {neighbour:?}");
    }
    let worst = found.last().map_or(f32::INFINITY, |last| last.similarity);
    for (passage, vector) in rows {
        let missing = found.iter().all(|neighbour| neighbour.passage != *passage);
        assert!(!missing || limit == 0 || dot(query, vector) <= worst + TOLERANCE, "{passage:?}");
    }
}

#[tokio::test]
async fn nearest_equals_brute_force() {
    let folder = Folder::new();
    let mut expected = BTreeMap::new();
    for publication in 1..=5 {
        let rows = rows(publication, 0..200);
        folder.open().await.add(&rows).await.unwrap();
        expected.extend(rows.into_iter().map(|row| (row.passage, row.vector)));
    }
    let (in_memory, on_disk) = (folder.open().await, folder.open().await.with_memory_limit(0));
    assert_eq!(in_memory.len().await.unwrap(), 1000);
    let withins = [
        PublicationFilter::All,
        PublicationFilter::Only(&[3]),
        PublicationFilter::Only(&[5, 1, 9]),
        PublicationFilter::Only(&[]),
        PublicationFilter::Except(&[]),
        PublicationFilter::Except(&[4, 1, 2]),
    ];
    let holds = |within, publication: i64| match within {
        PublicationFilter::All => true,
        PublicationFilter::Only(rows) => rows.contains(&publication),
        PublicationFilter::Except(rows) => !rows.contains(&publication),
    };
    for (seed, within) in (1_000_000..).zip(withins) {
        let query = vector(seed);
        let rows = expected.iter().filter(|(id, _)| holds(within, id.publication_row()));
        let rows = rows.map(|(id, vector)| (*id, *vector)).collect();
        for limit in [0, 1, 10, 2000] {
            let found = in_memory.nearest(&query, limit, within).await.unwrap();
            check_nearest(&found, &query, &rows, limit);
            assert_eq!(on_disk.nearest(&query, limit, within).await.unwrap(), found);
        }
    }
}

#[tokio::test]
async fn memory_keeps_in_step_with_the_disk() {
    let folder = Folder::new();
    let index = folder.open().await;
    let query = vector(7);
    let all = |index: VectorIndex| async move { index.nearest(&query, 1000, PublicationFilter::All).await.unwrap() };
    assert_eq!(index.nearest(&query, 10, PublicationFilter::All).await.unwrap(), []);
    index.add(&rows(1, 0..50)).await.unwrap();
    index.add(&rows(2, 0..50)).await.unwrap();
    index.add(&[]).await.unwrap();
    index.remove_ranges(&[(passage(1, 10), passage(1, 19))]).await.unwrap();
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
async fn changed_or_missing_files_are_damage() {
    let folder = Folder::new();
    let index = folder.open().await;
    for publication in 1..=3 {
        index.add(&rows(publication, 0..16)).await.unwrap();
    }
    drop(index);
    let use_it = || async {
        let index = VectorIndex::open(&folder.path(), Arc::clone(&folder.key)).await?;
        index.nearest(&vector(1), 1, PublicationFilter::All).await
    };
    assert_eq!(use_it().await.unwrap().len(), 1);
    let mut noticed = 0;
    for file in folder.files() {
        let whole = fs::read(&file).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        fs::write(&file, flipped).unwrap();
        let changed = use_it().await;
        fs::remove_file(&file).unwrap();
        let missing = use_it().await;
        fs::write(&file, whole).unwrap();
        // Files of older versions and the notes Lance keeps of its commits are not needed to read the table.
        let needed = file.extension().is_some_and(|extension| extension == "lance");
        assert!(!needed || (changed.is_err() && missing.is_err()), "{file:?}");
        for error in [changed, missing].into_iter().filter_map(Result::err) {
            assert!(matches!(error, IndexError::Damaged(_)), "{file:?}: {error:?}");
            assert_eq!(error.code(), alexandria_domain::ErrorCode::Damaged);
            noticed += 1;
        }
    }
    assert!(noticed >= 6);
    assert_eq!(use_it().await.unwrap().len(), 1);
}

#[test]
fn the_table_keeps_its_schema() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (before, after) = runtime.block_on(async {
        let folder = Folder::new();
        let made = folder.open().await;
        made.add(&rows(1, 0..3)).await.unwrap();
        (made.table.schema().await.unwrap(), folder.open().await.table.schema().await.unwrap())
    });
    assert_eq!(before, after);
}

#[tokio::test]
async fn another_key_or_format_is_damage() {
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
async fn input_that_makes_no_sense_is_refused() {
    let folder = Folder::new();
    let relative = VectorIndex::open(Path::new("relative"), Arc::clone(&folder.key)).await.unwrap_err();
    assert!(matches!(relative, IndexError::InvalidInput(_)));
    let mut row = rows(1, 0..1);
    row[0].vector[5] = f32::NAN;
    let index = folder.open().await;
    assert!(matches!(index.add(&row).await.unwrap_err(), IndexError::InvalidInput(_)));
    assert_eq!(index.len().await.unwrap(), 0);
}

proptest! {
    #[test]
    fn codes_stay_close_to_their_vectors(a in any::<u64>(), b in any::<u64>(), scale in 1e-3_f32..1.0) {
        let (query, target) = (vector(a), vector(b).map(|number| number * scale));
        let halves: Vec<Half> = target.iter().map(|number| Half::from_f32(*number)).collect();
        let block = block::Block::of(&[1], &halves);
        let mut best = nearest::Best::new(1);
        block.search(&block::Key::of(&query), &PassageFilter::of(PublicationFilter::All), &mut best);
        let found = best.take();
        prop_assert!((found[0].similarity - dot(&query, &target)).abs() < 0.003);
    }
}

#[test]
fn a_vector_of_zeros_is_similar_to_nothing() {
    let block = block::Block::of(&[1], &[Half::from_f32(0.0); DIMENSIONS]);
    let mut best = nearest::Best::new(1);
    block.search(&block::Key::of(&[0.0; DIMENSIONS]), &PassageFilter::of(PublicationFilter::All), &mut best);
    assert_eq!(best.take()[0].similarity.to_bits(), 0.0_f32.to_bits());
}

#[tokio::test]
async fn vectors_are_fetched_by_passage() {
    let ordered = rows(1, 0..50);
    let reversed: Vec<VectorRow> = ordered.iter().rev().cloned().collect();
    let twice = [ordered.as_slice(), &ordered[7..8]].concat();
    for rows in [ordered, reversed, twice] {
        let folder = Folder::new();
        folder.open().await.add(&rows).await.unwrap();
        let (in_memory, on_disk) = (folder.open().await, folder.open().await.with_memory_limit(0));
        let wanted = [passage(1, 49), passage(1, 7), passage(1, 50), passage(2, 7), passage(1, 49)];
        let mut found = in_memory.vectors(&wanted).await.unwrap();
        found.sort_by_key(|(passage, _)| *passage);
        let mut expect: Vec<&VectorRow> = rows.iter().filter(|row| wanted.contains(&row.passage)).collect();
        expect.sort_by_key(|row| row.passage);
        assert_eq!(found.len(), expect.len());
        for ((passage, vector), row) in found.iter().zip(expect) {
            assert_eq!(*passage, row.passage);
            assert!(dot(vector, &row.vector) > 0.999);
        }
        assert!(in_memory.vectors(&[]).await.unwrap().is_empty());
        assert!(on_disk.vectors(&wanted).await.unwrap().is_empty(), "too many for memory");
    }
}
