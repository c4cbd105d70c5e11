//! Compares the text of all PDF files below folders with that of pdfium, and prints a Markdown table: how many files have the same text,
//! time, and memory, of both in the same run. `cargo run --release -p alexandria-pdf --example compare -- FOLDER …`, with
//! `ALEXANDRIA_PDFIUM_PYTHON` naming a Python that has pypdfium2, as set-up installs it.
//!
//! This process has no limit on its memory: for files that are not hostile.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is its purpose")]

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use alexandria_pdf::{Document, Pages};

/// Files with fewer characters are not compared: one glyph decides.
const MIN_CHARS: usize = 20;

/// What one engine made of one file.
#[derive(Default)]
struct Reading {
    text: String,
    pages: u32,
    time: Duration,
}

/// The sums over all files.
#[derive(Default)]
struct Sums {
    files: u32,
    opened: [u32; 2],
    compared: u32,
    same: u32,
    shared: usize,
    chars: [usize; 2],
    pages: [u32; 2],
    time: [Duration; 2],
}

fn main() {
    let Some(python) = std::env::var_os("ALEXANDRIA_PDFIUM_PYTHON") else {
        eprintln!("ALEXANDRIA_PDFIUM_PYTHON is not set");
        return;
    };
    let (mut sums, mut files) = (Sums::default(), Vec::new());
    std::env::args_os().skip(1).for_each(|folder| collect(Path::new(&folder), &mut files));
    files.sort();
    let mut their_memory = 0;
    for path in &files {
        let ours = ours(path);
        let theirs = theirs(Path::new(&python), path);
        their_memory = their_memory.max(theirs.as_ref().map_or(0, |(_, memory)| *memory));
        sums.add(path, ours, theirs.map(|(reading, _)| reading));
    }
    sums.print(their_memory);
}

impl Sums {
    fn add(&mut self, path: &Path, ours: Option<Reading>, theirs: Option<Reading>) {
        self.files += 1;
        for (number, reading) in [&ours, &theirs].into_iter().enumerate() {
            let (Some(reading), Some(opened)) = (reading, self.opened.get_mut(number)) else { continue };
            *opened += 1;
            self.pages[number] += reading.pages;
            self.time[number] += reading.time;
        }
        let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
        let (ours, theirs) = (bag(&ours.text), bag(&theirs.text));
        let chars = [ours.values().sum::<usize>(), theirs.values().sum()];
        if chars[1] < MIN_CHARS {
            return;
        }
        let shared: usize = theirs.iter().map(|(char, count)| count.min(ours.get(char).unwrap_or(&0))).sum();
        self.compared += 1;
        self.shared += shared;
        self.chars[0] += chars[0];
        self.chars[1] += chars[1];
        if shared * 100 >= chars[0].max(chars[1]) * 99 {
            self.same += 1;
        } else {
            println!("{}: {shared} of {} and {} characters", path.display(), chars[0], chars[1]);
        }
    }

    fn print(&self, their_memory: u64) {
        println!("\n| {} files | opened | pages | ms a page | peak MB |\n|---|---|---|---|---|", self.files);
        for (number, (name, memory)) in
            [("alexandria-pdf", own_peak_mb()), ("pdfium", their_memory)].into_iter().enumerate()
        {
            let (opened, pages) = (self.opened[number], self.pages[number]);
            let time = self.time[number].as_secs_f64() * 1000.0 / f64::from(pages.max(1));
            println!("| {name} | {opened} | {pages} | {time:.2} | {memory} |");
        }
        let part = |shared: usize, all: usize| 100.0 * small(shared) / small(all.max(1));
        println!(
            "\n{} of {} files with text have 99 % of their characters in common; {:.2} % of pdfium's characters are ours, {:.2} % of ours are pdfium's.",
            self.same,
            self.compared,
            part(self.shared, self.chars[1]),
            part(self.shared, self.chars[0]),
        );
    }
}

fn small(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        entries.flatten().for_each(|entry| collect(&entry.path(), files));
    } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
        files.push(path.to_owned());
    }
}

fn ours(path: &Path) -> Option<Reading> {
    let file = std::fs::read(path).ok()?;
    let started = Instant::now();
    let document = Document::open(file, "").ok()?;
    let mut pages = Pages::new(&document, BTreeSet::new(), |_| {});
    let count = u32::try_from(document.page_count()).unwrap_or(u32::MAX);
    let mut text = String::new();
    for page in (0..count).filter_map(|page| pages.text(page).ok()) {
        text.extend(
            page.blocks.iter().map(|block| block.text.as_str()).chain(page.furniture.iter().map(String::as_str)),
        );
    }
    Some(Reading { text, pages: count, time: started.elapsed() })
}

/// What pdfium reads, and the most memory it needed in MB.
fn theirs(python: &Path, path: &Path) -> Option<(Reading, u64)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/document/oracle.py");
    let output = Command::new(python).arg(script).arg("--plain").arg(path).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // Pages, milliseconds and kilobytes.
    let figures = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut figures = figures.split_whitespace().map(|figure| figure.parse::<u64>().ok());
    let (pages, time, memory) = (figures.next()??, figures.next()??, figures.next()??);
    Some((Reading { text, pages: u32::try_from(pages).ok()?, time: Duration::from_micros(time) }, memory >> 10))
}

/// The characters that count, each with how often it occurs.
fn bag(text: &str) -> HashMap<char, usize> {
    let mut bag = HashMap::new();
    text.chars().filter(|char| char.is_alphanumeric()).for_each(|char| *bag.entry(char).or_default() += 1);
    bag
}

/// The most memory that this process has needed, in MB; zero where that is not known.
fn own_peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default().to_owned();
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() >> 10
}
