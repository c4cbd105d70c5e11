//! Clearing away what an interrupted import left: half-written files, and encrypted copies no publication knows.

use std::collections::HashSet;

use alexandria_domain::op::Membership;

use crate::open::Core;
use crate::shelf::ShelfError;

/// Sweeps before an import begins. A failure is logged, not fatal: leftovers cost space, nothing else.
pub(super) fn before_import(core: &Core) {
    if let Err(error) = sweep_orphans(core) {
        tracing::warn!(code = %error.code(), "leftovers not swept");
    }
}

/// Removes half-written files, and encrypted files of no publication. Nothing may be imported meanwhile.
pub(crate) fn sweep_orphans(core: &Core) -> Result<(), ShelfError> {
    core.blobs.sweep_temporary()?;
    let mut known = HashSet::new();
    for membership in [Membership::Shelf, Membership::Bin] {
        known.extend(core.store.publications(membership)?.into_iter().map(|publication| publication.id));
    }
    for id in core.blobs.list()? {
        if !known.contains(&id) {
            core.blobs.remove(&id)?;
            tracing::info!(publication = %id, "orphaned file swept");
        }
    }
    Ok(())
}
