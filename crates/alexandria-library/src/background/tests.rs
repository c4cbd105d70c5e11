//! Background jobs while a library stays open.

use std::fs;
use std::time::Duration;

use alexandria_domain::op::Membership;
use tempfile::TempDir;

use super::*;
use crate::change::now_millis;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};

#[tokio::test(flavor = "multi_thread")]
async fn background_deletes_expired_publications_while_the_library_stays_open() {
    let folder = TempDir::new().unwrap();
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
    let file = folder.path().join("a.txt");
    fs::write(&file, "A book in the bin.").unwrap();
    let book = library.import(vec![file]).wait().await.imported.first().unwrap().id;
    library.remove(vec![book]).await.unwrap();
    let mut events = library.events();
    let purging = tokio::spawn({
        let library = library.clone();
        async move {
            let memory = library.parts.memory();
            let in_a_month = || now_millis() + 31 * 24 * 60 * 60 * 1000;
            let background = Background { clock_ms: in_a_month, ..library.background(&memory) };
            background.purge_expired_every(Duration::from_millis(1)).await;
        }
    });
    // The first check records the time, and only a later one believes it.
    while !library.books(Membership::Bin).await.unwrap().is_empty() {
        let _received_or_lagged = events.recv().await;
    }
    library.stop_jobs();
    purging.await.unwrap();
    assert!(library.books(Membership::Shelf).await.unwrap().is_empty());
}
