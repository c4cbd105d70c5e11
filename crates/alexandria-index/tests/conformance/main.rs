//! A conformance suite for object stores, run on a plain and on an encrypted one: both must answer any sequence of
//! operations like a model that is a simple map. LanceDB is written for the plain one.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod answer;
mod model;
mod operation;
mod store;

use std::sync::Arc;

use alexandria_crypto::keys::IndexKey;
use alexandria_index::object::SealedStore;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use proptest::prelude::*;

use answer::Answer;
use model::Model;
use operation::{Operation, operations};
use store::Subject;

/// Number of sequences; together many thousand operations.
const SEQUENCES: u32 = 96;

/// A store over plain files in `folder`, as LanceDB itself would create it.
fn plain(folder: &std::path::Path) -> Arc<dyn ObjectStore> {
    Arc::new(LocalFileSystem::new_with_prefix(folder).unwrap().with_automatic_cleanup(true))
}

/// The same, encrypted.
fn sealed(folder: &std::path::Path) -> Arc<dyn ObjectStore> {
    Arc::new(SealedStore::new(plain(folder), Arc::new(IndexKey::generate().unwrap())))
}

/// Runs a sequence on a store and checks each answer against the model's.
async fn conforms(store: Arc<dyn ObjectStore>, sequence: &[Operation]) -> Result<(), TestCaseError> {
    let (mut subject, mut model) = (Subject::new(store), Model::default());
    for (number, operation) in sequence.iter().enumerate() {
        let (answer, expected) = (subject.run(operation).await, model.run(operation));
        prop_assert_eq!(answer, expected, "operation {}: {:?}", number, operation);
    }
    for path in operation::PATHS {
        let read = Operation::Get { path, range: None };
        prop_assert_eq!(subject.run(&read).await, model.run(&read), "{} at the end", path);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: SEQUENCES, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn plain_and_sealed_store_match_the_model(sequence in operations()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        runtime.block_on(async {
            for create in [plain, sealed] {
                let folder = tempfile::tempdir().unwrap();
                conforms(create(folder.path()), &sequence).await?;
            }
            Ok::<_, TestCaseError>(())
        })?;
    }
}

/// Guards the suite itself: a store whose model lacks an object fails it.
#[tokio::test]
async fn suite_detects_a_wrong_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut subject = Subject::new(sealed(folder.path()));
    let put = Operation::Put { path: "a", length: 9, seed: 1, mode: operation::Mode::Overwrite };
    assert_eq!(subject.run(&put).await, Answer::Done);
    let read = Operation::Get { path: "a", range: None };
    assert_ne!(subject.run(&read).await, Model::default().run(&read));
}
