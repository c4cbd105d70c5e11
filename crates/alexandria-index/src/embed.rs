//! Texts to vectors: all-MiniLM-L6-v2, run by fastembed on ONNX Runtime.
//!
//! Every text is a batch of its own on a session of one thread, and several sessions work side by side. So no padding is
//! computed, and a vector depends on its text alone: with dynamic int8 weights the members of a batch would change each
//! other's numbers. It is also the fastest way measured on two cores (`docs/formats/index-store.md`).
//!
//! Sync: call it where blocking is allowed. Splitting text into passages is not done here.

mod environment;
mod sessions;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use alexandria_domain::{CodedError, ErrorCode};

use crate::runtime::{RuntimeError, RuntimeFiles};
use crate::tokens::{TokenCounter, TokenizerError};
use sessions::{Sessions, Urgency};

/// Length of a vector.
pub const DIMENSIONS: usize = 384;
/// Most tokens the model sees, its two special marks included; what follows is ignored.
pub const MAX_TOKENS: usize = 256;

/// A text's place in meaning: of length 1, so that the dot product of two is their cosine similarity.
pub type Embedding = [f32; DIMENSIONS];

/// The embedding model, ready to use from any thread.
#[derive(Debug)]
pub struct Embedder {
    sessions: Sessions,
    tokens: TokenCounter,
}

/// Why the model cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// One of its files is missing or not the pinned one.
    #[error(transparent)]
    File(#[from] RuntimeError),
    /// Its tokeniser cannot be used.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// ONNX Runtime's library is of the wrong version or platform. The text is the loader's own.
    #[error("the onnx runtime library cannot be loaded; run `cargo xtask setup` or reinstall the app ({0})")]
    Library(String),
    /// The runtime does not take the model.
    #[error("onnx runtime refuses the model; run `cargo xtask setup` or reinstall the app")]
    Model(#[source] fastembed::Error),
}

impl CodedError for LoadError {
    fn code(&self) -> ErrorCode {
        ErrorCode::ModelMissing
    }
}

/// Why texts could not be embedded.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// A session had to be loaded first, and could not.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The runtime failed, or ran out of memory.
    #[error("the embedding model failed; restart the app")]
    Inference(#[source] fastembed::Error),
    /// The model gave something other than one vector of [`DIMENSIONS`] finite numbers.
    #[error("the embedding model gave no vector; run `cargo xtask setup` or reinstall the app")]
    Output,
}

impl CodedError for EmbedError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Load(error) => error.code(),
            Self::Inference(_) | Self::Output => ErrorCode::Internal,
        }
    }
}

impl Embedder {
    /// Checks the files and loads the model, to embed up to `threads` texts at once. Takes about 0.2 s; the runtime's
    /// library stays in the process from then on.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load(files: &RuntimeFiles, threads: usize) -> Result<Self, LoadError> {
        let tokens = TokenCounter::load(files)?;
        let sessions = Sessions::new(files.clone(), threads)?;
        Ok(Self { sessions, tokens })
    }

    /// The vectors of `texts`, in their order. Steps aside for [`embed_query`](Self::embed_query) between texts.
    ///
    /// # Errors
    /// See [`EmbedError`].
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbedError> {
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<(usize, Embedding)>, EmbedError> {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(text) = texts.get(number) else {
                    return Ok(done);
                };
                done.push((number, self.sessions.take(Urgency::Background)?.embed(text)?));
            }
        };
        let workers = self.sessions.limit().min(texts.len());
        let mut vectors = if workers <= 1 { work()? } else { in_parallel(workers, &work)? };
        vectors.sort_unstable_by_key(|(number, _)| *number);
        Ok(vectors.into_iter().map(|(_, vector)| vector).collect())
    }

    /// The vector of one text somebody is waiting for.
    ///
    /// # Errors
    /// See [`EmbedError`].
    pub fn embed_query(&self, text: &str) -> Result<Embedding, EmbedError> {
        self.sessions.take(Urgency::Reader)?.embed(text)
    }

    /// The number of tokens of `text`, without special marks; see [`TokenCounter::count`].
    #[must_use]
    pub fn count_tokens(&self, text: &str) -> usize {
        self.tokens.count(text)
    }

    /// Gives up the sessions that are idle, about 40 MB each. They are loaded again when needed.
    pub fn release_memory(&self) {
        self.sessions.release_idle();
    }
}

/// Runs `work` on so many threads and joins what they give.
fn in_parallel<T: Send, E: Send>(workers: usize, work: &(impl Fn() -> Result<Vec<T>, E> + Sync)) -> Result<Vec<T>, E> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}
