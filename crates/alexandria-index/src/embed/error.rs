//! Errors of loading and running the embedding model.

use alexandria_domain::{CodedError, ErrorCode};

use crate::runtime::RuntimeError;
use crate::tokens::TokenizerError;

/// Why the model cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// One of its files is missing or not the pinned one.
    #[error(transparent)]
    File(#[from] RuntimeError),
    /// Its tokenizer cannot be used.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// ONNX Runtime's library is of the wrong version or platform. The text is the loader's own.
    #[error("the ONNX Runtime library cannot be loaded ({0})")]
    Library(String),
    /// ONNX Runtime rejects the model.
    #[error("ONNX Runtime cannot load the embedding model")]
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
    /// A session had to be loaded first, and loading failed.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// ONNX Runtime failed or ran out of memory.
    #[error("the embedding model failed")]
    Inference(#[source] fastembed::Error),
    /// The output is not one vector of [`DIMENSIONS`](super::DIMENSIONS) finite numbers.
    #[error("the embedding model returned an invalid vector")]
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
