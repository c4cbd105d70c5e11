//! A few model sessions that threads take turns with.

use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use fastembed::{
    InitOptionsUserDefined, Pooling, QuantizationMode, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel,
};

use super::environment::environment;
use super::{EmbedError, Embedding, LoadError, MAX_TOKENS};
use crate::runtime::RuntimeFiles;

/// Who waits for a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// A reader, for an answer: goes first.
    Reader,
    /// A job.
    Background,
}

/// Sessions, loaded when they are first needed.
pub(super) struct Sessions {
    files: RuntimeFiles,
    limit: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<TextEmbedding>,
    loaded: usize,
    readers_waiting: usize,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// A session, until it is dropped.
pub(super) struct Session<'a> {
    sessions: &'a Sessions,
    model: Option<TextEmbedding>,
}

impl Sessions {
    /// Loads one session, to know that the model works; up to `limit` will follow.
    pub(super) fn new(files: RuntimeFiles, limit: usize) -> Result<Self, LoadError> {
        let first = load(&files)?;
        let state = State { idle: vec![first], loaded: 1, readers_waiting: 0 };
        Ok(Self { files, limit: limit.max(1), state: Mutex::new(state), returned: Condvar::new() })
    }

    /// Most sessions there can be.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Waits for a session. A job waits as long as a reader does.
    pub(super) fn take(&self, urgency: Urgency) -> Result<Session<'_>, LoadError> {
        let mut state = self.lock();
        if urgency == Urgency::Reader {
            state.readers_waiting += 1;
        }
        loop {
            if urgency == Urgency::Reader || state.readers_waiting == 0 {
                if let Some(model) = state.idle.pop() {
                    state.served(urgency);
                    return Ok(Session { sessions: self, model: Some(model) });
                }
                // Loading takes longer than a busy session needs to finish, so a reader loads only the first one.
                let most = if urgency == Urgency::Reader { 1 } else { self.limit };
                if state.loaded < most {
                    state.loaded += 1;
                    state.served(urgency);
                    drop(state);
                    return self.load_another();
                }
            }
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Drops the sessions nobody uses.
    pub(super) fn release_idle(&self) {
        let mut state = self.lock();
        state.loaded -= state.idle.len();
        state.idle.clear();
    }

    fn load_another(&self) -> Result<Session<'_>, LoadError> {
        match load(&self.files) {
            Ok(model) => Ok(Session { sessions: self, model: Some(model) }),
            Err(error) => {
                self.lock().loaded -= 1;
                self.returned.notify_all();
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is a single step, so a panic elsewhere cannot have left it half made.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn served(&mut self, urgency: Urgency) {
        if urgency == Urgency::Reader {
            self.readers_waiting -= 1;
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
        self.sessions.lock().idle.extend(self.model.take());
        self.sessions.returned.notify_all();
    }
}

fn load(files: &RuntimeFiles) -> Result<TextEmbedding, LoadError> {
    let environment = environment(files)?;
    let tokenizer_files = TokenizerFiles {
        tokenizer_file: files.read_tokenizer()?,
        // fastembed wants three more files of the model hub's; this is all it takes from them.
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
