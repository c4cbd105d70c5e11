//! The real window: time until it shows the books, memory and CPU use, against an empty Tauri window.
//!
//! Every start is a new process under a virtual display. The window counts as usable once the first covers are on the screen,
//! which is read from outside the program. Linux only.

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
use crate::figures::{median, millis};
use crate::library::TempLibrary;
use crate::report::{Report, Table, other, smaller};

/// Starts of each window; the median counts.
const STARTS: usize = 7;
/// Books in the library.
const LIBRARY_SIZES: [usize; 2] = [10, 10_000];
/// Paragraphs of each of these books, about as many as passages.
const PARAGRAPHS: usize = 12;
/// Files of one import.
const IMPORT_SIZES: [usize; 2] = [100, 500];
/// Time for the window to finish its start-up work.
const SETTLE_TIME: Duration = Duration::from_secs(15);
/// How long it is observed while idle.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// How long it is observed while embedding after an import.
const EMBEDDING_TIME: Duration = Duration::from_secs(30);

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let books = book::read_all(&crate::environment::corpus("books")?)?;
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let mut programs = vec![("an empty Tauri window".to_owned(), Program::empty(&sandbox, &display)?)];
    let mut folders = Vec::new();
    for count in LIBRARY_SIZES {
        let folder = library_of(&books, count).await?;
        let library = folder.path().join("library");
        programs.push((format!("{count} books"), Program::ours(&sandbox, &display, &library, &[])?));
        folders.push(folder);
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
        eprintln!("observing {name} …");
        let (running, _) = program.start_and_show()?;
        sleep(SETTLE_TIME);
        let (before, started) = (running.cpu_time()?, Instant::now());
        sleep(IDLE_TIME);
        let idle = (running.cpu_time()? - before).as_secs_f64() / started.elapsed().as_secs_f64();
        let memory = running.memory_mb()?;
        let ratio = memory / *empty.get_or_insert(memory);
        rows.push(vec![
            name.clone(),
            format!("{:.0}", millis(median(starts))),
            format!("{memory:.0}"),
            format!("{ratio:.2}"),
            format!("{:.2}", idle * 100.0),
        ]);
    }
    rows.push(["target", "≤ 1000 at 10,000 books", "", "≤ 1.2 at 10,000 books", "< 0.5"].map(str::to_owned).to_vec());
    report.add(&Table {
        name: "window",
        title: "window, all its processes".to_owned(),
        columns: vec![
            smaller("start until books are shown, ms"),
            smaller("PSS MB"),
            smaller("÷ empty"),
            other("idle, % of a core"),
        ],
        rows,
    });
    report.add(&importing(&books, &sandbox, &display)?);
    Ok(())
}

/// A library of `count` short books with covers, with all vectors.
async fn library_of(books: &[Book], count: usize) -> anyhow::Result<tempfile::TempDir> {
    eprintln!("creating a library of {count} books …");
    let temp = TempLibrary::new().await?;
    let files = temp.folder.path().join("files");
    std::fs::create_dir(&files)?;
    for (number, book) in (0..count).zip(books.iter().cycle()) {
        book.excerpt(number, PARAGRAPHS).write(&files.join(format!("{number}.epub")))?;
    }
    let imported = temp.library.import(vec![files.clone()]).wait().await;
    ensure!(imported.imported.len() == count, "{} of {count} books were imported", imported.imported.len());
    let path = temp.path();
    let folder = temp.close();
    Engines::open(&path).await?.fill_index().await?;
    std::fs::remove_dir_all(files)?;
    Ok(folder)
}

/// Memory while books of full length are imported through the window.
fn importing(books: &[Book], sandbox: &Sandbox, display: &Display) -> anyhow::Result<Table> {
    let mut rows = Vec::new();
    for count in IMPORT_SIZES {
        eprintln!("importing {count} files through the window …");
        let files = copies(books, sandbox, count)?;
        let library = sandbox.path(&format!("library-of-{count}"));
        let running = Program::ours(sandbox, display, &library, &[&files])?.start()?;
        let started = Instant::now();
        let importing = running.peak_memory_mb(|| Ok(blobs(&library)? == count))?;
        let time = started.elapsed();
        let observed = Instant::now();
        let embedding = running.peak_memory_mb(|| Ok(observed.elapsed() > EMBEDDING_TIME))?;
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
    Ok(Table {
        name: "window import",
        title: "importing through the window".to_owned(),
        columns: vec![
            smaller("seconds"),
            smaller("peak PSS MB, all processes"),
            smaller("then, embedding for 30 s, peak PSS MB"),
        ],
        rows,
    })
}

/// A folder of `count` books of full length.
fn copies(books: &[Book], sandbox: &Sandbox, count: usize) -> anyhow::Result<PathBuf> {
    let folder = sandbox.path(&format!("files-{count}"));
    std::fs::create_dir(&folder)?;
    for (number, book) in (0..count).zip(books.iter().cycle()) {
        book.copy(number).write(&folder.join(format!("{number}.epub")))?;
    }
    Ok(folder)
}

/// How many files a library has imported.
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
