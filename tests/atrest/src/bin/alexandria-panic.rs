//! `alexandria-panic LOGS FILE [hardened]`: starts as every program of Alexandria does, or without being hardened, and then
//! panics over the text of a file in a thread, as their workers are. Fails unless the thread did.

use std::path::Path;
use std::{env, fs, thread};

use alexandria_library::{harden_process, start_logging};
use anyhow::{Context, ensure};

fn main() -> anyhow::Result<()> {
    let mut args = env::args_os().skip(1);
    let logs = args.next().context("no folder for the logs")?;
    let file = args.next().context("no file to panic over")?;
    if args.next().is_some_and(|how| how == "hardened") {
        harden_process();
    }
    let log = start_logging(Path::new(&logs))?;
    let text = fs::read_to_string(file)?;
    // Of a place inside a letter, the standard library quotes the whole text.
    let panicked = thread::spawn(move || text.split_at(1).0.len()).join().is_err();
    drop(log);
    ensure!(panicked, "the text does not begin with a letter of several bytes");
    Ok(())
}
