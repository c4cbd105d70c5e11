//! The database file: its name, and what an unencrypted one starts with.

/// Name of the database in the library's folder.
pub const FILE_NAME: &str = "library.db";

/// The first bytes of a database that is not encrypted.
pub(crate) const PLAINTEXT_HEADER: &[u8; 16] = b"SQLite format 3\0";
