//! The second record of verified updates: in the database of the library, while one is open.
//!
//! Updates are looked for while the library is locked, too. Then only the record in the state folder counts. This holds no
//! library open: closing one does not wait for it.

use std::sync::{Mutex, PoisonError, Weak};

use alexandria_update::{RecordError, RoleVersions, VersionRecord};

use crate::engines::Engines;

/// The record in the library that was opened last, if it still is.
#[derive(Debug, Default)]
pub(super) struct LibraryRecord {
    engines: Mutex<Weak<Engines>>,
}

impl LibraryRecord {
    /// Uses the library with these engines from now on.
    pub(super) fn use_engines(&self, engines: Weak<Engines>) {
        *self.engines.lock().unwrap_or_else(PoisonError::into_inner) = engines;
    }

    fn engines(&self) -> Weak<Engines> {
        Weak::clone(&self.engines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl VersionRecord for LibraryRecord {
    fn load(&self, repository: &str) -> Result<RoleVersions, RecordError> {
        let Some(engines) = self.engines().upgrade() else { return Ok(RoleVersions::new()) };
        Ok(engines.store.update_versions(repository)?)
    }

    fn save(&self, repository: &str, versions: &RoleVersions) -> Result<(), RecordError> {
        let Some(engines) = self.engines().upgrade() else { return Ok(()) };
        Ok(engines.store.set_update_versions(repository, versions)?)
    }
}
