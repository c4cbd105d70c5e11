//! Small values of the library by name.

use rusqlite::OptionalExtension;

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The value stored under `key`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn meta_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()
        })
    }

    /// Stores `value` under `key`, replacing the old value.
    ///
    /// # Errors
    /// When the database fails.
    pub fn meta_set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                )?
                .execute((key, value))?;
            Ok(())
        })
    }
}
