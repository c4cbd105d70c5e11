//! The real window: how soon it shows the shelf, what it takes of memory and processor, beside an empty Tauri window.
//!
//! Every start is a new process under a virtual display. The window is usable when the first covers of the shelf are on
//! the screen; nothing is asked of the program, only the screen is looked at. Linux only.

mod processes;
mod program;
mod screen;

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use alexandria_tests_support::{Display, Sandbox};
use anyhow::ensure;

use self::program::Program;
use crate::book::{self, Book};
use crate::engines::Engines;
use crate::figures::{median, millis, table};
use crate::shelf::Shelf;

/// Starts of each window, of which the middle one counts.
const STARTS: usize = 7;
/// Books on the shelf.
const SHELVES: [usize; 2] = [10, 10_000];
/// Paragraphs of each of these books: about as many passages.
const PARAGRAPHS: usize = 12;
/// Files imported at once.
const IMPORTS: [usize; 2] = [100, 500];
/// After this the window has done what it does at its start.
const SETTLED: Duration = Duration::from_secs(15);
/// How long it is watched doing nothing.
const IDLE: Duration = Duration::from_secs(60);
/// How long it is watched making vectors after an import.
const EMBEDDING: Duration = Duration::from_secs(30);

pub(crate) async fn run() -> anyhow::Result<()> {
    let books = book::read_all(&crate::environment::corpus("books")?)?;
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let mut programs = vec![("an empty Tauri window".to_owned(), Program::empty(&sandbox, &display)?)];
    let mut shelves = Vec::new();
    for count in SHELVES {
        let shelf = shelf_of(&books, count).await?;
        let library = shelf.path().join("library");
        programs.push((format!("{count} books"), Program::ours(&sandbox, &display, &library, &[])?));
        shelves.push(shelf);
    }
    let mut starts: Vec<Vec<Duration>> = programs.iter().map(|_| Vec::new()).collect();
    for round in 0..=STARTS {
        for ((_, program), times) in programs.iter().zip(&mut starts) {
            let (_running, time) = program.start_and_show()?;
            // The first start fills the system's caches.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let mut empty = None;
    let mut rows = Vec::new();
    for ((name, program), starts) in programs.iter().zip(&starts) {
        eprintln!("watching {name} …");
        let (running, _) = program.start_and_show()?;
        sleep(SETTLED);
        let (before, begun) = (running.processor_time()?, Instant::now());
        sleep(IDLE);
        let idle = (running.processor_time()? - before).as_secs_f64() / begun.elapsed().as_secs_f64();
        let memory = running.memory_mb()?;
        let share = memory / *empty.get_or_insert(memory);
        rows.push(vec![
            name.clone(),
            format!("{:.0}", millis(median(starts))),
            format!("{memory:.0}"),
            format!("{share:.2}"),
            format!("{:.2}", idle * 100.0),
        ]);
    }
    rows.push(["target", "≤ 1000 at 10,000 books", "", "≤ 1.2 at 10,000 books", "< 0.5"].map(str::to_owned).to_vec());
    let head = ["window, all its processes", "start to shelf shown, ms", "PSS MB", "÷ empty", "idle, % of a core"];
    table(&head, &rows);
    importing(&books, &sandbox, &display)
}

/// A library of so many short books with covers, all of it searchable.
async fn shelf_of(books: &[Book], count: usize) -> anyhow::Result<tempfile::TempDir> {
    eprintln!("making a library of {count} books …");
    let shelf = Shelf::new().await?;
    let files = shelf.folder.path().join("files");
    std::fs::create_dir(&files)?;
    for (number, book) in (0..count).zip(books.iter().cycle()) {
        book.excerpt(number, PARAGRAPHS).write(&files.join(format!("{number}.epub")))?;
    }
    let report = shelf.library.import(vec![files.clone()]).wait().await;
    ensure!(report.imported.len() == count, "{} of {count} books were imported", report.imported.len());
    let path = shelf.path();
    let folder = shelf.close();
    Engines::open(&path).await?.fill_index().await?;
    std::fs::remove_dir_all(files)?;
    Ok(folder)
}

/// Memory while files as large as those of the corpus are imported through the window.
fn importing(books: &[Book], sandbox: &Sandbox, display: &Display) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for count in IMPORTS {
        eprintln!("importing {count} files through the window …");
        let files = copies(books, sandbox, count)?;
        let library = sandbox.path(&format!("library-of-{count}"));
        let running = Program::ours(sandbox, display, &library, &[&files])?.start()?;
        let begun = Instant::now();
        let importing = running.peak_memory_mb(|| Ok(blobs(&library)? == count))?;
        let time = begun.elapsed();
        let watched = Instant::now();
        let embedding = running.peak_memory_mb(|| Ok(watched.elapsed() > EMBEDDING))?;
        drop(running);
        std::fs::remove_dir_all(files)?;
        std::fs::remove_dir_all(library)?;
        rows.push(vec![
            format!("{count} files"),
            format!("{:.1}", time.as_secs_f64()),
            format!("{importing:.0}"),
            format!("{embedding:.0}"),
        ]);
    }
    rows.push(["target", "", "≤ 450 at 500 files, flat in their number", ""].map(str::to_owned).to_vec());
    table(
        &[
            "importing through the window",
            "seconds",
            "peak PSS MB, all processes",
            "then, embedding for 30 s, peak PSS MB",
        ],
        &rows,
    );
    Ok(())
}

/// A folder of so many books of full length.
fn copies(books: &[Book], sandbox: &Sandbox, count: usize) -> anyhow::Result<PathBuf> {
    let folder = sandbox.path(&format!("files-{count}"));
    std::fs::create_dir(&folder)?;
    for (number, book) in (0..count).zip(books.iter().cycle()) {
        book.copy(number).write(&folder.join(format!("{number}.epub")))?;
    }
    Ok(folder)
}

/// How many files a library has taken in.
fn blobs(library: &Path) -> anyhow::Result<usize> {
    let Ok(folders) = std::fs::read_dir(library.join("blobs")) else { return Ok(0) };
    let mut count = 0;
    for folder in folders {
        let names = std::fs::read_dir(folder?.path())?.map(|file| Ok(file?.path()));
        let names = names.collect::<Result<Vec<_>, std::io::Error>>()?;
        count += names.iter().filter(|name| name.extension().is_none()).count();
    }
    Ok(count)
}
