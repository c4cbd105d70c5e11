//! A dedicated thread for calls that may never return.
//!
//! A keychain call can wait for a prompt that nobody sees. It must not block its caller, and its late effects must not
//! surprise anyone: they are undone before the next job begins. There is therefore no second thread next to one that hangs;
//! until it returns, every other caller waits for its own timeout.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const WAITING: u8 = 0;
const DONE: u8 = 1;
const ABANDONED: u8 = 2;

type Job = Box<dyn FnOnce() + Send>;

/// The job did not finish in time, or the thread is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimedOut;

/// Whether the caller of a job still waits for it.
#[derive(Debug)]
pub(super) struct Claim(AtomicU8);

impl Claim {
    /// Whether the caller has timed out. A job that has not started is then skipped.
    fn is_abandoned(&self) -> bool {
        self.0.load(Ordering::Acquire) == ABANDONED
    }

    /// Sets the outcome; returns false if the other side had set it before.
    fn settle(&self, outcome: u8) -> bool {
        self.0.compare_exchange(WAITING, outcome, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// One thread that runs jobs one at a time, in order. It starts with the first job and ends when the worker is dropped and
/// its current job, if any, has returned.
#[derive(Debug, Default)]
pub(super) struct Worker {
    jobs: Mutex<Option<Sender<Job>>>,
}

impl Worker {
    /// Runs `job` on the thread and waits for it at most `timeout`. If the job finishes after that, `undo` is called with
    /// its result.
    pub(super) fn run<T: Send + 'static>(
        &self,
        timeout: Duration,
        job: impl FnOnce() -> T + Send + 'static,
        undo: impl FnOnce(T) + Send + 'static,
    ) -> Result<T, TimedOut> {
        let claim = Arc::new(Claim(AtomicU8::new(WAITING)));
        let (reply, result) = mpsc::channel();
        let job_claim = Arc::clone(&claim);
        self.send(Box::new(move || {
            if job_claim.is_abandoned() {
                return;
            }
            let result = job();
            if job_claim.settle(DONE) {
                // The caller is still waiting, so the receiver exists.
                let _sent = reply.send(result);
            } else {
                undo(result);
            }
        }))?;
        match result.recv_timeout(timeout) {
            Ok(value) => Ok(value),
            Err(RecvTimeoutError::Timeout) if claim.settle(ABANDONED) => Err(TimedOut),
            // The job finished at the last moment: its result is on its way.
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
                // A job panicked and ended the thread.
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
