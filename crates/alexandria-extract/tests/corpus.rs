//! Text and pages of real books. Needs the shared corpus (`ALEXANDRIA_CORPUS`); skipped without it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has to fail")]

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use alexandria_domain::quote::is_significant;
use alexandria_domain::{BlockKind, Format, TocEntry};
use alexandria_extract::{Extracted, Limits, OpenPublication, extract};
use alexandria_tests_skip::{Requirement, skip};

fn corpus() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let corpus = std::env::var_os("ALEXANDRIA_CORPUS").map_or_else(default, PathBuf::from);
    if !corpus.is_dir() {
        skip(Requirement::Corpus, "set ALEXANDRIA_CORPUS to the folder of real books");
        return None;
    }
    Some(corpus)
}

fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("corpus folder").map(|entry| entry.expect("entry").path());
    let wanted =
        |path: &PathBuf| path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted));
    let mut files: Vec<PathBuf> = entries.filter(wanted).collect();
    files.sort();
    assert!(!files.is_empty(), "no {extensions:?} in {}", folder.display());
    files
}

fn read(path: &Path) -> Extracted {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    extract(File::open(path).expect("opens"), name, &Limits::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn significant(text: &str) -> String {
    text.chars().filter(|c| is_significant(*c)).collect()
}

/// Significant characters of a page's body without marked elements, as a strict XML parser reads it.
fn page_text(page: &str) -> String {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(page, options).expect("a well-formed page");
    let body = document
        .descendants()
        .find(|node| node.has_tag_name("body"))
        .or_else(|| document.descendants().find(|node| node.tag_name().name() == "body"));
    let texts = body.expect("a body").descendants().filter(|node| node.is_text());
    let counted = texts.filter(|node| node.ancestors().all(|above| above.attribute("data-alx-skip").is_none()));
    counted.map(|node| significant(node.text().unwrap_or_default())).collect()
}

/// Ids of a page.
fn ids(page: &str) -> HashSet<String> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(page, options).expect("a well-formed page");
    document.descendants().filter_map(|node| node.attribute("id")).map(str::to_owned).collect()
}

fn hrefs(toc: &[TocEntry]) -> Vec<String> {
    toc.iter().flat_map(|entry| entry.href.iter().cloned().chain(hrefs(&entry.children))).collect()
}

/// Page and text agree on every section, and every target of the table of contents exists.
fn check_book(path: &Path) {
    let extracted = read(path);
    let source = File::open(path).expect("opens");
    let mut open = OpenPublication::open(source, extracted.format, &Limits::default()).expect("opens again");
    let mut anchors = HashSet::new();
    for section in &extracted.sections {
        let page = open.section_page(&section.href, "book://localhost/id").expect("a page");
        let text: String = section.blocks.iter().map(|block| significant(&block.text)).collect();
        assert_eq!(page_text(&page.html), text, "{} {}", path.display(), section.href);
        anchors.extend(ids(&page.html).into_iter().map(|id| format!("{}#{id}", section.href)));
        anchors.insert(section.href.clone());
    }
    for href in hrefs(&extracted.toc) {
        assert!(anchors.contains(&href), "{}: {href} leads nowhere", path.display());
    }
    assert!(!extracted.toc.is_empty(), "{} has a table of contents", path.display());
    assert_ne!(extracted.metadata.title, "", "{}", path.display());
}

#[test]
fn page_and_text_agree_on_every_section_of_every_book() {
    let Some(corpus) = corpus() else { return };
    files(&corpus.join("books"), &["epub"]).iter().for_each(|path| check_book(path));
    files(&corpus.join("formats"), &["txt", "md", "html", "docx", "odt", "rtf"])
        .iter()
        .for_each(|path| check_book(path));
}

#[test]
fn metadata_of_real_books() {
    let Some(corpus) = corpus() else { return };
    let check = |file: &str, title: &str, author: &str, language: &str, sections: usize| {
        let found = read(&corpus.join("books").join(file));
        assert_eq!(found.metadata.title, title);
        assert_eq!(found.metadata.authors, [author]);
        assert_eq!(found.metadata.language, language);
        assert_eq!(found.sections.len(), sections, "{title}");
        assert_eq!(found.metadata.publisher.as_deref(), Some("Standard Ebooks"));
        assert_eq!(found.metadata.series, None, "{title}");
        assert_eq!(found.metadata.identifiers[0].scheme, "url");
        assert!(found.metadata.description.is_some_and(|text| !text.contains(['<', '>'])));
        assert!(found.cover.is_some_and(|cover| cover.media_type.starts_with("image/")));
    };
    check("herman-melville_moby-dick.epub", "Moby Dick", "Herman Melville", "en-us", 145);
    check("mary-shelley_frankenstein.epub", "Frankenstein", "Mary Shelley", "en-gb", 38);
    check("leo-tolstoy_war-and-peace_louise-maude_aylmer-maude.epub", "War and Peace", "Leo Tolstoy", "en-us", 393);
}

#[test]
fn sections_have_toc_path_and_notes() {
    let Some(corpus) = corpus() else { return };
    let found = read(&corpus.join("books/herman-melville_moby-dick.epub"));
    let section = |href: &str| found.sections.iter().find(|section| section.href == href).expect("a section");
    let first = section("epub/text/chapter-1.xhtml");
    assert_eq!(first.toc_path, ["Moby Dick", "I: Loomings"]);
    assert_eq!((first.blocks[0].text.as_str(), first.blocks[0].kind), ("I Loomings", BlockKind::Heading(2)));
    assert!(first.blocks[1].text.starts_with("Call me Ishmael. Some years ago—never mind"));
    let notes = section("epub/text/endnotes.xhtml");
    assert!(notes.blocks[1..].iter().all(|block| block.kind == BlockKind::Note));
    assert!(notes.blocks[1].text.ends_with("something more on this head."));
}

#[test]
fn documents_are_split_into_sections() {
    let Some(corpus) = corpus() else { return };
    let check = |file: &str, format: Format, title: &str, author: Option<&str>| {
        let found = read(&corpus.join("formats").join(file));
        assert_eq!(found.format, format, "{file}");
        assert_eq!(found.metadata.title, title, "{file}");
        assert_eq!(found.metadata.authors.first().map(String::as_str), author, "{file}");
        assert!(found.metadata.language.starts_with("en"), "{file}: {}", found.metadata.language);
        assert!(found.sections.len() > 1, "{file}");
        assert!(found.sections.iter().all(|section| section.chars() < 400_000), "{file}");
    };
    check("the-prince.txt", Format::Text, "the-prince", None);
    check("the-prince.md", Format::Markdown, "The Prince", Some("Niccolò Machiavelli"));
    check("the-prince.html", Format::Html, "The Prince", Some("Niccolò Machiavelli"));
    check("the-time-machine.html", Format::Html, "The Time Machine", Some("H. G. Wells"));
}

#[test]
fn print_extraction_speed() {
    let Some(corpus) = corpus() else { return };
    let start = Instant::now();
    let mut words = 0;
    for path in files(&corpus.join("books"), &["epub"]) {
        let found = read(&path);
        words +=
            found.sections.iter().flat_map(|section| &section.blocks).map(|b| b.text.split(' ').count()).sum::<usize>();
    }
    println!("{words} words in {:?} on one core", start.elapsed());
    assert!(words > 2_000_000);
}
