//! Refusing writes before the disk is full, so that reading and deleting still work.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Bytes that must be free for writing.
pub(super) const MIN_FREE_BYTES: u64 = 64 << 20;
/// How long an answer of the file system is used.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What is free on the disk of a folder.
#[derive(Debug)]
pub(super) struct Space {
    folder: PathBuf,
    min_free_bytes: u64,
    started: Instant,
    /// Milliseconds after `started` when the file system is asked again.
    next_poll: AtomicU64,
    is_low: AtomicBool,
}

impl Space {
    /// The disk with `path`.
    pub(super) fn of(path: &Path, min_free_bytes: u64) -> Self {
        let folder = path.parent().map_or_else(|| PathBuf::from("."), Path::to_owned);
        Self {
            folder,
            min_free_bytes,
            started: Instant::now(),
            next_poll: AtomicU64::new(0),
            is_low: AtomicBool::new(false),
        }
    }

    /// Whether the disk is nearly full. A file system that does not answer is not held to be.
    pub(super) fn is_low(&self) -> bool {
        let elapsed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if elapsed >= self.next_poll.load(Ordering::Relaxed) {
            let interval = u64::try_from(POLL_INTERVAL.as_millis()).unwrap_or(u64::MAX);
            self.next_poll.store(elapsed.saturating_add(interval), Ordering::Relaxed);
            self.is_low
                .store(free_bytes(&self.folder).is_some_and(|free| free < self.min_free_bytes), Ordering::Relaxed);
        }
        self.is_low.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_low_below_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let check = |limit: u64, expect: bool| {
            assert_eq!(Space::of(&folder.path().join("server.db"), limit).is_low(), expect, "{limit}");
        };
        check(0, false);
        check(u64::MAX, true);
    }
}
