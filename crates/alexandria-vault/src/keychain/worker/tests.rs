//! A job that hangs costs its caller no more than its timeout.

use super::*;

const SHORT_TIMEOUT: Duration = Duration::from_millis(20);
const LONG_TIMEOUT: Duration = Duration::from_secs(60);

#[test]
fn worker_returns_results_in_order() {
    let worker = Worker::default();
    for number in 0..5 {
        assert_eq!(worker.run(LONG_TIMEOUT, move || number, |_| ()), Ok(number));
    }
}

/// Makes the worker hang in an abandoned job. Sending on the returned channel lets the job finish.
fn hang(worker: &Worker, undone: &Sender<&'static str>) -> Sender<()> {
    loop {
        let (release, gate) = mpsc::channel();
        let (started, is_started) = mpsc::channel();
        let undone = undone.clone();
        let hangs = move || {
            started.send(()).unwrap();
            gate.recv().unwrap();
        };
        assert_eq!(worker.run(SHORT_TIMEOUT, hangs, move |()| undone.send("undone").unwrap()), Err(TimedOut));
        // A job that timed out before it started is skipped, so another is tried.
        if is_started.recv().is_ok() {
            return release;
        }
    }
}

#[test]
fn abandoned_job_is_undone_and_queued_jobs_never_start() {
    let worker = Worker::default();
    let (undone, events) = mpsc::channel();
    let release = hang(&worker, &undone);
    assert_eq!(worker.run(SHORT_TIMEOUT, move || undone.send("started").unwrap(), |()| ()), Err(TimedOut));
    release.send(()).unwrap();
    assert_eq!(worker.run(LONG_TIMEOUT, || 3, |_| ()), Ok(3));
    assert_eq!(events.try_iter().collect::<Vec<_>>(), ["undone"]);
}

#[test]
fn worker_survives_panicking_job() {
    let worker = Worker::default();
    assert_eq!(worker.run(LONG_TIMEOUT, || panic!("as some keychain backends do"), |()| ()), Err(TimedOut));
    // The thread may take a moment to end; a job sent in that moment is lost and not waited for.
    let revived = std::iter::repeat_with(|| worker.run(LONG_TIMEOUT, || 1, |_| ())).find(Result::is_ok);
    assert_eq!(revived, Some(Ok(1)));
}
