//! The parts of an open library, and how they are put together.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, RwLock};

use alexandria_domain::CodedError;
use alexandria_store::{BlobStore, Store};
use alexandria_vault::Unlocked;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::background::Memory;
use crate::backup::Backups;
use crate::change::Changes;
use crate::device;
use crate::embedding::EmbeddingJob;
use crate::engines::{Engines, Lifetime};
use crate::event::EventBus;
use crate::import::{ImportContext, Imports};
use crate::locks::JobLocks;
use crate::models::{Activity, Models};
use crate::open::OpenError;
use crate::protection::LibraryVault;
use crate::reading::OpenBooks;
use crate::semantic_index::SemanticIndex;
use crate::sync::SyncService;

/// The parts of an open library.
pub(crate) struct Parts {
    pub(crate) activity: Arc<Activity>,
    pub(crate) models: Arc<Models>,
    pub(crate) index: Arc<SemanticIndex>,
    pub(crate) open_books: Arc<OpenBooks>,
    pub(crate) embedding: EmbeddingJob,
    pub(crate) imports: Imports,
    pub(crate) vault: Arc<LibraryVault>,
    pub(crate) backups: Backups,
    pub(crate) sync: SyncService,
    /// Last, so that everything else is dropped before the library counts as closed.
    pub(crate) engines: Arc<Engines>,
}

impl Parts {
    /// Opens the engines of the library in `folder` with the keys of its vault. Model and vector index are loaded when
    /// they are first used.
    pub(crate) fn assemble(folder: &Path, unlocked: Unlocked, folder_lock: File) -> Result<Self, OpenError> {
        let Unlocked { keys, device: vault_device, unlock_record, .. } = unlocked;
        let store = Store::open(folder, &keys.database)?;
        let device = device::claim(&store, vault_device)?;
        let (backup_key, account_key) = (keys.backup_key(), keys.account_store_key());
        let changes = Changes::new(device, store.last_stamp()?);
        match changes.restamp_future_ops(&store) {
            Ok(0) => {}
            Ok(restamped) => tracing::warn!(restamped, "changes dated in the future were dated now"),
            // The library can be read all the same.
            Err(error) => tracing::warn!(code = %error.code(), "changes dated in the future were not dated now"),
        }
        let engines = Arc::new(Engines {
            changes,
            store,
            blobs: BlobStore::open(folder, keys.blobs)?,
            publication_ids: RwLock::new(keys.ids),
            account_key,
            events: EventBus::new(),
            locks: JobLocks::default(),
            embedding_wanted: Notify::new(),
            stop: CancellationToken::new(),
            lifetime: Lifetime::new(folder_lock),
        });
        let activity = Arc::new(Activity::new());
        let models = Arc::new(Models::new(Arc::clone(&activity)));
        let open_books = Arc::new(OpenBooks::default());
        let index_folder = folder.join("index");
        let index = SemanticIndex::new(&index_folder, keys.index, Arc::clone(&activity), Arc::clone(&engines));
        let index = Arc::new(index);
        let vault = Arc::new(LibraryVault::new(folder.to_owned(), unlock_record));
        Ok(Self {
            embedding: EmbeddingJob::new(Arc::clone(&engines), Arc::clone(&models), Arc::clone(&index)),
            imports: Imports::new(ImportContext {
                engines: Arc::clone(&engines),
                models: Arc::clone(&models),
                open_books: Arc::clone(&open_books),
                locked_files: Arc::default(),
            }),
            backups: Backups::new(Arc::clone(&vault), backup_key, Arc::clone(&engines)),
            sync: SyncService::new(Arc::clone(&engines)),
            activity,
            models,
            index,
            open_books,
            vault,
            engines,
        })
    }

    /// Everything in memory that can be loaded again.
    pub(crate) fn memory(&self) -> Memory {
        Memory {
            models: Arc::clone(&self.models),
            index: Arc::clone(&self.index),
            open_books: Arc::clone(&self.open_books),
        }
    }
}
