//! Removing what an interrupted import left: half-written files, and encrypted files under a provisional name, whose
//! publication may have been committed or not.
//!
//! A file with a final name is never touched. That the database does not know it proves nothing: an older database may
//! have been restored, and the file may be all that is left of a book.

use alexandria_domain::{CodedError, PublicationId};

use crate::change::now_millis;
use crate::engines::Engines;
use crate::shelf::ShelfError;

/// The `meta` key of the wall time at which leftovers were last removed, in milliseconds. A stored name.
const REMOVED_AT: &str = "leftovers-swept-at";

/// Removes leftovers before an import starts. A failure is logged, not fatal: leftovers only cost space.
pub(super) fn before_import(engines: &Engines) {
    if let Err(error) = remove_leftovers(engines) {
        tracing::warn!(code = %error.code(), "leftovers of an import were not removed");
    }
}

/// Removes half-written files, gives provisional files of committed publications their final names, and removes those of
/// no publication. The caller holds the import lock.
pub(crate) fn remove_leftovers(engines: &Engines) -> Result<(), ShelfError> {
    engines.blobs.sweep_temporary()?;
    let ProvisionalFiles { committed, orphaned } = provisional_files(engines)?;
    for id in committed {
        engines.blobs.settle(&id)?;
        tracing::info!(publication = %id, "interrupted import finished");
    }
    if orphaned.is_empty() {
        return Ok(());
    }
    // A commit that was reported as failed may be complete in the log, where only the next opening would find it, and then
    // need its file. The log's next commit overwrites it, so after this write it is certainly not there.
    engines.store.meta_set(REMOVED_AT, &now_millis().to_be_bytes())?;
    for id in orphaned {
        engines.blobs.discard(&id)?;
        tracing::info!(publication = %id, "leftover of an interrupted import removed");
    }
    Ok(())
}

/// Provisional files, by whether the database has their publication.
struct ProvisionalFiles {
    committed: Vec<PublicationId>,
    /// Not in the database, or permanently deleted.
    orphaned: Vec<PublicationId>,
}

fn provisional_files(engines: &Engines) -> Result<ProvisionalFiles, ShelfError> {
    let mut files = ProvisionalFiles { committed: Vec::new(), orphaned: Vec::new() };
    for id in engines.blobs.list_provisional()? {
        let list = if engines.store.publication(&id)?.is_some() { &mut files.committed } else { &mut files.orphaned };
        list.push(id);
    }
    Ok(files)
}
