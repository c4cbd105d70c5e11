//! One suite for three implementations: the model, SQLite and Postgres.
//!
//! Cases are scripts in `cases/`: operations, each with the answer that all must give. Random scripts compare the three with
//! each other. What scripts cannot say has tests of its own: many writers at once, futures that are dropped, rights.

mod cancel;
mod catalogue;
pub(crate) mod command;
mod conformance;
mod contention;
mod isolation;
mod random;
mod sqlite_file;
mod words;

use std::sync::Arc;

use tempfile::TempDir;

use crate::store::Store;
use crate::store::model::ModelStore;
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::SqliteStore;
use crate::testing::postgres::TestDatabase;

/// A store that only one test uses.
#[derive(Clone)]
pub(crate) struct TestStore {
    pub(crate) name: &'static str,
    pub(crate) store: Arc<dyn Store>,
    _folder: Option<Arc<TempDir>>,
}

/// The key of databases in files.
pub(crate) const KEY: [u8; 32] = [7; 32];

pub(crate) fn model() -> TestStore {
    TestStore { name: "model", store: Arc::new(ModelStore::default()), _folder: None }
}

pub(crate) fn sqlite() -> TestStore {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path(), &KEY).unwrap());
    TestStore { name: "SQLite", store, _folder: Some(Arc::new(folder)) }
}

/// Nothing if Postgres is missing, after reporting it.
pub(crate) async fn postgres(connections: usize) -> Option<(TestStore, TestDatabase)> {
    let database = TestDatabase::create().await?;
    let store = Arc::new(PostgresStore::connect(&database.url(), connections).await.unwrap());
    Some((TestStore { name: "Postgres", store, _folder: None }, database))
}

/// All of them; without Postgres if it is missing.
pub(crate) async fn all() -> Vec<TestStore> {
    [Some(model()), Some(sqlite()), postgres(8).await.map(|(store, _)| store)].into_iter().flatten().collect()
}
