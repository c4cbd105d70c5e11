//! Programs that index books, run on the same files: our command, and peers if they are installed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::library::PASSPHRASE;

/// A word of the corpus that each program has to find.
const PROBE: &str = "whale";

/// What a run cost.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) time: Duration,
    /// Largest resident memory of any of its processes, in MB.
    pub(crate) memory_mb: u64,
}

/// Our command: creates an encrypted library, imports, and waits until exact search works.
pub(crate) fn alexandria(books: &Path, scratch: &Path) -> anyhow::Result<Cost> {
    let program = crate::environment::built("alexandria")?;
    let (library, passphrase) = (scratch.join("library"), scratch.join("passphrase"));
    fs::write(&passphrase, PASSPHRASE)?;
    let arguments = |rest: &[&str]| {
        let named = ["--library", &library.to_string_lossy(), "--passphrase-file", &passphrase.to_string_lossy()];
        named.iter().chain(rest).map(|&argument| argument.to_owned()).collect::<Vec<_>>()
    };
    let import = arguments(&["import", "--wait", "exact", &books.to_string_lossy()]);
    let cost = timed(&program.to_string_lossy(), &import, scratch)?;
    let search = arguments(&["search", "--mode", "exact", PROBE]);
    finds(&program.to_string_lossy(), &search, scratch)?;
    Ok(cost)
}

/// calibre's add and full-text index; `None` if it is not installed.
pub(crate) fn calibre(books: &Path, scratch: &Path) -> anyhow::Result<Option<Cost>> {
    if !is_installed("calibredb") {
        return Ok(None);
    }
    let library = scratch.join("calibre").to_string_lossy().into_owned();
    let arguments = |words: &[&str]| {
        words.iter().copied().chain(["--library-path", &library]).map(str::to_owned).collect::<Vec<_>>()
    };
    let add = timed("calibredb", &arguments(&["add", "--recurse", &books.to_string_lossy()]), scratch)?;
    let index = ["fts_index", "enable", "--wait-for-completion", "--indexing-speed", "fast"];
    let index = timed("calibredb", &arguments(&index), scratch)?;
    finds("calibredb", &arguments(&["fts_search", PROBE]), scratch)?;
    Ok(Some(Cost { time: add.time + index.time, memory_mb: add.memory_mb.max(index.memory_mb) }))
}

/// recoll's index; `None` if it is not installed.
pub(crate) fn recoll(books: &Path, scratch: &Path) -> anyhow::Result<Option<Cost>> {
    if !is_installed("recollindex") {
        return Ok(None);
    }
    let config = scratch.join("recoll");
    fs::create_dir_all(&config)?;
    fs::write(config.join("recoll.conf"), format!("topdirs = {}\n", books.display()))?;
    let config = config.to_string_lossy().into_owned();
    let cost = timed("recollindex", &["-c".to_owned(), config.clone()], scratch)?;
    finds("recollq", &["-c".to_owned(), config, PROBE.to_owned()], scratch)?;
    Ok(Some(cost))
}

fn is_installed(program: &str) -> bool {
    let mut folders = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
    folders.retain(|folder| folder.join(program).is_file());
    !folders.is_empty()
}

/// A program with a separate home folder.
fn command(program: &Path, arguments: &[String], home: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env("HOME", home).env("XDG_STATE_HOME", home).env("QT_QPA_PLATFORM", "offscreen");
    command.stderr(Stdio::null());
    command
}

/// Runs a program under GNU time.
fn timed(program: &str, arguments: &[String], scratch: &Path) -> anyhow::Result<Cost> {
    let log = scratch.join("time.log");
    let mut all = vec!["-f".to_owned(), "%M".to_owned(), "-o".to_owned(), log.to_string_lossy().into_owned()];
    all.push(program.to_owned());
    all.extend_from_slice(arguments);
    let started = Instant::now();
    let status = command(Path::new("/usr/bin/time"), &all, scratch).stdout(Stdio::null()).status();
    let time = started.elapsed();
    ensure!(status.context("GNU time is needed to measure programs")?.success(), "{program} failed");
    let kb = fs::read_to_string(&log)?;
    let memory_mb = kb.lines().last().and_then(|line| line.trim().parse::<u64>().ok()).unwrap_or(0) / 1024;
    Ok(Cost { time, memory_mb })
}

/// Fails unless the search of a program finds the book that has the word.
fn finds(program: &str, arguments: &[String], scratch: &Path) -> anyhow::Result<()> {
    let output = command(Path::new(program), arguments, scratch).output()?;
    let stdout = String::from_utf8_lossy(&output.stdout).to_lowercase();
    ensure!(stdout.contains("moby") && stdout.contains("dick"), "{program} does not find what it indexed: {stdout}");
    Ok(())
}
