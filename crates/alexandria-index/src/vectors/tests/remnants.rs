//! Remnants of vectors in the files: none without the key, and with it none of removed rows.

use super::*;

/// Publication rows whose passage ids resemble nothing else in a file.
const REMOVED: i64 = 0x2_a5f9_1c37;
const RETAINED: i64 = 0x3_91d7_4e6b;

/// The bytes by which a file could reveal a passage: its vector at half and single precision, its id in binary and in
/// decimal.
fn remnants(row: &VectorRow) -> [Vec<u8>; 4] {
    let halves = row.vector.iter().flat_map(|number| Half::from_f32(*number).to_le_bytes()).take(32).collect();
    let singles = row.vector.iter().flat_map(|number| number.to_le_bytes()).take(32).collect();
    let id = row.passage.to_i64();
    [halves, singles, id.to_le_bytes().to_vec(), id.to_string().into_bytes()]
}

fn contains(files: &[Vec<u8>], bytes: &[u8]) -> bool {
    files.iter().any(|file| file.windows(bytes.len()).any(|window| window == bytes))
}

/// Which kinds of [`remnants`] of these rows are in the files.
fn remaining(files: &[Vec<u8>], rows: &[VectorRow]) -> [bool; 4] {
    let mut remaining = [false; 4];
    for remnants in rows.iter().map(remnants) {
        for (is_remaining, bytes) in remaining.iter_mut().zip(&remnants) {
            *is_remaining |= contains(files, bytes);
        }
    }
    remaining
}

#[tokio::test]
async fn encrypted_files_contain_no_vector_or_id() {
    let folder = Folder::new();
    folder.open().await.add(&rows(RETAINED, 0..64)).await.unwrap();
    let sealed: Vec<_> = folder.files().iter().map(|file| fs::read(file).unwrap()).collect();
    assert_eq!(remaining(&sealed, &rows(RETAINED, 0..64)), [false; 4]);
    assert!(!contains(&sealed, b"passage") && contains(&folder.decrypted(), b"passage"));
}

#[tokio::test]
async fn compact_and_prune_leave_no_remnant_of_removed_rows() {
    let folder = Folder::new();
    let index = folder.open().await;
    let (retained, removed) = (rows(RETAINED, 0..150), rows(REMOVED, 0..150));
    // In their own files, in shared files, and removed in two steps.
    index.add(&removed[..50]).await.unwrap();
    index.add(&[&retained[..70], &removed[50..]].concat()).await.unwrap();
    index.add(&retained[70..]).await.unwrap();
    index.remove_ranges(&[removed[10].passage..=removed[19].passage]).await.unwrap();
    index.remove_publications(&[REMOVED]).await.unwrap();
    assert!(remaining(&folder.decrypted(), &removed)[0], "removed, but not yet compacted");
    let first_id = PassageId::range_of(REMOVED).start().to_i64().to_string().into_bytes();
    assert!(contains(&folder.decrypted(), &first_id), "the transaction file of the removal names the range");
    let before = folder.files().len();

    index.compact().await.unwrap();
    index.prune().await.unwrap();
    let files = folder.decrypted();
    assert_eq!(remaining(&files, &removed), [false; 4]);
    assert!(!contains(&files, &first_id));
    assert!(remaining(&files, &retained)[0], "rows that were not removed remain");
    assert!(files.len() < before, "{before} files before, {:?} now", folder.files());
    assert_eq!(index.passages().await.unwrap(), retained.iter().map(|row| row.passage).collect::<Vec<_>>());

    index.remove_publications(&[RETAINED]).await.unwrap();
    index.compact().await.unwrap();
    index.prune().await.unwrap();
    assert_eq!(remaining(&folder.decrypted(), &retained), [false; 4]);
    assert!(index.is_empty().await.unwrap());
}
