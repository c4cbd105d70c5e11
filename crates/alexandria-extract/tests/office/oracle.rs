//! Documents of word processors, compared with what other programs read in them: pandoc and calibre. Skipped where they
//! or the corpus are missing.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use alexandria_domain::BlockKind;
use alexandria_extract::{Extracted, Limits, OpenPublication, extract};
use alexandria_tests_skip::{Requirement, skip, write_line};

/// Minimum share of words that both readers have, of those that either has.
const MIN_OVERLAP: f64 = 0.995;

fn corpus() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let corpus = std::env::var_os("ALEXANDRIA_CORPUS").map_or_else(default, PathBuf::from);
    if !corpus.is_dir() {
        skip(Requirement::Corpus, "set ALEXANDRIA_CORPUS to the folder of real books");
        return None;
    }
    Some(corpus)
}

/// Whether a program can be run.
fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        skip(Requirement::Converters, &format!("{program} is not installed"));
    }
    found
}

/// A folder for what the programs write; removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("alexandria-oracle-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is in the system's own folder for such things.
        let _left = std::fs::remove_dir_all(&self.0);
    }
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.env("QT_QPA_PLATFORM", "offscreen").output().expect("starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A file and what is read in it.
struct Reading {
    bytes: Vec<u8>,
    found: Extracted,
}

fn read(bytes: Vec<u8>, name: &str) -> Reading {
    let found = extract(Cursor::new(&bytes), name, &Limits::default()).expect("reads");
    Reading { bytes, found }
}

fn read_file(path: &Path) -> Reading {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    read(std::fs::read(path).expect("reads"), name)
}

/// Words of letters on the pages, and how often each comes up. Contents count here, references to notes do not.
fn words(bytes: &[u8], found: &Extracted) -> HashMap<String, usize> {
    let mut open = OpenPublication::open(Cursor::new(bytes.to_vec()), found.format, &Limits::default()).expect("opens");
    let mut words = HashMap::new();
    for section in &found.sections {
        let page = open.section_page(&section.href, "b:").expect("a page").html;
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
        let page = roxmltree::Document::parse_with_options(&page, options).expect("a well-formed page");
        let body = page.descendants().find(|node| node.tag_name().name() == "body").expect("a body");
        let is_reference =
            |node: roxmltree::Node<'_, '_>| matches!(node.attribute("role"), Some("doc-noteref" | "doc-backlink"));
        let texts = body.descendants().filter(|node| node.is_text() && !node.ancestors().any(is_reference));
        let mut text = String::new();
        for node in texts {
            text.push_str(node.text().unwrap_or_default());
            // Blocks end words; formatting does not.
            if node.next_sibling().is_none()
                && !node.parent().is_some_and(|above| INLINE.contains(&above.tag_name().name()))
            {
                text.push(' ');
            }
        }
        for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
            *words.entry(word.to_lowercase()).or_insert(0) += 1;
        }
    }
    words
}

const INLINE: [&str; 12] = ["a", "b", "i", "u", "s", "em", "strong", "span", "sup", "sub", "abbr", "cite"];

/// Words that both have, over words that either has.
fn overlap(ours: &Reading, theirs: &Reading) -> f64 {
    let (ours, theirs) = (words(&ours.bytes, &ours.found), words(&theirs.bytes, &theirs.found));
    let count = |words: &HashMap<String, usize>| words.values().sum::<usize>();
    let shared: usize = ours.iter().map(|(word, count)| theirs.get(word).copied().unwrap_or(0).min(*count)).sum();
    let either = count(&ours) + count(&theirs) - shared;
    f64::from(u32::try_from(shared).expect("few")) / f64::from(u32::try_from(either.max(1)).expect("few"))
}

fn headings(found: &Extracted) -> Vec<String> {
    let blocks = found.sections.iter().flat_map(|section| &section.blocks);
    blocks.filter(|block| matches!(block.kind, BlockKind::Heading(_))).map(|block| block.text.clone()).collect()
}

fn notes(found: &Extracted) -> usize {
    found.sections.iter().flat_map(|section| &section.blocks).filter(|block| block.kind == BlockKind::Note).count()
}

/// A file as pandoc reads it.
fn by_pandoc(path: &Path, format: &str) -> Reading {
    let page = run(Command::new("pandoc").args(["-f", format, "-t", "html5", "--wrap=none"]).arg(path));
    read(page, "a.html")
}

/// A file as calibre reads it.
fn by_calibre(path: &Path, scratch: &Scratch) -> Reading {
    let book = scratch.0.join("calibre.epub");
    run(Command::new("ebook-convert").arg(path).arg(&book).arg("--no-default-epub-cover"));
    read_file(&book)
}

/// Compares and reports. Headings are compared where the oracle has them from the file rather than by guessing.
fn check(what: &str, ours: &Reading, theirs: &Reading, with_structure: bool) {
    let overlap = overlap(ours, theirs);
    let (ours, theirs) = (&ours.found, &theirs.found);
    write_line(&format!(
        "{what}: overlap {overlap:.4}, headings {}/{}, notes {}/{}",
        headings(ours).len(),
        headings(theirs).len(),
        notes(ours),
        notes(theirs)
    ));
    assert!(overlap >= MIN_OVERLAP, "{what}: {overlap:.4}");
    if with_structure {
        assert_eq!(headings(ours), headings(theirs), "{what}");
    }
}

/// What reads a format best. In pandoc 2 the readers of ODT and RTF lose text that pandoc wrote itself.
fn oracle_of(format: &str) -> &'static str {
    if matches!(format, "odt" | "rtf") { "ebook-convert" } else { "pandoc" }
}

const FORMATS: [&str; 4] = ["docx", "odt", "rtf", "fb2"];

fn check_with_oracle(what: &str, path: &Path, format: &str, scratch: &Scratch) {
    let oracle = oracle_of(format);
    let theirs = if oracle == "pandoc" { by_pandoc(path, format) } else { by_calibre(path, scratch) };
    // Of RTF calibre keeps no headings.
    check(&format!("{what}.{format}, {oracle}"), &read_file(path), &theirs, format != "rtf");
}

/// "Same headings, same notes, word overlap ≥ 0.995 on the corpus."
#[test]
fn corpus_is_read_as_by_other_programs() {
    let Some(corpus) = corpus() else { return };
    let scratch = Scratch::new("corpus");
    for format in FORMATS.into_iter().filter(|format| has(oracle_of(format))) {
        for stem in ["the-prince", "the-time-machine"] {
            let path = corpus.join("formats").join(format!("{stem}.{format}"));
            check_with_oracle(stem, &path, format, &scratch);
        }
    }
}

/// The same on files that a program makes from books.
#[test]
fn converted_books_are_read_as_by_other_programs() {
    let Some(corpus) = corpus() else { return };
    let scratch = Scratch::new("books");
    if !has("pandoc") {
        return;
    }
    for format in FORMATS.into_iter().filter(|format| has(oracle_of(format))) {
        for book in ["mary-shelley_frankenstein", "h-g-wells_the-time-machine"] {
            let source = corpus.join("books").join(format!("{book}.epub"));
            if !source.is_file() {
                continue;
            }
            let path = scratch.0.join(format!("{book}.{format}"));
            run(Command::new("pandoc").args(["-s", "-f", "epub", "-t", format, "-o"]).arg(&path).arg(&source));
            check_with_oracle(book, &path, format, &scratch);
            if format == "rtf" {
                let other = read_file(&path.with_extension("docx"));
                assert_eq!(headings(&read_file(&path).found), headings(&other.found), "{book}");
            }
        }
    }
}

/// Notes, lists and tables in a document with little else, where a difference is not lost among many words.
#[test]
fn small_document_has_the_structure_that_pandoc_wrote() {
    if !has("pandoc") {
        return;
    }
    const SOURCE: &str = "# One\n\nText[^1] and more[^2].\n\n1. a\n2. b\n\n    - c\n\n| h | i |\n|---|---|\n| j | k |\n\n## Two *kinds*\n\n> Quoted.\n\n~~gone~~ H~2~O\n\n[^1]: First note.\n[^2]: Second note.\n";
    let scratch = Scratch::new("small");
    let source = scratch.0.join("a.md");
    std::fs::write(&source, SOURCE).expect("writes");
    for format in ["docx", "odt", "rtf"] {
        let path = scratch.0.join(format!("a.{format}"));
        run(Command::new("pandoc").args(["-s", "-f", "markdown", "-t", format, "-o"]).arg(&path).arg(&source));
        let found = read_file(&path).found;
        assert_eq!(headings(&found), ["One", "Two kinds"], "{format}");
        let text: Vec<String> =
            found.sections.iter().flat_map(|section| &section.blocks).map(|block| block.text.clone()).collect();
        // Of lists pandoc writes the marks into RTF.
        let items = if format == "rtf" { ["1. a", "2. b", "– c"] } else { ["a", "b", "c"] };
        let expect = [
            &["One", "Text and more."][..],
            &items,
            &["h i", "j k", "Two kinds", "Quoted.", "gone H2O", "First note.", "Second note."],
        ];
        assert_eq!(text, expect.concat(), "{format}");
        assert_eq!(notes(&found), 2, "{format}");
    }
}
