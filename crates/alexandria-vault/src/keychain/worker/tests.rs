//! A job that hangs costs its caller the patience it has, and no more.

use super::*;

const SOON: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(60);

#[test]
fn results_come_back_in_order() {
    let worker = Worker::default();
    for number in 0..5 {
        assert_eq!(worker.run(LONG, move || number, |_| ()), Ok(number));
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
        assert_eq!(worker.run(SOON, hangs, move |()| undone.send("undone").unwrap()), Err(TimedOut));
        // One that was given up before its turn is never begun, and another is tried.
        if begun.recv().is_ok() {
            return open;
        }
    }
}

#[test]
fn an_abandoned_job_is_undone_and_those_behind_it_are_never_begun() {
    let worker = Worker::default();
    let (undone, news) = mpsc::channel();
    let open = hang(&worker, &undone);
    assert_eq!(worker.run(SOON, move || undone.send("begun").unwrap(), |()| ()), Err(TimedOut));
    open.send(()).unwrap();
    assert_eq!(worker.run(LONG, || 3, |_| ()), Ok(3));
    assert_eq!(news.try_iter().collect::<Vec<_>>(), ["undone"]);
}

#[test]
fn a_panicking_job_does_not_end_the_worker() {
    let worker = Worker::default();
    assert_eq!(worker.run(LONG, || panic!("as some keychain backends do"), |()| ()), Err(TimedOut));
    // The thread may take a moment to be gone; a job that falls into that moment is lost, not waited for.
    let revived = std::iter::repeat_with(|| worker.run(LONG, || 1, |_| ())).find(Result::is_ok);
    assert_eq!(revived, Some(Ok(1)));
}
