//! A job that hangs costs its caller the timeout it has, and no more.

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

/// Has the worker hang in a job that its caller has given up. Gives what lets it go on.
fn hang(worker: &Worker, undone: &Sender<&'static str>) -> Sender<()> {
    loop {
        let (open, gate) = mpsc::channel();
        let (begin, begun) = mpsc::channel();
        let undone = undone.clone();
        let hangs = move || {
            begin.send(()).unwrap();
            gate.recv().unwrap();
        };
        assert_eq!(worker.run(SHORT_TIMEOUT, hangs, move |()| undone.send("undone").unwrap()), Err(TimedOut));
        // One that was given up before its turn is never begun, and another is tried.
        if begun.recv().is_ok() {
            return open;
        }
    }
}

#[test]
fn abandoned_job_is_undone_and_queued_jobs_never_start() {
    let worker = Worker::default();
    let (undone, news) = mpsc::channel();
    let open = hang(&worker, &undone);
    assert_eq!(worker.run(SHORT_TIMEOUT, move || undone.send("begun").unwrap(), |()| ()), Err(TimedOut));
    open.send(()).unwrap();
    assert_eq!(worker.run(LONG_TIMEOUT, || 3, |_| ()), Ok(3));
    assert_eq!(news.try_iter().collect::<Vec<_>>(), ["undone"]);
}

#[test]
fn worker_survives_panicking_job() {
    let worker = Worker::default();
    assert_eq!(worker.run(LONG_TIMEOUT, || panic!("as some keychain backends do"), |()| ()), Err(TimedOut));
    // The thread may take a moment to be gone; a job that falls into that moment is lost, not waited for.
    let revived = std::iter::repeat_with(|| worker.run(LONG_TIMEOUT, || 1, |_| ())).find(Result::is_ok);
    assert_eq!(revived, Some(Ok(1)));
}
