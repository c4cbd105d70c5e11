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

#[test]
fn an_abandoned_job_is_undone_and_those_behind_it_are_never_begun() {
    let worker = Worker::default();
    let (open, gate) = mpsc::channel::<()>();
    let (undone, news) = mpsc::channel();
    let of_second = undone.clone();
    let hangs = move || gate.recv().unwrap();
    assert_eq!(worker.run(SOON, hangs, move |()| undone.send("undone").unwrap()), Err(TimedOut));
    assert_eq!(worker.run(SOON, move || of_second.send("begun").unwrap(), |()| ()), Err(TimedOut));
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
