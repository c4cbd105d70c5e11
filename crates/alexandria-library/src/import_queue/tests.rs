//! What happens to imports when the library is locked.

use std::fs;

use crate::open::{Passphrase, Unlock};
use tempfile::TempDir;

use super::*;

fn unlock() -> Unlock {
    Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()))
}

/// The state of an import at the moment the library is locked.
enum Import {
    Running,
    Cancelled,
    Finished,
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_imports_are_pending_after_detach_and_resume_after_reopen() {
    let folder = TempDir::new().unwrap();
    let library = Library::create(&folder.path().join("library"), unlock()).await.unwrap();
    let [a, b, c, d] = ["a.txt", "b.txt", "c.txt", "d.txt"].map(|name| {
        let file = folder.path().join(name);
        fs::write(&file, format!("The book that is called {name}.")).unwrap();
        file
    });
    let mut queue = QueueState { pending: vec![d.clone()], subscribed: true, ..QueueState::default() };
    queue.library = Some(library.clone());
    let imports = [
        (a.clone(), Import::Running),
        (b, Import::Cancelled),
        (c.clone(), Import::Running),
        (folder.path().join("missing.txt"), Import::Finished),
    ];
    for (file, import) in imports {
        let job = queue.start(vec![file]).unwrap();
        match import {
            Import::Running => {}
            Import::Cancelled => queue.running.remove(&job.number()).unwrap().cancel.cancel(),
            Import::Finished => drop(queue.running.remove(&job.number())),
        }
    }
    drop(queue.detach());
    assert_eq!(queue.pending, [a, c, d], "in the order they came, and what was pending before at the end");
    assert!(
        queue.running.is_empty() && !queue.subscribed,
        "the page of a locked library is reloaded and subscribes again"
    );
    library.lock().await;

    // Detached, it starts nothing and loses nothing.
    assert!(queue.start(Vec::new()).is_none());
    drop(queue.detach());
    queue.library = Some(Library::open(&folder.path().join("library"), unlock()).await.unwrap());
    let pending = std::mem::take(&mut queue.pending);
    let report = queue.start(pending).unwrap().wait().await;
    // What had been imported before the lock is recognised.
    assert_eq!((report.imported.len() + report.duplicates.len(), report.refused.len()), (3, 0), "{report:?}");
}
