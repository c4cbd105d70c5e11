//! The embedding model and its tokenizer, loaded when first used and released when idle, so that a window opens without
//! waiting for them and a library nobody uses keeps no model in memory.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use alexandria_index::{Embedder, LoadError, RuntimeFiles, TokenCounter};

/// The loaded model and tokenizer.
pub(crate) struct Models {
    embedder: Mutex<Option<Arc<Embedder>>>,
    tokens: Mutex<Option<Arc<TokenCounter>>>,
    activity: Arc<Activity>,
}

impl Models {
    pub(crate) fn new(activity: Arc<Activity>) -> Self {
        Self { embedder: Mutex::new(None), tokens: Mutex::new(None), activity }
    }

    /// The embedding model. Blocks while it is loaded.
    pub(crate) fn embedder(&self) -> Result<Arc<Embedder>, LoadError> {
        self.activity.touch();
        load_once(&self.embedder, || Embedder::load(&RuntimeFiles::locate()?, threads()))
    }

    /// The model's tokenizer, which measures text. Blocks while it is loaded.
    pub(crate) fn tokens(&self) -> Result<Arc<TokenCounter>, LoadError> {
        self.activity.touch();
        load_once(&self.tokens, || Ok(TokenCounter::load(&RuntimeFiles::locate()?)?))
    }

    /// Whether either of them is in memory.
    pub(crate) fn is_loaded(&self) -> bool {
        is_some(&self.embedder) || is_some(&self.tokens)
    }

    /// Releases both; current users keep them until they are done. Returns whether there was anything to release.
    pub(crate) fn release(&self) -> bool {
        let embedder = take(&self.embedder);
        let tokens = take(&self.tokens);
        embedder || tokens
    }
}

fn load_once<T>(
    slot: &Mutex<Option<Arc<T>>>,
    load: impl FnOnce() -> Result<T, LoadError>,
) -> Result<Arc<T>, LoadError> {
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(loaded) = &*slot {
        return Ok(Arc::clone(loaded));
    }
    let loaded = Arc::new(load()?);
    *slot = Some(Arc::clone(&loaded));
    Ok(loaded)
}

fn is_some<T>(slot: &Mutex<Option<T>>) -> bool {
    slot.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

fn take<T>(slot: &Mutex<Option<T>>) -> bool {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
}

/// When the model or the vector index was last used.
pub(crate) struct Activity(Mutex<Instant>);

impl Activity {
    /// Counts from now.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    /// Records a use.
    pub(crate) fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// The last use; if there was none, when the library was opened.
    pub(crate) fn last_used(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Threads for heavy work: as many as the machine has cores, at most four.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get).clamp(1, 4)
}
