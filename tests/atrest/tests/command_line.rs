//! The command line through the life of a library: import, search, bin, delete, repair, backup, restore. Zero canaries on disk.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use alexandria_tests_atrest::canary::{Canary, Scan, scan};
use alexandria_tests_atrest::trace;
use alexandria_tests_support::{Requirement, Sandbox, note, program, skip};

/// One life of a library, in a world of its own folders.
struct Life {
    world: Sandbox,
    canaries: Vec<Canary>,
    scan: Scan,
    traced: bool,
}

const TEXT: usize = 0;
const TITLE: usize = 1;
const AUTHOR: usize = 2;
const FILE: usize = 3;
const QUERY: usize = 4;
const HEADING: usize = 5;

/// Folders of the world that the program writes to.
const WRITTEN_TO: [&str; 5] = ["library", "backups", "home", "tmp", "runtime"];

impl Life {
    fn new() -> Self {
        let names = ["text", "title", "author", "file", "query", "heading"];
        let canaries = names.iter().zip(11..).map(|(name, seed)| Canary::new(name, seed)).collect();
        let traced = trace::is_available();
        if !traced {
            skip(Requirement::Tools, "no strace; only files left on disk are searched, not those deleted at once");
        }
        Self { world: Sandbox::new().unwrap(), canaries, scan: Scan::default(), traced }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.path(name)
    }

    fn word(&self, canary: usize) -> &str {
        self.canaries[canary].word()
    }

    /// A book that carries the canaries, long enough for several passages.
    fn write_book(&self) -> PathBuf {
        let book = self.path("own").join(format!("{}.html", self.word(FILE)));
        let paragraph = format!("<p>The {} walks over the hill again and again.</p>\n", self.word(TEXT)).repeat(200);
        let html = format!(
            "<html lang=\"en\"><head><title>{}</title><meta name=\"author\" content=\"{}\"></head><body><h1>{}</h1>{paragraph}</body></html>",
            self.word(TITLE),
            self.word(AUTHOR),
            self.word(HEADING)
        );
        fs::write(&book, html).unwrap();
        book
    }

    /// Runs one command; its output is returned, what it wrote is searched.
    fn run(&mut self, args: &[&str]) -> String {
        let mut command = Command::new(program("alexandria").unwrap());
        command
            .args(["--library"])
            .arg(self.path("library"))
            .arg("--passphrase-file")
            .arg(self.path("passphrase"))
            .args(args);
        self.world.apply(&mut command);
        let output = if self.traced {
            let (log, own) = (self.path("trace.log"), self.path("own"));
            trace::run(&mut command, &log, &self.canaries, &own, &mut self.scan).unwrap()
        } else {
            command.output().unwrap()
        };
        self.search_disk();
        assert_eq!(self.scan.found, Vec::<String>::new(), "{args:?}");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn search_disk(&mut self) {
        for folder in WRITTEN_TO {
            scan(&self.path(folder), &self.canaries, &mut self.scan).unwrap();
        }
    }
}

#[test]
fn nothing_readable_reaches_the_disk() {
    let mut life = Life::new();
    let book = life.write_book();
    let book = book.to_str().unwrap().to_owned();
    let imported = life.run(&["import", &book, "--wait", "semantic", "--json"]);
    assert!(imported.contains(life.word(TITLE)), "the import must have understood the book: {imported}");
    let (text, query) = (life.word(TEXT).to_owned(), life.word(QUERY).to_owned());
    let found = life.run(&["search", &text, "--mode", "exact", "--json"]);
    assert!(found.contains(&text) && !found.contains("\"total\":0,"), "{found}");
    for mode in ["exact", "semantic", "hybrid"] {
        life.run(&["search", &format!("{query} walks"), "--mode", mode]);
    }
    life.run(&["list"]);
    life.run(&["doctor", "--repair"]);
    back_up_and_restore(&mut life, &text);
    let listed = life.run(&["list", "--json"]);
    let id: String = listed.split("\"id\":\"").nth(1).unwrap().chars().take(32).collect();
    life.run(&["remove", &id]);
    life.run(&["put-back", &id]);
    life.run(&["remove", &id, "--forever"]);
    life.run(&["status"]);
    assert!(life.scan.files > 10 && life.scan.bytes > 100_000, "too little was searched: {:?}", life.scan);
    note(&format!("searched {} bytes in {} files and all writes", life.scan.bytes, life.scan.files));
}

/// A backup is made, the library is lost, and another one is made of the backup.
fn back_up_and_restore(life: &mut Life, text: &str) {
    fs::create_dir(life.path("backups")).unwrap();
    let backup = life.path("backups").join("kept");
    let backup = backup.to_str().unwrap();
    life.run(&["backup", backup]);
    fs::remove_dir_all(life.path("library")).unwrap();
    life.run(&["restore", backup]);
    let found = life.run(&["search", text, "--mode", "exact", "--json"]);
    assert!(found.contains(text) && !found.contains("\"total\":0,"), "{found}");
    #[cfg(unix)]
    for folder in WRITTEN_TO {
        ensure_private(&life.path(folder));
    }
}

/// What the program has made below `folder` is the account's alone, whatever permissions are usual: this test runs with the
/// usual ones.
#[cfg(unix)]
fn ensure_private(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let metadata = entry.metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o077, 0, "{}", entry.path().display());
        if metadata.is_dir() {
            ensure_private(&entry.path());
        }
    }
}

/// The net itself holds: a program that does write a canary, even into a file deleted at once, is caught, also if it
/// writes the path of a file of the reader's along with it.
#[test]
fn the_net_catches_a_program_that_writes_in_clear() {
    let mut life = Life::new();
    if !life.traced {
        return;
    }
    let word = life.word(TEXT).to_owned();
    let (log, own) = (life.path("trace.log"), life.path("own"));
    let file = life.path("tmp").join("short-lived");
    let script = format!("printf '%s' \"$CANARY\" > '{0}'; rm '{0}'", file.display());
    for written in [word.clone(), format!("{} {word}", own.join("book").display())] {
        life.scan.found.clear();
        let mut command = Command::new("sh");
        command.args(["-c", &script]).env("CANARY", &written);
        trace::run(&mut command, &log, &life.canaries, &own, &mut life.scan).unwrap();
        assert_eq!(life.scan.found.len(), 1, "{written}: {:?}", life.scan.found);
    }
    // Reading the reader's own file, whose name is a canary, writes nothing.
    life.scan.found.clear();
    fs::write(own.join(&word), &word).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "read line < \"$OWN\""]).env("OWN", own.join(&word));
    trace::run(&mut command, &log, &life.canaries, &own, &mut life.scan).unwrap();
    assert_eq!(life.scan.found, Vec::<String>::new());
    fs::write(life.path("tmp").join(life.word(FILE)), life.word(AUTHOR)).unwrap();
    life.search_disk();
    assert_eq!(life.scan.found.len(), 2, "{:?}", life.scan.found);
}
