//! Whether other files in place of the index's own are noticed.

use super::*;

/// The files of an index at some time.
struct Copy(Vec<(PathBuf, Vec<u8>)>);

impl Copy {
    fn of(folder: &Folder) -> Self {
        Self(folder.files().into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect())
    }

    /// Puts it in place of what is there.
    fn put_back(&self, folder: &Folder) {
        VectorIndex::destroy(&folder.path()).unwrap();
        self.add();
    }

    /// Puts it beside what is there.
    fn add(&self) {
        for (file, content) in self.0.iter().filter(|(file, _)| !file.exists()) {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
    }
}

#[tokio::test]
async fn a_fingerprint_stays_until_something_changes() {
    let folder = Folder::new();
    let index = folder.open().await;
    let mut seen = vec![index.fingerprint().await.unwrap()];
    index.add(&rows(1, 0..8)).await.unwrap();
    seen.push(index.fingerprint().await.unwrap());
    // Some of a file's rows only, so that there is something to compact.
    index.remove_ranges(&[(passage(1, 0), passage(1, 2))]).await.unwrap();
    seen.push(index.fingerprint().await.unwrap());
    index.compact().await.unwrap();
    let last = index.fingerprint().await.unwrap();
    index.prune().await.unwrap();
    assert_eq!(index.fingerprint().await.unwrap(), last, "pruning is no change");
    assert_eq!(folder.open().await.fingerprint().await.unwrap(), last);
    seen.push(last);
    for (number, one) in seen.iter().enumerate() {
        assert!(seen[number + 1..].iter().all(|other| other != one));
        assert_eq!(Fingerprint::from_bytes(&one.to_bytes()), Some(*one));
    }
    assert_eq!(Fingerprint::from_bytes(&last.to_bytes()[1..]), None);
}

#[tokio::test]
async fn an_index_descends_from_what_it_was_until_it_is_pruned() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.add(&rows(1, 0..8)).await.unwrap();
    let recorded = index.fingerprint().await.unwrap();
    assert!(!index.descends_from(&recorded).await.unwrap(), "it is the same");
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
async fn older_files_put_back_are_noticed() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.add(&rows(1, 0..8)).await.unwrap();
    let (old, first) = (Copy::of(&folder), index.fingerprint().await.unwrap());
    index.remove_publications(&[1]).await.unwrap();
    let removed = index.fingerprint().await.unwrap();
    index.compact().await.unwrap();
    index.prune().await.unwrap();
    let last = index.fingerprint().await.unwrap();
    drop(index);
    old.put_back(&folder);
    let index = folder.open().await;
    assert_eq!(index.fingerprint().await.unwrap(), first);
    for recorded in [removed, last] {
        assert!(!index.descends_from(&recorded).await.unwrap());
    }
}

/// An index that was begun anew counts its commits from one again, so that one of its former life can pass for a later one.
/// That is why those who accept a descendant look at its passages.
#[tokio::test]
async fn a_former_life_is_told_by_its_passages() {
    let folder = Folder::new();
    let index = folder.open().await;
    for publication in 1..=5 {
        index.add(&rows(publication, 0..8)).await.unwrap();
    }
    let former = Copy::of(&folder);
    drop(index);
    VectorIndex::destroy(&folder.path()).unwrap();
    let index = folder.open().await;
    index.add(&rows(7, 0..8)).await.unwrap();
    let recorded = index.fingerprint().await.unwrap();
    drop(index);
    former.add();
    let index = folder.open().await;
    assert_ne!(index.fingerprint().await.unwrap(), recorded);
    assert!(index.descends_from(&recorded).await.unwrap());
    assert!(index.passages().await.unwrap().iter().all(|passage| passage.publication_row() != 7));
}

#[tokio::test]
async fn two_files_that_changed_places_are_noticed() {
    let folder = Folder::new();
    let index = folder.open().await;
    for publication in [1, 2] {
        index.add(&rows(publication, 0..16)).await.unwrap();
    }
    let recorded = index.fingerprint().await.unwrap();
    drop(index);
    let data: Vec<_> =
        folder.files().into_iter().filter(|file| file.extension().is_some_and(|end| end == "lance")).collect();
    let [a, b] = &data[..] else { panic!("one file a commit: {data:?}") };
    let (first, second) = (fs::read(a).unwrap(), fs::read(b).unwrap());
    fs::write(a, second).unwrap();
    fs::write(b, first).unwrap();
    let index = folder.open().await;
    // Each is genuine and of the right shape, so LanceDB reads them without complaint.
    assert_eq!(index.passages().await.unwrap().len(), 32);
    assert_ne!(index.fingerprint().await.unwrap(), recorded);
}

#[tokio::test]
async fn a_missing_file_is_damage() {
    let folder = Folder::new();
    let index = folder.open().await;
    index.add(&rows(1, 0..8)).await.unwrap();
    let recorded = index.fingerprint().await.unwrap();
    index.add(&rows(2, 0..8)).await.unwrap();
    for file in folder.files().iter().filter(|file| file.extension().is_some_and(|end| end == "lance")) {
        fs::remove_file(file).unwrap();
    }
    assert!(matches!(index.fingerprint().await.unwrap_err(), IndexError::Damaged(_)));
    assert!(!index.descends_from(&recorded).await.unwrap());
}
