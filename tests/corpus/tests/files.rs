//! Importing a folder of good and bad files, the bin, and search in what was imported.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use alexandria_library::SearchMode;
use alexandria_library::domain::ErrorCode;
use alexandria_library::domain::op::Membership;
use alexandria_tests_corpus::TestLibrary;

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_file_never_stops_the_others() {
    let fixture = TestLibrary::new().await;
    let folder = fixture.outside();
    fs::create_dir_all(folder.join("deep/er")).unwrap();
    fs::create_dir_all(folder.join("directory.epub")).unwrap();
    fs::write(folder.join("note.md"), "# A heading\n\nThe quick zebra jumps.").unwrap();
    fs::write(folder.join("deep/plain.txt"), "Caf\u{e9} zebra in plain text.").unwrap();
    fs::write(folder.join("deep/er/page.html"), "<title>Page</title><p>A third zebra.</p>").unwrap();
    fs::write(folder.join("copy of note.md"), "# A heading\n\nThe quick zebra jumps.").unwrap();
    fs::write(folder.join("broken.epub"), b"PK\x03\x04 this is no archive").unwrap();
    fs::write(folder.join("empty.txt"), b"").unwrap();
    fs::write(folder.join("picture.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    let before = contents(&folder);
    let report = fixture.import(&[folder.clone(), folder.join("not there.epub")]).await;
    assert_eq!(report.imported.len(), 3, "{report:?}");
    assert_eq!(report.duplicates.len(), 1);
    let mut refused: Vec<_> = report.refused.iter().map(|file| (file.name.as_str(), file.code)).collect();
    refused.sort_by_key(|(name, _)| *name);
    let names: Vec<_> = refused.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["broken.epub", "empty.txt", "not there.epub", "picture.png"]);
    assert!(refused.contains(&("picture.png", ErrorCode::UnsupportedFormat)));
    assert!(refused.contains(&("not there.epub", ErrorCode::NotFound)));
    assert_eq!(fixture.search("zebra", SearchMode::Exact, 10, 0).await.total, 3);
    assert_eq!(fixture.search("cafe", SearchMode::Exact, 10, 0).await.total, 1, "accents are folded");
    assert!(before.len() == 7 && contents(&folder) == before, "the original files are unchanged");
}

/// Every file below a folder, with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn bin_restores_and_expires_publications() {
    let fixture = TestLibrary::new().await;
    let file = fixture.outside().join("a.txt");
    fs::write(&file, "An aardvark walks in.").unwrap();
    let report = fixture.import(std::slice::from_ref(&file)).await;
    let id = report.imported.first().unwrap().id;
    fixture.library.remove(vec![id]).await.unwrap();
    assert_eq!(fixture.search("aardvark", SearchMode::Exact, 10, 0).await.total, 0);
    assert_eq!(fixture.library.books(Membership::Bin).await.unwrap().len(), 1);
    let again = fixture.import(&[file]).await;
    assert_eq!(again.imported.len(), 1, "importing a binned file takes it out of the bin");
    assert_eq!(fixture.search("aardvark", SearchMode::Exact, 10, 0).await.total, 1);
    assert_eq!(fixture.library.purge_expired(u64::MAX).await.unwrap(), 0);
    fixture.library.remove(vec![id]).await.unwrap();
    assert_eq!(fixture.library.purge_expired(0).await.unwrap(), 0, "the bin keeps for 30 days");
    assert_eq!(fixture.library.purge_expired(u64::MAX).await.unwrap(), 0, "the clock may have been set forward");
    assert_eq!(fixture.library.purge_expired(u64::MAX).await.unwrap(), 1);
    assert!(fixture.library.books(Membership::Bin).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_cjk_text() {
    let fixture = TestLibrary::new().await;
    let file = fixture.outside().join("雪国.txt");
    fs::write(&file, "国境の長いトンネルを抜けると雪国であった。夜の底が白くなった。").unwrap();
    assert_eq!(fixture.import(&[file]).await.imported.len(), 1);
    for query in ["雪国", "トンネル", "長い", "雪", "\"夜の底\""] {
        assert_eq!(fixture.search(query, SearchMode::Exact, 10, 0).await.total, 1, "{query}");
    }
    assert_eq!(fixture.search("国雪", SearchMode::Exact, 10, 0).await.total, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn embedding_rebuilds_a_damaged_vector_index() {
    let fixture = TestLibrary::new().await;
    let file = fixture.outside().join("a.txt");
    fs::write(&file, "The gardener waters the roses every evening.").unwrap();
    fixture.import(&[file]).await;
    let cancel = alexandria_library::CancellationToken::new();
    fixture.library.embed(&cancel).await.unwrap();
    assert_eq!(fixture.search("tending flowers", SearchMode::Semantic, 5, 0).await.hits.len(), 1);
    let fixture = fixture.reopen_after(|library| damage(&library.join("index"))).await;
    fixture.library.embed(&cancel).await.unwrap();
    let status = fixture.library.status().await.unwrap();
    assert_eq!((status.embedded, status.passages), (1, 1));
    assert_eq!(fixture.search("tending flowers", SearchMode::Semantic, 5, 0).await.hits.len(), 1);
}

/// Flips a byte in the middle of every file.
fn damage(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            damage(&path);
            continue;
        }
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes.get_mut(middle).into_iter().for_each(|byte| *byte ^= 0x40);
        fs::write(&path, bytes).unwrap();
    }
}
