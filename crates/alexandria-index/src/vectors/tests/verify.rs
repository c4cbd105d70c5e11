//! Whether reading all of the index finds a changed byte wherever it is.

use alexandria_crypto::chunked::CHUNK_LEN;

use super::*;

/// Whether a file is needed to read, write or prune the table. Lance's notes of its commits are not.
fn is_needed(file: &Path) -> bool {
    let ends_with = |ending: &str| file.extension().is_some_and(|extension| extension == ending);
    ends_with("lance") || ends_with("manifest") || file.parent().is_some_and(|folder| folder.ends_with("_deletions"))
}

/// The content of a file with one bit of the byte at `place` changed.
fn flipped(whole: &[u8], place: usize) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    bytes[place] ^= 1;
    bytes
}

#[tokio::test]
async fn a_changed_byte_is_found_wherever_it_is() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.verify().await.unwrap();
    // A file of one chunk, one of several, and one that says which rows were removed.
    index.add(&rows(1, 0..8)).await.unwrap();
    index.add(&rows(2, 0..400)).await.unwrap();
    index.remove_ranges(&[(passage(2, 5), passage(2, 9))]).await.unwrap();
    let left = (index.fingerprint().await.unwrap(), index.len().await.unwrap());
    drop(index);
    // Damage in a manifest shows when the table is opened.
    let verified = async || match VectorIndex::open(&folder.path(), Arc::clone(&folder.key)).await {
        Ok(index) => index.verify().await,
        Err(error) => Err(error),
    };
    let (mut looked_at, mut long) = (0, 0);
    for file in folder.files().into_iter().filter(|file| is_needed(file)) {
        let whole = fs::read(&file).unwrap();
        for place in [0, whole.len() / 2, whole.len() - 1] {
            fs::write(&file, flipped(&whole, place)).unwrap();
            let error = verified().await.unwrap_err();
            assert!(matches!(error, IndexError::Damaged(_)), "{file:?} at {place}: {error:?}");
        }
        if whole.len() > 3 * CHUNK_LEN {
            fs::write(&file, flipped(&whole, whole.len() / 2)).unwrap();
            let index = folder.open().await;
            assert_eq!((index.fingerprint().await.unwrap(), index.len().await.unwrap()), left);
            assert_eq!(index.passages().await.unwrap().len() as u64, left.1, "only vectors are damaged");
            long += 1;
        }
        fs::remove_file(&file).unwrap();
        // Without one of its manifests it is the table of another commit, and whole.
        let is_manifest = file.extension().is_some_and(|extension| extension == "manifest");
        assert!(is_manifest || verified().await.is_err(), "{file:?}");
        fs::write(&file, whole).unwrap();
        looked_at += 1;
    }
    assert!(looked_at >= 6 && long == 1, "{looked_at} files, {long} of them long");
    verified().await.unwrap();
}

#[tokio::test]
async fn it_is_verified_while_it_is_written_and_pruned() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.add(&rows(1, 0..200)).await.unwrap();
    let change = async {
        for publication in 2..6 {
            index.add(&rows(publication, 0..20)).await.unwrap();
            index.remove_publications(&[publication - 1]).await.unwrap();
            index.compact().await.unwrap();
            index.prune().await.unwrap();
        }
    };
    let verify = async {
        for _ in 0..8 {
            index.verify().await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(change, verify);
}
