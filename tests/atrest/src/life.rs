//! A reader's life with one book: a world, a book whose every part carries a canary, and what was found on the disk.

use std::path::{Path, PathBuf};

use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{PASSPHRASE, Sandbox};
use anyhow::ensure;

use crate::canary::{Canary, Scan, scan};
use crate::trace::{self, Reach};

/// The word that stands in every sentence of the book.
pub const TEXT: usize = 0;
/// The book's title.
pub const TITLE: usize = 1;
/// Who wrote it.
const AUTHOR: usize = 2;
/// The name of its file, without its ending.
const FILE: usize = 3;
/// A word to search for that stands in no book.
pub const QUERY: usize = 4;
/// Its one heading.
const HEADING: usize = 5;
/// A word in its cover, and in what is said of it.
const COVER: usize = 6;
/// A word in its style sheet, and its name.
const STYLE: usize = 7;

/// One world, its canaries, and what was found on the way.
#[derive(Debug)]
pub struct Life {
    /// Where it takes place.
    pub world: Sandbox,
    /// What must not be found, the passphrase last.
    pub canaries: Vec<Canary>,
    /// What was searched, and found.
    pub scan: Scan,
}

impl Life {
    /// A world without a library. The canaries are the same in every run.
    ///
    /// # Errors
    /// When its folders cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let names = ["text", "title", "author", "file", "query", "heading", "cover", "style"];
        let mut canaries: Vec<Canary> = names.iter().zip(31..).map(|(name, seed)| Canary::new(name, seed)).collect();
        canaries.push(Canary::of(PASSPHRASE));
        Ok(Self { world: Sandbox::new()?, canaries, scan: Scan::default() })
    }

    /// The canary of that place in the list.
    #[must_use]
    pub fn word(&self, canary: usize) -> &str {
        self.canaries.get(canary).map_or("", Canary::word)
    }

    /// A book whose every part carries a canary, long enough for several passages and pages. Returns its file.
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
        let file = self.world.path("own").join(format!("{}.epub", word(FILE)));
        book.write(&file)?;
        Ok(file)
    }

    /// Searches every file there is now. The reader's own files, and the file of the passphrase, lie outside.
    ///
    /// # Errors
    /// Says what is readable, or that a file could not be read.
    pub fn search_disk(&mut self) -> anyhow::Result<()> {
        for folder in ["library", "home", "tmp", "runtime"] {
            scan(&self.world.path(folder), &self.canaries, &mut self.scan)?;
        }
        ensure!(self.scan.found.is_empty(), "readable on disk:\n{}", self.scan.found.join("\n"));
        Ok(())
    }

    /// Searches the finished trace of a program of several processes, such as the window, and deletes it.
    ///
    /// # Errors
    /// Says what is readable, or that the trace could not be read.
    pub fn search_trace(&mut self, log: &Path) -> anyhow::Result<()> {
        trace::search(log, Reach::Disk, &self.canaries, &self.world.path("own"), &mut self.scan)?;
        ensure!(self.scan.found.is_empty(), "readable on disk:\n{}", self.scan.found.join("\n"));
        Ok(())
    }
}
