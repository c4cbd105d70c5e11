//! A thread of its own for calls that may never return.
//!
//! A keychain call can wait for a prompt that nobody sees. It must not take the caller with it, and what it does after
//! the caller has given up must not surprise anyone: it is undone before anything else begins. So there is no second
//! thread beside one that hangs. Until it returns, every other caller waits as long as it has patience, and no longer.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const WAITING: u8 = 0;
const DONE: u8 = 1;
const ABANDONED: u8 = 2;

type Job = Box<dyn FnOnce() + Send>;

/// The caller gave up, or the thread is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimedOut;

/// Whether the caller of a job still waits for it.
#[derive(Debug)]
pub(super) struct Claim(AtomicU8);

impl Claim {
    /// Whether the caller has given up. A job that has not begun is then not begun.
    fn is_abandoned(&self) -> bool {
        self.0.load(Ordering::Acquire) == ABANDONED
    }

    /// Settles the outcome for one side: true if the other had not settled it before.
    fn settle(&self, outcome: u8) -> bool {
        self.0.compare_exchange(WAITING, outcome, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// One thread that does one job at a time, in the order in which they were given. It is started with the first job and
/// ends when the worker is dropped and its job, if any, has returned.
#[derive(Debug, Default)]
pub(super) struct Worker {
    jobs: Mutex<Option<Sender<Job>>>,
}

impl Worker {
    /// Does `job` on the thread and waits for it at most `patience`. If the caller gave up before the job was done,
    /// `undo` is called with its result.
    pub(super) fn run<T: Send + 'static>(
        &self,
        patience: Duration,
        job: impl FnOnce() -> T + Send + 'static,
        undo: impl FnOnce(T) + Send + 'static,
    ) -> Result<T, TimedOut> {
        let claim = Arc::new(Claim(AtomicU8::new(WAITING)));
        let (reply, result) = mpsc::channel();
        let of_job = Arc::clone(&claim);
        self.send(Box::new(move || {
            if of_job.is_abandoned() {
                return;
            }
            let done = job();
            if of_job.settle(DONE) {
                // The caller waits, or is about to take this: it cannot be gone.
                let _sent = reply.send(done);
            } else {
                undo(done);
            }
        }))?;
        match result.recv_timeout(patience) {
            Ok(done) => Ok(done),
            Err(RecvTimeoutError::Timeout) if claim.settle(ABANDONED) => Err(TimedOut),
            // It was done at the last moment: the result is on its way.
            Err(RecvTimeoutError::Timeout) => result.recv().map_err(|_| TimedOut),
            Err(RecvTimeoutError::Disconnected) => Err(TimedOut),
        }
    }

    fn send(&self, job: Job) -> Result<(), TimedOut> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let job = match jobs.as_ref() {
            None => job,
            Some(running) => match running.send(job) {
                Ok(()) => return Ok(()),
                // A job panicked and took the thread with it.
                Err(mpsc::SendError(job)) => job,
            },
        };
        *jobs = Some(Self::start(job)?);
        Ok(())
    }

    fn start(job: Job) -> Result<Sender<Job>, TimedOut> {
        let (sender, queue) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new().name("keychain".into());
        thread.spawn(move || queue.into_iter().for_each(|job| job())).map_err(|_| TimedOut)?;
        sender.send(job).map_err(|_| TimedOut)?;
        Ok(sender)
    }
}

#[cfg(test)]
mod tests;
