//! Passwords of documents. The database is encrypted, so a document that was opened once opens without asking again.

use alexandria_crypto::passphrase::Passphrase;
use alexandria_domain::PublicationId;
use rusqlite::{OptionalExtension, Transaction};

use crate::error::StoreError;
use crate::store::Store;

/// The password of the file of a publication that is being inserted.
#[derive(Clone, Copy)]
pub struct FilePassword<'a>(pub &'a Passphrase);

impl std::fmt::Debug for FilePassword<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FilePassword")
    }
}

impl Store {
    /// The password that opens the file of a publication; `None` if it needs none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn file_password(&self, id: &PublicationId) -> Result<Option<Passphrase>, StoreError> {
        let text: Option<String> = self.read(|connection| {
            connection
                .prepare_cached("SELECT CAST(value AS TEXT) FROM meta WHERE key = ?1")?
                .query_row([key(id)], |row| row.get(0))
                .optional()
        })?;
        Ok(text.map(Passphrase::new))
    }
}

pub(super) fn insert(
    transaction: &Transaction<'_>,
    id: &PublicationId,
    password: FilePassword<'_>,
) -> Result<(), rusqlite::Error> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
        .execute((key(id), password.0.expose_text().as_bytes()))?;
    Ok(())
}

/// Deletes the password with the publication it opens.
pub(super) fn delete(transaction: &Transaction<'_>, id: &PublicationId) -> Result<(), rusqlite::Error> {
    transaction.prepare_cached("DELETE FROM meta WHERE key = ?1")?.execute([key(id)])?;
    Ok(())
}

/// Keeps the password with the publication, which gets another id.
pub(super) fn rename(
    transaction: &Transaction<'_>,
    from: &PublicationId,
    to: &PublicationId,
) -> Result<(), rusqlite::Error> {
    transaction.prepare_cached("UPDATE meta SET key = ?2 WHERE key = ?1")?.execute([key(from), key(to)])?;
    Ok(())
}

fn key(id: &PublicationId) -> String {
    format!("file-password {id}")
}
