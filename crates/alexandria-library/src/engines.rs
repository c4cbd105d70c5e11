//! The engines of an open library, and what all of its services share. Data only: what a library does with its engines
//! is in the modules above (`import`, `embedding`, `shelf` …), and `library` composes those.

use std::fs::File;
use std::sync::{PoisonError, RwLock};

use alexandria_crypto::keys::{AccountStoreKey, PublicationIdKey};
use alexandria_domain::PublicationId;
use alexandria_store::{BlobStore, Store};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::change::Changes;
use crate::event::EventBus;
use crate::locks::JobLocks;

/// The engines of an open library. Every service and every job holds these in an `Arc`, so the library is closed when the
/// last of them is dropped.
pub(crate) struct Engines {
    pub(crate) store: Store,
    pub(crate) blobs: BlobStore,
    /// Derives publication ids from file hashes. Replaced when the library joins an account.
    pub(crate) publication_ids: RwLock<PublicationIdKey>,
    /// Seals what this device has of its account.
    pub(crate) account_key: AccountStoreKey,
    pub(crate) changes: Changes,
    pub(crate) events: EventBus,
    pub(crate) locks: JobLocks,
    /// Wakes the background embedding job. An event could not: most events are emitted by that job.
    pub(crate) embedding_wanted: Notify,
    /// Cancelled when the library's jobs are to stop.
    pub(crate) stop: CancellationToken,
    /// Last, so that it is dropped after keys and database.
    pub(crate) lifetime: Lifetime,
}

impl Engines {
    /// The id of the publication whose file has this BLAKE3 hash.
    pub(crate) fn publication_id(&self, content: &blake3::Hash) -> PublicationId {
        PublicationId::from_bytes(self.with_publication_ids(|ids| ids.publication_id(content.as_bytes())))
    }

    /// What `read` makes of the key of publication ids.
    pub(crate) fn with_publication_ids<T>(&self, read: impl FnOnce(&PublicationIdKey) -> T) -> T {
        read(&self.publication_ids.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Names publications as the account does, which the vault knows already.
    pub(crate) fn set_publication_ids(&self, ids: PublicationIdKey) {
        *self.publication_ids.write().unwrap_or_else(PoisonError::into_inner) = ids;
    }
}

/// Holds the lock on the library's folder, and signals when it is released.
pub(crate) struct Lifetime {
    closed: CancellationToken,
    _folder_lock: File,
    /// After the lock file, so that the lock is free when the signal comes.
    _signal: DropGuard,
}

impl Lifetime {
    /// Takes over the folder's lock file.
    pub(crate) fn new(folder_lock: File) -> Self {
        let closed = CancellationToken::new();
        Self { closed: closed.clone(), _folder_lock: folder_lock, _signal: closed.drop_guard() }
    }

    /// Cancelled when the engines are gone: keys, database and folder lock.
    pub(crate) fn closed(&self) -> CancellationToken {
        self.closed.clone()
    }
}
