//! The embedded database: one encrypted file, for one process.
//!
//! One thread writes, and commits what waits together, so that a flush to disk serves many. A few connections read. Reading
//! sees what was committed before it began.

mod connection;
mod copy;
mod error;
mod lock_file;
mod migrate;
mod open;
mod open_error;
mod readers;
mod space;
mod tx;
mod writer;

pub use open_error::OpenError;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use zeroize::Zeroizing;

use self::lock_file::LockFile;
use self::readers::Readers;
use self::space::Space;
use self::writer::Writer;
use super::error::StoreError;
use super::schema::MIGRATIONS;
use super::sql::{Access, Backend, Scope, SqlStore, Work};

/// The file in the server's folder.
pub const DATABASE_FILE: &str = "server.db";

/// A database in one file.
#[derive(Debug)]
pub struct Sqlite {
    // Dropped in this order: the file is released when nobody uses it any more.
    writer: Writer,
    readers: Arc<Readers>,
    space: Space,
    path: PathBuf,
    key: Arc<Zeroizing<[u8; 32]>>,
    _lock: LockFile,
}

/// The store in a database in one file.
pub type SqliteStore = SqlStore<Sqlite>;

#[async_trait]
impl Backend for Sqlite {
    async fn run<T: Send + 'static>(&self, _scope: Scope, access: Access, work: Work<T>) -> Result<T, StoreError> {
        match access {
            Access::Grow if self.space.is_low() => Err(StoreError::ReadOnly),
            Access::Grow | Access::Write => self.writer.run(work).await,
            Access::Read => self.readers.run(work).await,
        }
    }

    async fn check_schema(&self) -> Result<(), StoreError> {
        let expected = MIGRATIONS.len();
        let found = self.readers.run(Box::new(|tx| Box::pin(migrate::version(tx)))).await?;
        if found == expected { Ok(()) } else { Err(StoreError::Corrupt("the version of the schema")) }
    }
}
