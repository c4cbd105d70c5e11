//! A scenario of one library: an environment, a book with a canary in every part, and the result of searching the disk.

use std::path::{Path, PathBuf};

use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{PASSPHRASE, Sandbox};
use anyhow::ensure;

use crate::canary::{Canary, Scan, scan};
use crate::trace::{self, TraceScope};

/// The word in every sentence of the book.
pub const TEXT: usize = 0;
/// The book's title.
pub const TITLE: usize = 1;
/// The book's author.
const AUTHOR: usize = 2;
/// The name of its file, without the extension.
const FILE: usize = 3;
/// A word of a query that occurs in no book.
pub const QUERY: usize = 4;
/// Its only heading.
const HEADING: usize = 5;
/// A word in its cover, and in the cover's description.
const COVER: usize = 6;
/// A word in its style sheet, and in the name of that.
const STYLE: usize = 7;

/// One environment, its canaries, and what was found so far.
#[derive(Debug)]
pub struct Scenario {
    /// The environment.
    pub sandbox: Sandbox,
    /// What must not be found; the passphrase is last.
    pub canaries: Vec<Canary>,
    /// The searches so far.
    pub scan: Scan,
}

impl Scenario {
    /// An environment without a library. The canaries are the same in every run.
    ///
    /// # Errors
    /// When its folders cannot be created.
    pub fn new() -> anyhow::Result<Self> {
        let names = ["text", "title", "author", "file", "query", "heading", "cover", "style"];
        let mut canaries: Vec<Canary> = names.iter().zip(31..).map(|(name, seed)| Canary::new(name, seed)).collect();
        canaries.push(Canary::from_secret(PASSPHRASE));
        Ok(Self { sandbox: Sandbox::new()?, canaries, scan: Scan::default() })
    }

    /// The canary at that index.
    #[must_use]
    pub fn word(&self, canary: usize) -> &str {
        self.canaries.get(canary).map_or("", Canary::word)
    }

    /// Writes a book with a canary in every part, long enough for several passages and pages. Returns its file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_book(&self) -> anyhow::Result<PathBuf> {
        let word = |canary| self.word(canary);
        let paragraph = format!("<p>The {} walks over the hill again and again.</p>\n", word(TEXT)).repeat(120);
        let page = format!(
            r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{0}</title><link rel="stylesheet" href="{1}.css"/></head><body><h1>{0}</h1><img src="cover.svg" alt="{2}"/>{paragraph}</body></html>"#,
            word(HEADING),
            word(STYLE),
            word(COVER),
        );
        let cover = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 60"><rect width="40" height="60" fill="teal"/><text y="30" font-size="4">{}</text></svg>"#,
            word(COVER)
        );
        let mut book = Book::new(word(TITLE), &[("page.xhtml", &page)]);
        word(AUTHOR).clone_into(&mut book.author);
        book.metadata = r#"<meta name="cover" content="cover.svg"/>"#.to_owned();
        let style = format!("/* {0} */ .{0} {{ color: red }}", word(STYLE));
        book.files = vec![
            ("cover.svg".into(), "image/svg+xml".into(), cover.into_bytes()),
            (format!("{}.css", word(STYLE)), "text/css".into(), style.into_bytes()),
        ];
        let file = self.sandbox.path("own").join(format!("{}.epub", word(FILE)));
        book.write(&file)?;
        Ok(file)
    }

    /// Searches every file that exists now, except the reader's own files and the passphrase file.
    ///
    /// # Errors
    /// Says what is readable, or that a file could not be read.
    pub fn search_disk(&mut self) -> anyhow::Result<()> {
        for folder in ["library", "home", "tmp", "runtime"] {
            scan(&self.sandbox.path(folder), &self.canaries, &mut self.scan)?;
        }
        ensure!(self.scan.matches.is_empty(), "readable on disk:\n{}", self.scan.matches.join("\n"));
        Ok(())
    }

    /// Searches the finished trace of a program of several processes, such as the window, and deletes it.
    ///
    /// # Errors
    /// Says what is readable, or that the trace could not be read.
    pub fn search_trace(&mut self, log: &Path) -> anyhow::Result<()> {
        trace::search(log, TraceScope::Disk, &self.canaries, &self.sandbox.path("own"), &mut self.scan)?;
        ensure!(self.scan.matches.is_empty(), "readable on disk:\n{}", self.scan.matches.join("\n"));
        Ok(())
    }
}
