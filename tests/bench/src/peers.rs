//! Peers that may be installed on this machine, run on the same files.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

/// What a peer's run cost.
pub(crate) struct Cost {
    pub(crate) time: Duration,
    /// Largest resident memory of any of its processes, in MB.
    pub(crate) memory_mb: u64,
}

/// Time and memory of calibre's add and full-text index; `None` if it is not installed.
pub(crate) fn calibre(books: &Path, scratch: &Path) -> anyhow::Result<Option<Cost>> {
    let library = scratch.join("calibre");
    let library = library.to_string_lossy();
    let books = books.to_string_lossy();
    let add = ["calibredb", "add", "--recurse", &books, "--library-path", &library];
    let index = [
        "calibredb",
        "fts_index",
        "enable",
        "--wait-for-completion",
        "--indexing-speed",
        "fast",
        "--library-path",
        &library,
    ];
    both(&add, &index, scratch)
}

/// Time and memory of recoll's index; `None` if it is not installed.
pub(crate) fn recoll(books: &Path, scratch: &Path) -> anyhow::Result<Option<Cost>> {
    let config = scratch.join("recoll");
    std::fs::create_dir_all(&config)?;
    std::fs::write(config.join("recoll.conf"), format!("topdirs = {}\n", books.display()))?;
    let config = config.to_string_lossy();
    timed(&["recollindex", "-c", &config], scratch)
}

fn both(first: &[&str], second: &[&str], scratch: &Path) -> anyhow::Result<Option<Cost>> {
    let Some(first) = timed(first, scratch)? else { return Ok(None) };
    let Some(second) = timed(second, scratch)? else { return Ok(None) };
    Ok(Some(Cost { time: first.time + second.time, memory_mb: first.memory_mb.max(second.memory_mb) }))
}

/// Runs a command in a home of its own under GNU time.
fn timed(command: &[&str], scratch: &Path) -> anyhow::Result<Option<Cost>> {
    let installed = Command::new("which").args(command.first()).stdout(Stdio::null()).status()?.success();
    if !installed {
        return Ok(None);
    }
    let log = scratch.join("time.log");
    let begun = Instant::now();
    let status = Command::new("/usr/bin/time")
        .args(["-f", "%M", "-o"])
        .arg(&log)
        .args(command)
        .env("HOME", scratch)
        .env("QT_QPA_PLATFORM", "offscreen")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("GNU time is needed to measure peers")?;
    let time = begun.elapsed();
    anyhow::ensure!(status.success(), "{} failed", command.join(" "));
    let kb = std::fs::read_to_string(&log)?;
    let memory_mb = kb.lines().last().and_then(|line| line.trim().parse::<u64>().ok()).unwrap_or(0) / 1024;
    Ok(Some(Cost { time, memory_mb }))
}
