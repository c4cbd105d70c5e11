//! The command line through the life of a library: import, search, bin, delete, repair, backup, restore. No canary on disk.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use alexandria_tests_atrest::canary::{Canary, Scan, scan};
use alexandria_tests_atrest::trace;
use alexandria_tests_support::{Requirement, Sandbox, note, program, skip};

/// One life of a library, in a sandbox of its own folders.
struct Scenario {
    sandbox: Sandbox,
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

/// Folders of the environment that the program writes to.
const WRITTEN_TO: [&str; 5] = ["library", "backups", "home", "tmp", "runtime"];

impl Scenario {
    fn new() -> Self {
        let names = ["text", "title", "author", "file", "query", "heading"];
        let canaries = names.iter().zip(11..).map(|(name, seed)| Canary::new(name, seed)).collect();
        let traced = trace::is_available();
        if !traced {
            skip(Requirement::Tools, "no strace; only files left on disk are searched, not those deleted at once");
        }
        Self { sandbox: Sandbox::new().unwrap(), canaries, scan: Scan::default(), traced }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.sandbox.path(name)
    }

    fn word(&self, canary: usize) -> &str {
        self.canaries[canary].word()
    }

    /// Writes a book with the canaries, long enough for several passages.
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
        self.sandbox.apply(&mut command);
        let output = if self.traced {
            let (log, own) = (self.path("trace.log"), self.path("own"));
            trace::run(&mut command, &log, &self.canaries, &own, &mut self.scan).unwrap()
        } else {
            command.output().unwrap()
        };
        self.search_disk();
        assert_eq!(self.scan.matches, Vec::<String>::new(), "{args:?}");
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
fn command_line_writes_no_canary() {
    let mut scenario = Scenario::new();
    let book = scenario.write_book();
    let book = book.to_str().unwrap().to_owned();
    let imported = scenario.run(&["import", &book, "--wait", "semantic", "--json"]);
    assert!(imported.contains(scenario.word(TITLE)), "the import must have parsed the book: {imported}");
    let (text, query) = (scenario.word(TEXT).to_owned(), scenario.word(QUERY).to_owned());
    let results = scenario.run(&["search", &text, "--mode", "exact", "--json"]);
    assert!(results.contains(&text) && !results.contains("\"total\":0,"), "{results}");
    for mode in ["exact", "semantic", "hybrid"] {
        scenario.run(&["search", &format!("{query} walks"), "--mode", mode]);
    }
    scenario.run(&["list"]);
    scenario.run(&["doctor", "--repair"]);
    back_up_and_restore(&mut scenario, &text);
    let listed = scenario.run(&["list", "--json"]);
    let id: String = listed.split("\"id\":\"").nth(1).unwrap().chars().take(32).collect();
    scenario.run(&["remove", &id]);
    scenario.run(&["put-back", &id]);
    scenario.run(&["remove", &id, "--forever"]);
    scenario.run(&["status"]);
    assert!(scenario.scan.files > 10 && scenario.scan.bytes > 100_000, "too little was searched: {:?}", scenario.scan);
    note(&format!("searched {} bytes in {} files and all writes", scenario.scan.bytes, scenario.scan.files));
}

/// Makes a backup, deletes the library, and restores it from the backup.
fn back_up_and_restore(scenario: &mut Scenario, text: &str) {
    fs::create_dir(scenario.path("backups")).unwrap();
    let backup = scenario.path("backups").join("backup");
    let backup = backup.to_str().unwrap();
    scenario.run(&["backup", backup]);
    fs::remove_dir_all(scenario.path("library")).unwrap();
    scenario.run(&["restore", backup]);
    let results = scenario.run(&["search", text, "--mode", "exact", "--json"]);
    assert!(results.contains(text) && !results.contains("\"total\":0,"), "{results}");
    #[cfg(unix)]
    for folder in WRITTEN_TO {
        ensure_private(&scenario.path(folder));
    }
}

/// What the program has created below `folder` is private to the account, whatever the umask: this test runs with the usual
/// one.
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

/// The detectors work: a program that writes a canary is detected, even if the file is deleted at once, and if it writes the
/// path of one of the reader's files with it.
#[test]
fn trace_detects_a_program_that_writes_plaintext() {
    let mut scenario = Scenario::new();
    if !scenario.traced {
        return;
    }
    let word = scenario.word(TEXT).to_owned();
    let (log, own) = (scenario.path("trace.log"), scenario.path("own"));
    let file = scenario.path("tmp").join("short-lived");
    let script = format!("printf '%s' \"$CANARY\" > '{0}'; rm '{0}'", file.display());
    for written in [word.clone(), format!("{} {word}", own.join("book").display())] {
        scenario.scan.matches.clear();
        let mut command = Command::new("sh");
        command.args(["-c", &script]).env("CANARY", &written);
        trace::run(&mut command, &log, &scenario.canaries, &own, &mut scenario.scan).unwrap();
        assert_eq!(scenario.scan.matches.len(), 1, "{written}: {:?}", scenario.scan.matches);
    }
    // Reading the reader's own file, whose name is a canary, writes nothing.
    scenario.scan.matches.clear();
    fs::write(own.join(&word), &word).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "read line < \"$OWN\""]).env("OWN", own.join(&word));
    trace::run(&mut command, &log, &scenario.canaries, &own, &mut scenario.scan).unwrap();
    assert_eq!(scenario.scan.matches, Vec::<String>::new());
    fs::write(scenario.path("tmp").join(scenario.word(FILE)), scenario.word(AUTHOR)).unwrap();
    scenario.search_disk();
    assert_eq!(scenario.scan.matches.len(), 2, "{:?}", scenario.scan.matches);
}
