//! The provider through which LanceDB reaches the encrypted store, and no other store.

use std::collections::HashMap;
use std::path::Path as FilePath;
use std::sync::Arc;

use alexandria_crypto::keys::IndexKey;
use async_trait::async_trait;
use lance_io::object_store::providers::local::FileStoreProvider;
use lance_io::object_store::{ObjectStore, ObjectStoreParams, ObjectStoreProvider, ObjectStoreRegistry};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use url::Url;

use super::sealed::SealedStore;

/// The URI scheme of the index.
///
/// Not a scheme of our own: Lance chooses its commit handler by scheme, and unknown schemes get one without conflict
/// detection. Not `file`: Lance reads and writes such URIs directly, bypassing the registered store.
const SCHEME: &str = "file-object-store";

/// Minimum bytes of one read by Lance. A chunk is always decrypted completely.
const BLOCK_SIZE: usize = alexandria_crypto::chunked::CHUNK_LEN;
/// Maximum requests Lance has in flight. More would only queue for the same few cores.
const PARALLEL_REQUESTS: usize = 8;
/// A local read that failed once would fail again.
const RETRIES: usize = 0;

/// A registry that knows [`SCHEME`] only.
pub(crate) fn registry(key: Arc<IndexKey>) -> Arc<ObjectStoreRegistry> {
    let registry = ObjectStoreRegistry::empty();
    registry.insert(SCHEME, Arc::new(SealedFileProvider { key }));
    Arc::new(registry)
}

/// The URI of an absolute folder; `None` for a relative one.
pub(crate) fn uri_of(folder: &FilePath) -> Option<String> {
    let file = Url::from_file_path(folder).ok()?;
    let rest = file.as_str().strip_prefix("file")?;
    Some(format!("{SCHEME}{rest}"))
}

/// Creates stores that encrypt files under one key.
struct SealedFileProvider {
    key: Arc<IndexKey>,
}

impl std::fmt::Debug for SealedFileProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedFileProvider")
    }
}

#[async_trait]
impl ObjectStoreProvider for SealedFileProvider {
    async fn new_store(&self, base_path: Url, params: &ObjectStoreParams) -> lance_core::Result<ObjectStore> {
        // Lance acknowledges a commit when the store does, so the store must not return before the data is durable.
        let files = LocalFileSystem::new().with_fsync(true).with_automatic_cleanup(true);
        let sealed = SealedStore::new(Arc::new(files), Arc::clone(&self.key));
        let (constant_size_parts, lists_in_order) = (false, false);
        Ok(ObjectStore::new(
            Arc::new(sealed),
            base_path,
            Some(BLOCK_SIZE),
            None,
            constant_size_parts,
            lists_in_order,
            PARALLEL_REQUESTS,
            RETRIES,
            params.storage_options(),
        ))
    }

    fn extract_path(&self, url: &Url) -> lance_core::Result<Path> {
        FileStoreProvider.extract_path(url)
    }

    fn calculate_object_store_prefix(
        &self,
        url: &Url,
        options: Option<&HashMap<String, String>>,
    ) -> lance_core::Result<String> {
        FileStoreProvider.calculate_object_store_prefix(url, options)
    }
}
