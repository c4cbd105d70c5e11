//! Detection of replaced files.

use super::*;

/// A copy of the index's files.
struct Snapshot(Vec<(PathBuf, Vec<u8>)>);

impl Snapshot {
    fn of(folder: &Folder) -> Self {
        Self(folder.files().into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect())
    }

    /// Replaces the current files.
    fn restore(&self, folder: &Folder) {
        VectorIndex::destroy(&folder.path()).unwrap();
        self.merge();
    }

    /// Adds the files that are missing.
    fn merge(&self) {
        for (file, content) in self.0.iter().filter(|(file, _)| !file.exists()) {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
    }
}

#[tokio::test]
async fn fingerprint_changes_with_every_commit_and_only_then() {
    let folder = Folder::new();
    let index = folder.open().await;
    let mut seen = vec![index.fingerprint().await.unwrap()];
    index.add(&rows(1, 0..8)).await.unwrap();
    seen.push(index.fingerprint().await.unwrap());
    // Some of a file's rows, so that there is something to compact.
    index.remove_ranges(&[passage(1, 0)..=passage(1, 2)]).await.unwrap();
    seen.push(index.fingerprint().await.unwrap());
    index.compact().await.unwrap();
    let last = index.fingerprint().await.unwrap();
    index.prune().await.unwrap();
    assert_eq!(index.fingerprint().await.unwrap(), last, "pruning changes nothing");
    assert_eq!(folder.open().await.fingerprint().await.unwrap(), last);
    seen.push(last);
    for (number, one) in seen.iter().enumerate() {
        assert!(seen[number + 1..].iter().all(|other| other != one));
        assert_eq!(Fingerprint::from_bytes(&one.to_bytes()), Some(*one));
    }
    assert_eq!(Fingerprint::from_bytes(&last.to_bytes()[1..]), None);
}

#[tokio::test]
async fn descends_from_holds_until_prune() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.add(&rows(1, 0..8)).await.unwrap();
    let recorded = index.fingerprint().await.unwrap();
    assert!(!index.descends_from(&recorded).await.unwrap(), "the same state");
    index.add(&rows(2, 0..8)).await.unwrap();
    index.remove_publications(&[1]).await.unwrap();
    index.compact().await.unwrap();
    assert!(folder.open().await.descends_from(&recorded).await.unwrap());
    let other = Fingerprint { digest: [0; 32], ..recorded };
    assert!(!index.descends_from(&other).await.unwrap());
    index.prune().await.unwrap();
    assert!(!folder.open().await.descends_from(&recorded).await.unwrap());
}

#[tokio::test]
async fn fingerprint_detects_restored_older_files() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.add(&rows(1, 0..8)).await.unwrap();
    let (old, first) = (Snapshot::of(&folder), index.fingerprint().await.unwrap());
    index.remove_publications(&[1]).await.unwrap();
    let removed = index.fingerprint().await.unwrap();
    index.compact().await.unwrap();
    index.prune().await.unwrap();
    let last = index.fingerprint().await.unwrap();
    drop(index);
    old.restore(&folder);
    let index = folder.open().await;
    assert_eq!(index.fingerprint().await.unwrap(), first);
    for recorded in [removed, last] {
        assert!(!index.descends_from(&recorded).await.unwrap());
    }
}

/// A rebuilt index numbers its commits from one again, so that a commit of an earlier generation can pass for a later one.
/// That is why callers that accept a descendant check its passages.
#[tokio::test]
async fn passages_reveal_an_earlier_generation() {
    let folder = Folder::new();
    let index = folder.open().await;
    for publication in 1..=5 {
        index.add(&rows(publication, 0..8)).await.unwrap();
    }
    let earlier = Snapshot::of(&folder);
    drop(index);
    VectorIndex::destroy(&folder.path()).unwrap();
    let index = folder.open().await;
    index.add(&rows(7, 0..8)).await.unwrap();
    let recorded = index.fingerprint().await.unwrap();
    drop(index);
    earlier.merge();
    let index = folder.open().await;
    assert_ne!(index.fingerprint().await.unwrap(), recorded);
    assert!(index.descends_from(&recorded).await.unwrap());
    assert!(index.passages().await.unwrap().iter().all(|passage| passage.publication_row() != 7));
}

#[tokio::test]
async fn fingerprint_detects_swapped_files() {
    let folder = Folder::new();
    let index = folder.open().await;
    for publication in [1, 2] {
        index.add(&rows(publication, 0..16)).await.unwrap();
    }
    let recorded = index.fingerprint().await.unwrap();
    drop(index);
    let data: Vec<_> = folder
        .files()
        .into_iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "lance"))
        .collect();
    let [a, b] = &data[..] else { panic!("one file per commit: {data:?}") };
    let (first, second) = (fs::read(a).unwrap(), fs::read(b).unwrap());
    fs::write(a, second).unwrap();
    fs::write(b, first).unwrap();
    let index = folder.open().await;
    // Each is authentic and has the right schema, so LanceDB reads them without an error.
    assert_eq!(index.passages().await.unwrap().len(), 32);
    assert_ne!(index.fingerprint().await.unwrap(), recorded);
}

#[tokio::test]
async fn fingerprint_reports_a_missing_file_as_damage() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.add(&rows(1, 0..8)).await.unwrap();
    let recorded = index.fingerprint().await.unwrap();
    index.add(&rows(2, 0..8)).await.unwrap();
    for file in folder.files().iter().filter(|file| file.extension().is_some_and(|extension| extension == "lance")) {
        fs::remove_file(file).unwrap();
    }
    assert!(matches!(index.fingerprint().await.unwrap_err(), IndexError::Damaged(_)));
    assert!(!index.descends_from(&recorded).await.unwrap());
}
