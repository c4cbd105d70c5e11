//! ONNX Runtime's library and its one environment a process.

use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;

use super::LoadError;
use crate::runtime::RuntimeFiles;

/// Checks the library and loads it, once: later calls return the same environment, whatever files they name. Nothing is
/// loaded before the first call, and a failed one can be repeated. The check takes as long as hashing 23 MB does: 20 to
/// 150 ms, by the processor.
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
    // It would write to standard error; what matters comes back as an error anyway.
    environment.set_log_level(LogLevel::Fatal);
    // Each session has a thread of its own, so a text must not be tokenised on a pool's.
    tokenizers::utils::parallelism::set_parallelism(false);
    *loaded = Some(environment.clone());
    Ok(environment)
}
