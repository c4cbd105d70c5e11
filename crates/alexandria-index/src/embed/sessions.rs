//! A pool of model sessions.

use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use fastembed::{
    InitOptionsUserDefined, Pooling, QuantizationMode, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel,
};

use super::environment::environment;
use super::error::{EmbedError, LoadError};
use super::model::{Embedding, MAX_TOKENS};
use crate::runtime::RuntimeFiles;

/// Who is waiting for a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Priority {
    /// A person, for an answer: served first.
    Interactive,
    /// A background job.
    Background,
}

/// Up to `limit` sessions, loaded on demand.
pub(super) struct SessionPool {
    files: RuntimeFiles,
    limit: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<TextEmbedding>,
    loaded: usize,
    interactive_waiting: usize,
}

impl fmt::Debug for SessionPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionPool").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// A session on loan; dropping it returns it to the pool.
pub(super) struct Session<'a> {
    pool: &'a SessionPool,
    model: Option<TextEmbedding>,
}

impl SessionPool {
    /// Loads the first session, which shows that the model works.
    pub(super) fn new(files: RuntimeFiles, limit: usize) -> Result<Self, LoadError> {
        let first = load(&files)?;
        let state = State { idle: vec![first], loaded: 1, interactive_waiting: 0 };
        Ok(Self { files, limit: limit.max(1), state: Mutex::new(state), returned: Condvar::new() })
    }

    /// Maximum number of sessions.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Waits for a session. Background jobs wait while an interactive caller does.
    pub(super) fn acquire(&self, priority: Priority) -> Result<Session<'_>, LoadError> {
        let mut state = self.lock();
        if priority == Priority::Interactive {
            state.interactive_waiting += 1;
        }
        loop {
            if priority == Priority::Interactive || state.interactive_waiting == 0 {
                if let Some(model) = state.idle.pop() {
                    state.served(priority);
                    return Ok(Session { pool: self, model: Some(model) });
                }
                // Loading takes longer than a busy session needs to finish, so an interactive caller loads only the first.
                let limit = if priority == Priority::Interactive { 1 } else { self.limit };
                if state.loaded < limit {
                    state.loaded += 1;
                    state.served(priority);
                    drop(state);
                    return self.load_another();
                }
            }
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Drops the idle sessions.
    pub(super) fn release_idle(&self) {
        let mut state = self.lock();
        state.loaded -= state.idle.len();
        state.idle.clear();
    }

    fn load_another(&self) -> Result<Session<'_>, LoadError> {
        match load(&self.files) {
            Ok(model) => Ok(Session { pool: self, model: Some(model) }),
            Err(error) => {
                self.lock().loaded -= 1;
                self.returned.notify_all();
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is a single step, so a panic elsewhere cannot have left it inconsistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn served(&mut self, priority: Priority) {
        if priority == Priority::Interactive {
            self.interactive_waiting -= 1;
        }
    }
}

impl Session<'_> {
    /// The vector of one text.
    pub(super) fn embed(mut self, text: &str) -> Result<Embedding, EmbedError> {
        let model = self.model.as_mut().ok_or(EmbedError::Output)?;
        let mut vectors = model.embed([text], None).map_err(EmbedError::Inference)?;
        let vector: Embedding = vectors.pop().and_then(|vector| vector.try_into().ok()).ok_or(EmbedError::Output)?;
        if vector.iter().all(|number| number.is_finite()) { Ok(vector) } else { Err(EmbedError::Output) }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.pool.lock().idle.extend(self.model.take());
        self.pool.returned.notify_all();
    }
}

fn load(files: &RuntimeFiles) -> Result<TextEmbedding, LoadError> {
    let environment = environment(files)?;
    let tokenizer_files = TokenizerFiles {
        tokenizer_file: files.read_tokenizer()?,
        // fastembed requires three more files as published on the model hub; these are the only values it reads.
        config_file: br#"{"pad_token_id":0}"#.to_vec(),
        special_tokens_map_file: b"{}".to_vec(),
        tokenizer_config_file: format!(r#"{{"model_max_length":{MAX_TOKENS},"pad_token":"[PAD]"}}"#).into_bytes(),
    };
    let model = UserDefinedEmbeddingModel::new(files.read_model()?, tokenizer_files)
        .with_pooling(Pooling::Mean)
        .with_quantization(QuantizationMode::Dynamic);
    let options = InitOptionsUserDefined::new()
        .with_environment(environment)
        .with_max_length(MAX_TOKENS)
        .with_intra_threads(1)
        // A thread that spins while it waits would burn the battery between texts.
        .with_session_config("session.intra_op.allow_spinning", "0");
    TextEmbedding::try_new_from_user_defined(model, options).map_err(LoadError::Model)
}
