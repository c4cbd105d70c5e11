//! The same engine over a copy of the database in clear, so that `tests/bench` can say what encryption costs.
//!
//! Nothing else uses it: a copy in clear is made by the benchmark alone, under its own name, and here it is opened for
//! reading only. [`Store::open`] refuses such a file.

use std::path::Path;
use std::sync::Mutex;

use alexandria_domain::DeviceId;

use crate::connection;
use crate::error::StoreError;
use crate::open::READERS;
use crate::readers::Readers;
use crate::store::Store;

impl Store {
    /// Opens a copy in clear. Everything that reads works as it does on the encrypted database, everything that writes
    /// fails.
    ///
    /// # Errors
    /// When there is no such file, or the engine fails.
    #[doc(hidden)]
    pub fn open_clear_copy(path: &Path) -> Result<Self, StoreError> {
        let connect = || connection::open_clear_copy(path);
        let readers = (0..READERS).map(|_| connect()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            writer: Mutex::new(connect()?),
            readers: Readers::new(readers),
            device: DeviceId::from_bytes([0; 16]),
        })
    }
}

#[cfg(test)]
mod tests {
    use alexandria_domain::Query;

    use super::*;
    use crate::fixture::{DEVICE, Shelf, insert};
    use crate::{FILE_NAME, OpenError, Scope};

    #[test]
    fn a_copy_in_clear_is_read_never_written_and_never_taken_for_a_library() {
        let shelf = Shelf::of(&["the white whale", "a green sea"]);
        let plain = tempfile::TempDir::new().unwrap();
        let path = plain.path().join(FILE_NAME);
        let name = path.to_str().unwrap();
        // Attaching makes no file where the connection itself would not.
        std::fs::write(&path, []).unwrap();
        let export = |connection: &rusqlite::Connection| {
            connection.execute("ATTACH DATABASE ?1 AS clear KEY ''", [name])?;
            connection.query_row("SELECT sqlcipher_export('clear')", [], |_| Ok(()))?;
            connection.execute_batch("DETACH DATABASE clear")
        };
        shelf.store.with_writer(export).unwrap();
        let copy = Store::open_clear_copy(&path).unwrap();
        let query = Query::parse("whale").unwrap();
        let find = |store: &Store| store.search(&query, &Scope::default(), 10, 0).unwrap();
        assert_eq!(find(&copy), find(&shelf.store));
        assert!(insert(&copy, 2, &["new"]).is_err());
        assert!(copy.meta_set("key", b"value").is_err());
        assert!(matches!(Store::open(plain.path(), &shelf.key, DEVICE), Err(OpenError::Plain)));
        assert!(Store::open_clear_copy(&plain.path().join("absent.db")).is_err());
    }
}
