//! Clearing away what an interrupted import left: half-written files, and encrypted files under a provisional name, whose
//! publication may have been written to the database or not.
//!
//! A file with a final name is never touched. That the database does not know it proves nothing: an older database may
//! have been put back, and the file be all that is left of a book.

use alexandria_domain::{CodedError, PublicationId};

use crate::change::now_millis;
use crate::open::Core;
use crate::shelf::ShelfError;

/// The `meta` key of the wall time at which leftovers were removed last, in milliseconds.
const SWEPT_AT: &str = "leftovers-swept-at";

/// Sweeps before an import begins. A failure is logged, not fatal: leftovers cost space, nothing else.
pub(super) fn before_import(core: &Core) {
    if let Err(error) = sweep_leftovers(core) {
        tracing::warn!(code = %error.code(), "leftovers not swept");
    }
}

/// Removes half-written files, gives provisional files of publications their final names, and removes those of no
/// publication. Nothing may be imported meanwhile.
pub(crate) fn sweep_leftovers(core: &Core) -> Result<(), ShelfError> {
    core.blobs.sweep_temporary()?;
    let (written, unwritten) = provisional(core)?;
    for id in written {
        core.blobs.settle(&id)?;
        tracing::info!(publication = %id, "interrupted import finished");
    }
    if unwritten.is_empty() {
        return Ok(());
    }
    // A commit that was told to have failed may lie whole in the log, where only the next opening would find it, and then
    // need its file. The log's next commit takes its place, so from here on it is certainly not there.
    core.store.meta_set(SWEPT_AT, &now_millis().to_be_bytes())?;
    for id in unwritten {
        core.blobs.discard(&id)?;
        tracing::info!(publication = %id, "leftover of an interrupted import removed");
    }
    Ok(())
}

/// The provisional files of publications that are in the database, and of those that are not, or are deleted for good.
fn provisional(core: &Core) -> Result<(Vec<PublicationId>, Vec<PublicationId>), ShelfError> {
    let (mut written, mut unwritten) = (Vec::new(), Vec::new());
    for id in core.blobs.list_provisional()? {
        let list = if core.store.publication(&id)?.is_some() { &mut written } else { &mut unwritten };
        list.push(id);
    }
    Ok((written, unwritten))
}
