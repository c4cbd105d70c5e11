//! Thumbnails of covers, stored so that a shelf is drawn without opening every book.

use rusqlite::OptionalExtension;

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The stored thumbnail of a publication.
    ///
    /// # Errors
    /// When the database fails.
    pub fn thumbnail(&self, row: i64) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT image FROM thumbnail WHERE publication = ?1")?
                .query_row([row], |row| row.get(0))
                .optional()
        })
    }

    /// Stores a thumbnail. Nothing happens if the publication is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_thumbnail(&self, row: i64, image: &[u8]) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO thumbnail (publication, image) \
                     SELECT row, ?2 FROM publication WHERE row = ?1",
                )?
                .execute((row, image))?;
            Ok(())
        })
    }
}
