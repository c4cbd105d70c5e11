//! A library that is measured, and whose deleted books give their space back.

use std::fs;

use alexandria_domain::PublicationId;
use tempfile::TempDir;

use crate::folders::Folders;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};
use crate::search::{SearchMode, SearchRequest};

fn unlock() -> Unlock {
    Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()))
}

/// A book of many different words.
fn text(seed: u32) -> String {
    (0..40_000u32).map(|number| format!("w{:x} ", (number ^ seed).wrapping_mul(2_654_435_761))).collect()
}

async fn import(library: &Library, folder: &TempDir, name: &str, text: &str) -> PublicationId {
    let file = folder.path().join(name);
    fs::write(&file, text).unwrap();
    library.import(vec![file]).wait().await.imported.first().unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn space_of_a_deleted_book_is_given_back_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let folders = Folders::of_account().unwrap().with_library(&folder.path().join("library"));
    let library = Library::create(folders.library(), unlock()).await.unwrap();
    let kept = import(&library, &folder, "kept.txt", "The keeper of the lighthouse trims the lamp.").await;
    let large = import(&library, &folder, "large.txt", &text(7)).await;
    let full = library.diagnostics(&folders).await.unwrap();
    assert_eq!(full.status.publications, 2);
    assert!(full.disk.files > 300_000 && full.disk.bin == 0 && full.disk.database.text > 300_000, "{:?}", full.disk);

    library.remove(vec![large]).await.unwrap();
    let binned = library.diagnostics(&folders).await.unwrap().disk;
    assert_eq!((binned.files + binned.bin, binned.files < 1_000), (full.disk.files, true));
    library.delete(vec![large]).await.unwrap();

    let freed = library.free_space(&folders).await.unwrap();
    assert!(freed.bytes() > 300_000 && freed.after.database.free == 0, "{freed:?}");
    // What is measured is what the files have.
    let database = folders.library().join(alexandria_store::FILE_NAME);
    assert_eq!(freed.after.database.total(), fs::metadata(database).unwrap().len());
    let request =
        SearchRequest { query: "lighthouse".into(), mode: SearchMode::Exact, limit: 10, offset: 0, publication: None };
    let found = library.search(request).await.unwrap();
    assert_eq!(found.hits.first().map(|hit| hit.publication), Some(kept));
    library.lock().await;
    let library = Library::open(folders.library(), unlock()).await.unwrap();
    assert_eq!(library.status().await.unwrap().publications, 1);
}
