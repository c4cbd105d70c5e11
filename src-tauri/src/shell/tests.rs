//! What happens to imports when the library is locked.

use std::fs;

use alexandria_library::Passphrase;
use tempfile::TempDir;

use super::*;

fn unlock() -> Unlock {
    Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()))
}

/// A new library in the folder `library` of another, and files beside it.
async fn library_beside(names: &[&str]) -> (TempDir, Library, Vec<PathBuf>) {
    let folder = TempDir::new().unwrap();
    let library = Library::create(&folder.path().join("library"), unlock()).await.unwrap();
    let write = |name: &&str| {
        let file = folder.path().join(name);
        fs::write(&file, format!("The book that is called {name}.")).unwrap();
        file
    };
    let files = names.iter().map(write).collect();
    (folder, library, files)
}

/// What has become of an import when the library is locked.
enum Import {
    GoesOn,
    Cancelled,
    Ended,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lock_cuts_off_is_imported_after_the_next_opening() {
    let (folder, library, files) = library_beside(&["a.txt", "b.txt", "c.txt", "d.txt"]).await;
    let [a, b, c, d]: [PathBuf; 4] = files.try_into().unwrap();
    let mut now = Now { library: Some(library), waiting: vec![d.clone()], listening: true, ..Now::default() };
    let imports = [
        (a.clone(), Import::GoesOn),
        (b, Import::Cancelled),
        (c.clone(), Import::GoesOn),
        (folder.path().join("gone.txt"), Import::Ended),
    ];
    for (file, import) in imports {
        let job = now.import(vec![file]).unwrap();
        match import {
            Import::GoesOn => {}
            Import::Cancelled => now.imports.remove(&job.number()).unwrap().cancel.cancel(),
            Import::Ended => drop(now.imports.remove(&job.number())),
        }
    }
    let (library, _tasks) = now.close().unwrap();
    assert_eq!(now.waiting, [a, c, d], "in the order they came, and what waited before at the end");
    assert!(now.imports.is_empty() && !now.listening, "a closed library has no imports, and its page is loaded anew");
    library.lock().await;

    // Locked, it takes nothing away and begins nothing.
    assert!(now.close().is_none() && now.import(Vec::new()).is_none());
    now.library = Some(Library::open(&folder.path().join("library"), unlock()).await.unwrap());
    let waiting = std::mem::take(&mut now.waiting);
    let report = now.import(waiting).unwrap().wait().await;
    // What had been imported before the lock is recognised.
    assert_eq!((report.imported.len() + report.duplicates.len(), report.refused.len()), (3, 0), "{report:?}");
}
