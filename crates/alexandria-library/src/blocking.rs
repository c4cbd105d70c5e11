//! Runs blocking work on tokio's blocking threads, so that async workers never wait for a disk or a lock.

use tokio::task::JoinError;

/// Runs `work` on a blocking thread and waits for it. A panic inside becomes the caller's typed error through `From`.
pub(crate) async fn blocking<T, E, F>(work: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Panicked> + Send + 'static,
    F: FnOnce() -> Result<T, E> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(E::from(Panicked::from(error))))
}

/// Blocking work that panicked or was dropped with the runtime: a bug in Alexandria.
#[derive(Debug, thiserror::Error)]
#[error("an internal operation failed; please report this")]
pub struct Panicked(#[from] JoinError);
