//! The engines of a closed library, used directly: to fill its vector index without embedding everything, and to replace its
//! database by a copy.

use std::path::Path;
use std::sync::Arc;

use alexandria_crypto::keys::DatabaseKey;
use alexandria_domain::PassageId;
use alexandria_index::{Embedder, Embedding, RuntimeFiles, VectorIndex, VectorRow};
use alexandria_library::Passphrase;
use alexandria_store::Store;
use alexandria_vault::{Credential, OsKeychain, Vault};
use anyhow::Context;

use crate::library::PASSPHRASE;
use crate::random::{Random, vector_near};

/// Real passages that are embedded; all other vectors are derived from theirs.
const SAMPLE_SIZE: usize = 1024;
/// Vectors of one index commit, as in the library.
const BATCH: usize = 1024;

/// The engines of one closed library.
pub(crate) struct Engines {
    pub(crate) store: Store,
    pub(crate) index: VectorIndex,
    pub(crate) embedder: Arc<Embedder>,
    pub(crate) key: DatabaseKey,
}

impl Engines {
    /// Opens those of the library in `folder`, which no other process and no [`Library`](alexandria_library::Library)
    /// has open.
    pub(crate) async fn open(folder: &Path) -> anyhow::Result<Self> {
        let credential = Credential::Passphrase(Passphrase::new(PASSPHRASE.to_owned()));
        let unlocked = Vault::unlock(folder, &credential, &OsKeychain::new())?;
        let store = Store::open(folder, &unlocked.keys.database)?;
        // As an open window does in the background.
        while !store.build_common_sets()? {}
        let index = VectorIndex::open(&folder.join("index"), Arc::new(unlocked.keys.index)).await?;
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let embedder = Arc::new(Embedder::load(&RuntimeFiles::locate()?, threads)?);
        Ok(Self { store, index, embedder, key: unlocked.keys.database })
    }

    /// `count` passages spread over the books that have no vectors.
    pub(crate) fn sample(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let books = self.store.embedding_backlog()?;
        let all: usize = books.iter().map(|book| book.passages as usize).sum();
        let step = (all / count).max(1);
        let mut texts = Vec::with_capacity(count);
        let mut next = 0;
        for book in books {
            let passages = book.passages as usize;
            while next < passages {
                let found = self.store.passages_from(book.row, u32::try_from(next)?, 1)?;
                texts.extend(found.into_iter().map(|passage| passage.text));
                next += step;
            }
            next -= passages;
        }
        texts.truncate(count);
        Ok(texts)
    }

    /// Adds a vector for every passage, each near a real vector of a sample.
    pub(crate) async fn fill_index(&self) -> anyhow::Result<()> {
        let sample = self.sample(SAMPLE_SIZE)?;
        let vectors = self.embedder.embed(&sample.iter().map(String::as_str).collect::<Vec<_>>())?;
        let mut random = Random::new(1);
        let mut rows = Vec::with_capacity(BATCH);
        for book in self.store.embedding_backlog()? {
            for ordinal in 0..book.passages {
                let passage = PassageId::new(book.row, ordinal).context("too many passages")?;
                rows.push(VectorRow { passage, vector: random_vector(&vectors, &mut random)? });
                if rows.len() == BATCH {
                    self.index.add(&rows).await?;
                    rows.clear();
                }
            }
            self.store.mark_embedded(book.row, book.passages)?;
        }
        self.index.add(&rows).await?;
        self.index.compact().await?;
        self.index.prune().await?;
        // Without this record the library would reject and rebuild the index.
        Ok(self.store.record_index(&self.index.fingerprint().await?.to_bytes(), &[])?)
    }
}

fn random_vector(vectors: &[Embedding], random: &mut Random) -> anyhow::Result<Embedding> {
    let vector = vectors.get(random.below(vectors.len().max(1))).context("no passage was embedded")?;
    Ok(vector_near(vector, random))
}
