//! What a process for each file costs: wall time and processor time per file, in this process and in a worker.
//! `docs/adr/0021-worker-process.md` has the figures. `cargo run --release -p alexandria-worker --example cost`, after
//! `cargo build --release -p alexandria-worker`; without arguments.

#![expect(clippy::print_stdout, reason = "a measurement prints its figures")]
#![expect(clippy::expect_used, reason = "a measurement that cannot be made stops")]

use std::fs::{self, File};
use std::io::{BufReader, Cursor, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use alexandria_extract::{Limits, extract};
use alexandria_worker::Worker;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Ticks of the processor clock per second in `/proc`.
const TICKS_PER_SECOND: u64 = 100;

fn main() {
    let program = std::env::current_exe().expect("knows its program");
    let folder = program.parent().and_then(Path::parent).expect("is in a folder of the target folder");
    let worker = Worker::new(folder.join("alexandria-worker"));
    let note = text(1, 1_000);
    let book = book();
    for (label, name, content, rounds) in
        [("note", "note.txt", note.as_bytes(), 500), ("book", "book.epub", book.as_slice(), 10)]
    {
        println!("{label}: {} bytes, {rounds} times", content.len());
        let file = tempfile::NamedTempFile::new().expect("creates a file");
        fs::write(file.path(), content).expect("writes");
        measure("in this process", rounds, || {
            let source = BufReader::with_capacity(1 << 16, File::open(file.path()).expect("opens"));
            extract(source, name, &Limits::default()).expect("is a book");
        });
        measure("in a worker", rounds, || {
            let source = File::open(file.path()).expect("opens");
            worker.extract(&source, name, &Limits::default(), &|| false).expect("is a book");
        });
    }
}

fn measure(label: &str, rounds: u32, run: impl Fn()) {
    run();
    let (started, processor) = (Instant::now(), processor_time());
    (0..rounds).for_each(|_| run());
    let (wall, processor) = (started.elapsed() / rounds, (processor_time() - processor) / rounds);
    println!("  {label}: {wall:.3?} wall, {processor:.3?} processor");
}

/// Processor time of this process and of its children that have ended.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("is on Linux");
    let (_, fields) = stat.rsplit_once(')').expect("has a name");
    // From the third field on; the times are the fields 14 to 17.
    let ticks = fields.split_whitespace().skip(11).take(4).map(|field| field.parse::<u64>().expect("is a number"));
    Duration::from_millis(ticks.sum::<u64>() * 1_000 / TICKS_PER_SECOND)
}

/// About as many bytes of words, the same for the same seed.
fn text(seed: u64, bytes: usize) -> String {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut text = String::new();
    while text.len() < bytes {
        let letters = 2 + next() % 9;
        text.extend((0..letters).filter_map(|_| char::from_u32(u32::from(b'a') + u32::try_from(next() % 26).ok()?)));
        text.push(if next() % 12 == 0 { '.' } else { ' ' });
    }
    text
}

/// An EPUB of 5 MB: 200 chapters of 40 KB of text.
fn book() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &str| {
        writer.start_file(name, SimpleFileOptions::default()).expect("starts an entry");
        writer.write_all(content.as_bytes()).expect("writes an entry");
    };
    let all = |format: fn(u64) -> String| (0..200).map(format).collect::<String>();
    let items = all(|at| format!(r#"<item id="i{at}" href="{at}.xhtml" media-type="application/xhtml+xml"/>"#));
    let order = all(|at| format!(r#"<itemref idref="i{at}"/>"#));
    add("mimetype", "application/epub+zip");
    add("book.opf", &format!("<package><manifest>{items}</manifest><spine>{order}</spine></package>"));
    for chapter in 0..200 {
        let paragraphs: String = (0..50).map(|at| format!("<p>{}</p>", text(chapter * 50 + at, 800))).collect();
        add(&format!("{chapter}.xhtml"), &format!("<html><body><h1>Chapter</h1>{paragraphs}</body></html>"));
    }
    writer.finish().expect("finishes").into_inner()
}
