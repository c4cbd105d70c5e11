//! ONNX Runtime's library and its one environment a process.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;

use super::LoadError;

/// Loads the library, once: later calls return the same environment, whatever path they name. Nothing is loaded before
/// the first call, and a failed one can be repeated.
pub(super) fn environment(library: &Path) -> Result<Environment, LoadError> {
    static LOADED: Mutex<Option<Environment>> = Mutex::new(None);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = loaded.as_ref() {
        return Ok(environment.clone());
    }
    let builder = ort::init_from(library).map_err(|error| LoadError::Library(error.to_string()))?;
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
