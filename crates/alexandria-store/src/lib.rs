//! What the library keeps on disk: the encrypted database with full-text search, and the encrypted files of the books.
//!
//! [`Store`] is one SQLCipher database: publications, their text as passages, the term index (FTS5), the reader's ops, the
//! state of the embedding job. `docs/formats/database.md` describes it. [`BlobStore`] keeps the imported files in the
//! sealed format of `alexandria-crypto`. Both fail closed: nothing is ever written unencrypted.
//!
//! [`sync`] holds what the sync engine stores.
//!
//! Absent: vectors (`alexandria-index`), key storage (`alexandria-vault`), parsing of books
//! (`alexandria-extract`), and anything asynchronous: callers bring their own threads.

pub mod analysis;
pub mod backup;
pub mod sync;

mod blob;
mod check;
mod common_sets;
mod connection;
mod database_file;
mod device;
mod durable;
mod embedding;
mod error;
mod json;
mod maintenance;
mod meta;
mod migrate;
mod number;
mod op;
mod open;
mod open_error;
mod passage_set;
mod passages;
mod publication;
mod read_connections;
mod repair;
mod search;
mod snapshot;
mod store;
mod thumbnail;
mod update_versions;
mod usage;

pub use analysis::PreparedPassage;
pub use blob::{BlobStore, BlobStoreError};
pub use check::IntegrityReport;
pub use database_file::FILE_NAME;
pub use device::DeviceClaim;
pub use embedding::{Backlog, EmbeddedCount, EmbeddingMark, Totals};
pub use error::StoreError;
pub use migrate::SCHEMA_VERSION;
pub use open_error::OpenError;
pub use passages::PassageRecord;
pub use publication::{
    CollectionCount, FilePassword, InsertError, NewPublication, PublicationRecord, Renamed, SectionRecord, ShelfOrder,
    ShelfQuery, TagCount,
};
pub use repair::RepairReport;
pub use search::{ExactHit, ExactHits, Scope, Selection};
pub use store::Store;
pub use usage::DatabaseUsage;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
