//! Which versions of signed release information were verified, as a second record beside the one in the state folder.
//!
//! The state folder of updates is not part of the library and can be deleted or restored from an older copy. The database
//! only keeps the numbers; what follows from them is decided in `alexandria-update`.

use std::collections::BTreeMap;

use crate::error::StoreError;
use crate::json::{to_json, unreadable};
use crate::store::Store;

/// Precedes the address of the repository in the name of a small value.
const KEY: &str = "update-versions ";

impl Store {
    /// The recorded version of each role of the update repository at the address `repository`; none if there are none.
    ///
    /// # Errors
    /// When the database fails or the value is not ours.
    pub fn update_versions(&self, repository: &str) -> Result<BTreeMap<String, u64>, StoreError> {
        let Some(json) = self.meta_get(&format!("{KEY}{repository}"))? else { return Ok(BTreeMap::new()) };
        serde_json::from_slice(&json).map_err(|error| unreadable(0, error).into())
    }

    /// Records the version of each role, replacing what was recorded for `repository`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_update_versions(&self, repository: &str, versions: &BTreeMap<String, u64>) -> Result<(), StoreError> {
        self.meta_set(&format!("{KEY}{repository}"), to_json(versions)?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Shelf;

    const REPOSITORY: &str = "https://updates.example/u/v1/";

    fn versions(list: &[(&str, u64)]) -> BTreeMap<String, u64> {
        list.iter().map(|(role, version)| ((*role).to_owned(), *version)).collect()
    }

    #[test]
    fn update_versions_belong_to_their_repository() {
        let shelf = Shelf::new();
        assert_eq!(shelf.store.update_versions(REPOSITORY).unwrap(), versions(&[]));
        let recorded = versions(&[("root", 1), ("timestamp", u64::MAX)]);
        shelf.store.set_update_versions(REPOSITORY, &recorded).unwrap();
        assert_eq!(shelf.store.update_versions(REPOSITORY).unwrap(), recorded);
        assert_eq!(shelf.store.update_versions("https://other.example/").unwrap(), versions(&[]));
        // After a new root, versions may start again.
        let renewed = versions(&[("root", 2), ("timestamp", 1)]);
        shelf.store.set_update_versions(REPOSITORY, &renewed).unwrap();
        assert_eq!(shelf.store.update_versions(REPOSITORY).unwrap(), renewed);
    }

    #[test]
    fn damaged_update_versions_are_an_error() {
        let shelf = Shelf::new();
        for damaged in ["", "{", "[]", "{\"root\": -1}", "{\"root\": \"1\"}"] {
            shelf.store.meta_set(&format!("{KEY}{REPOSITORY}"), damaged.as_bytes()).unwrap();
            let read = shelf.store.update_versions(REPOSITORY);
            assert!(matches!(read, Err(StoreError::Damaged)), "{damaged}: {read:?}");
        }
    }
}
