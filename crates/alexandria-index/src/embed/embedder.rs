//! The embedding model as its callers see it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use alexandria_domain::{Chunk, Chunker};

use super::error::{EmbedError, LoadError};
use super::model::Embedding;
use super::pool::{ChunkVector, weighted_mean};
use super::sessions::{Priority, SessionPool};
use crate::runtime::RuntimeFiles;
use crate::tokens::TokenCounter;

/// Maximum chunks of a long query, which bounds its latency; the rest is ignored. A page of a book has ten.
pub(super) const MAX_QUERY_CHUNKS: usize = 32;

/// The embedding model, ready to use from any thread.
#[derive(Debug)]
pub struct Embedder {
    sessions: SessionPool,
    tokens: TokenCounter,
}

impl Embedder {
    /// Verifies the files and loads the model, to embed up to `threads` texts in parallel. Takes about 0.2 s; ONNX
    /// Runtime's library stays loaded for the life of the process.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load(files: &RuntimeFiles, threads: usize) -> Result<Self, LoadError> {
        let tokens = TokenCounter::load(files)?;
        let sessions = SessionPool::new(files.clone(), threads)?;
        Ok(Self { sessions, tokens })
    }

    /// The vectors of `texts`, in their order. Yields to [`embed_query`](Self::embed_query) between texts.
    ///
    /// # Errors
    /// See [`EmbedError`].
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbedError> {
        self.embed_all(texts, Priority::Background)
    }

    fn embed_all(&self, texts: &[&str], priority: Priority) -> Result<Vec<Embedding>, EmbedError> {
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<(usize, Embedding)>, EmbedError> {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(text) = texts.get(number) else {
                    return Ok(done);
                };
                done.push((number, self.sessions.acquire(priority)?.embed(text)?));
            }
        };
        let workers = self.sessions.limit().min(texts.len());
        let mut vectors = if workers <= 1 { work()? } else { run_in_parallel(workers, &work)? };
        vectors.sort_unstable_by_key(|(number, _)| *number);
        Ok(vectors.into_iter().map(|(_, vector)| vector).collect())
    }

    /// The vector of one text that somebody is waiting for. Beyond [`MAX_TOKENS`](super::MAX_TOKENS) it is truncated.
    ///
    /// # Errors
    /// See [`EmbedError`].
    pub fn embed_query(&self, text: &str) -> Result<Embedding, EmbedError> {
        self.sessions.acquire(Priority::Interactive)?.embed(text)
    }

    /// The vector of a query of any length. A text that exceeds the model's input is split at sentences, into at most 32
    /// chunks, and the chunks' vectors are pooled; a shorter one has the vector of [`embed_query`](Self::embed_query).
    ///
    /// # Errors
    /// See [`EmbedError`].
    pub fn embed_long_query(&self, text: &str) -> Result<Embedding, EmbedError> {
        let count = |text: &str| self.tokens.count(text);
        let mut chunks = Chunker::new(&count).chunks(text);
        chunks.truncate(MAX_QUERY_CHUNKS);
        if chunks.len() <= 1 {
            return self.embed_query(text);
        }
        let texts: Vec<&str> = chunks.iter().filter_map(|chunk| text.get(chunk.range())).collect();
        let vectors = self.embed_all(&texts, Priority::Interactive)?;
        let with_tokens = |(vector, chunk): (Embedding, &Chunk)| ChunkVector { vector, tokens: chunk.tokens };
        let chunks: Vec<ChunkVector> = vectors.into_iter().zip(&chunks).map(with_tokens).collect();
        weighted_mean(&chunks).ok_or(EmbedError::Output)
    }

    /// The number of tokens of `text`, without special tokens; see [`TokenCounter::count`].
    #[must_use]
    pub fn count_tokens(&self, text: &str) -> usize {
        self.tokens.count(text)
    }

    /// Frees idle sessions, about 40 MB each. They are loaded again when needed.
    pub fn release_memory(&self) {
        self.sessions.release_idle();
    }
}

/// Runs `work` on `workers` threads and concatenates the results.
fn run_in_parallel<T: Send, E: Send>(
    workers: usize,
    work: &(impl Fn() -> Result<Vec<T>, E> + Sync),
) -> Result<Vec<T>, E> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}
