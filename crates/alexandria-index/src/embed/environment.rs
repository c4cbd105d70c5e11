//! ONNX Runtime's library and its environment, one per process.

use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;

use super::error::LoadError;
use crate::runtime::RuntimeFiles;

/// Verifies and loads the library on the first call; later calls return the same environment, whatever files they name.
/// A failed call can be repeated. Verifying hashes 23 MB, which takes 20 to 150 ms.
pub(super) fn environment(files: &RuntimeFiles) -> Result<Environment, LoadError> {
    static LOADED: Mutex<Option<Environment>> = Mutex::new(None);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = loaded.as_ref() {
        return Ok(environment.clone());
    }
    let builder = ort::init_from(files.verified_library()?).map_err(|error| LoadError::Library(error.to_string()))?;
    let environment = builder
        .with_name("alexandria")
        .with_telemetry(false)
        .build()
        .map_err(|error| LoadError::Library(error.to_string()))?;
    // It logs to standard error; failures are returned as errors anyway.
    environment.set_log_level(LogLevel::Fatal);
    // Each session has a thread of its own, so tokenizing must not use a thread pool.
    tokenizers::utils::parallelism::set_parallelism(false);
    *loaded = Some(environment.clone());
    Ok(environment)
}
