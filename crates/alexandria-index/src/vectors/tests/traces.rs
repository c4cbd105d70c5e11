//! What can be found in the files: nothing without the key, and with it nothing that was removed.

use super::*;

/// A publication whose passages' ids are like nothing else in a file.
const REMOVED: i64 = 0x2_a5f9_1c37;
const KEPT: i64 = 0x3_91d7_4e6b;

/// The bytes by which a file could tell of a passage: its vector at any precision, or its id as a number or a numeral.
fn traces(row: &VectorRow) -> [Vec<u8>; 4] {
    let halves = row.vector.iter().flat_map(|number| Half::from_f32(*number).to_le_bytes()).take(32).collect();
    let singles = row.vector.iter().flat_map(|number| number.to_le_bytes()).take(32).collect();
    let id = row.passage.to_i64();
    [halves, singles, id.to_le_bytes().to_vec(), id.to_string().into_bytes()]
}

fn holds(files: &[Vec<u8>], bytes: &[u8]) -> bool {
    files.iter().any(|file| file.windows(bytes.len()).any(|window| window == bytes))
}

/// What of these rows is in the files, in the order of [`traces`].
fn found(files: &[Vec<u8>], rows: &[VectorRow]) -> [bool; 4] {
    let mut found = [false; 4];
    for trace in rows.iter().map(traces) {
        for (found, bytes) in found.iter_mut().zip(&trace) {
            *found |= holds(files, bytes);
        }
    }
    found
}

#[tokio::test]
async fn nothing_is_readable_without_the_key() {
    let folder = Folder::new();
    folder.open().await.add(&rows(KEPT, 0..64)).await.unwrap();
    let sealed: Vec<_> = folder.files().iter().map(|file| fs::read(file).unwrap()).collect();
    assert_eq!(found(&sealed, &rows(KEPT, 0..64)), [false; 4]);
    assert!(!holds(&sealed, b"passage") && holds(&folder.opened(), b"passage"));
}

#[tokio::test]
async fn after_compacting_and_pruning_nothing_of_what_was_removed_is_left() {
    let folder = Folder::new();
    let index = folder.open().await;
    let (kept, removed) = (rows(KEPT, 0..150), rows(REMOVED, 0..150));
    // In files of its own, in files it shares, and removed in two steps.
    index.add(&removed[..50]).await.unwrap();
    index.add(&[&kept[..70], &removed[50..]].concat()).await.unwrap();
    index.add(&kept[70..]).await.unwrap();
    index.remove_ranges(&[(removed[10].passage, removed[19].passage)]).await.unwrap();
    index.remove_publications(&[REMOVED]).await.unwrap();
    assert!(found(&folder.opened(), &removed)[0], "marked as removed, but still in the files");
    let numeral = PassageId::range_of(REMOVED).0.to_i64().to_string().into_bytes();
    assert!(holds(&folder.opened(), &numeral), "the note of the removal names the range");
    let before = folder.files().len();

    index.compact().await.unwrap();
    index.prune().await.unwrap();
    let files = folder.opened();
    assert_eq!(found(&files, &removed), [false; 4]);
    assert!(!holds(&files, &numeral));
    assert!(found(&files, &kept)[0], "what was kept is still there");
    assert!(files.len() < before, "{before} files before, {:?} now", folder.files());
    assert_eq!(index.passages().await.unwrap(), kept.iter().map(|row| row.passage).collect::<Vec<_>>());

    index.remove_publications(&[KEPT]).await.unwrap();
    index.compact().await.unwrap();
    index.prune().await.unwrap();
    assert_eq!(found(&folder.opened(), &kept), [false; 4]);
    assert!(index.is_empty().await.unwrap());
}
