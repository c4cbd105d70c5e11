//! Whether `verify` detects a changed byte at any position.

use alexandria_crypto::chunked::CHUNK_LEN;

use super::*;

/// Whether a file is needed to read, write or prune the table. Lance's transaction files are not.
fn is_needed(file: &Path) -> bool {
    let has_extension = |expect: &str| file.extension().is_some_and(|extension| extension == expect);
    has_extension("lance")
        || has_extension("manifest")
        || file.parent().is_some_and(|folder| folder.ends_with("_deletions"))
}

/// The content of a file with one bit of the byte at `offset` flipped.
fn flipped(content: &[u8], offset: usize) -> Vec<u8> {
    let mut bytes = content.to_vec();
    bytes[offset] ^= 1;
    bytes
}

#[tokio::test]
async fn verify_detects_a_changed_byte_at_any_position() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.verify().await.unwrap();
    // A file of one chunk, one of several, and a deletion file.
    index.add(&rows(1, 0..8)).await.unwrap();
    index.add(&rows(2, 0..400)).await.unwrap();
    index.remove_ranges(&[passage(2, 5)..=passage(2, 9)]).await.unwrap();
    let expect = (index.fingerprint().await.unwrap(), index.len().await.unwrap());
    drop(index);
    // Damage in a manifest is detected when the table is opened.
    let open_and_verify = async || match VectorIndex::open(&folder.path(), Arc::clone(&folder.key)).await {
        Ok(index) => index.verify().await,
        Err(error) => Err(error),
    };
    let (mut tested, mut long) = (0, 0);
    for file in folder.files().into_iter().filter(|file| is_needed(file)) {
        let intact = fs::read(&file).unwrap();
        for offset in [0, intact.len() / 2, intact.len() - 1] {
            fs::write(&file, flipped(&intact, offset)).unwrap();
            let error = open_and_verify().await.unwrap_err();
            assert!(matches!(error, IndexError::Damaged(_)), "{file:?} at {offset}: {error:?}");
        }
        if intact.len() > 3 * CHUNK_LEN {
            fs::write(&file, flipped(&intact, intact.len() / 2)).unwrap();
            let index = folder.open().await;
            assert_eq!((index.fingerprint().await.unwrap(), index.len().await.unwrap()), expect);
            assert_eq!(index.passages().await.unwrap().len() as u64, expect.1, "only vectors are damaged");
            long += 1;
        }
        fs::remove_file(&file).unwrap();
        // Without one of its manifests it may be the intact table of another commit.
        let is_manifest = file.extension().is_some_and(|extension| extension == "manifest");
        assert!(is_manifest || open_and_verify().await.is_err(), "{file:?}");
        fs::write(&file, intact).unwrap();
        tested += 1;
    }
    assert!(tested >= 6 && long == 1, "{tested} files, {long} of them long");
    open_and_verify().await.unwrap();
}

#[tokio::test]
async fn verify_runs_during_writes_and_prune() {
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
