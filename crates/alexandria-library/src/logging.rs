//! Logging to rotating files: one a day, seven kept. Events carry ids and codes, never titles, text, queries or paths.
//!
//! Only Alexandria's own crates are logged, because nobody can vouch for what a dependency logs.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

/// Why logging could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The folder or file cannot be created.
    #[error("cannot write log files")]
    Folder(#[from] std::io::Error),
    /// The files cannot be rotated.
    #[error("cannot start the log file")]
    Rotation(#[from] tracing_appender::rolling::InitError),
}

const OWN_CRATES: &str = "off,alexandria_domain=info,alexandria_crypto=info,alexandria_extract=info,\
    alexandria_vault=info,alexandria_store=info,alexandria_index=info,alexandria_library=info,\
    alexandria_cli=info,alexandria_desktop=info";

/// Writes this process's log to `folder` until the guard is dropped.
///
/// # Errors
/// When the folder cannot be written. A process that already logs keeps its logger.
pub fn start_logging(folder: &Path) -> Result<WorkerGuard, LogError> {
    std::fs::create_dir_all(folder)?;
    let files = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("alexandria")
        .filename_suffix("log")
        .max_log_files(7)
        .build(folder)?;
    let (writer, guard) = tracing_appender::non_blocking(files);
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(OWN_CRATES))
        .with_ansi(false)
        .with_writer(writer)
        .finish();
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("this process already logs");
    }
    Ok(guard)
}
