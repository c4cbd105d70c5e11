//! Real books in Kindle formats say what the same books say as EPUB or text.
#![expect(clippy::unwrap_used, reason = "a test fails if its setup does")]

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use alexandria_extract::{Extracted, Limits, OpenPublication, extract};
use alexandria_tests_skip::{Requirement, skip, write_line};

/// The folder of books in many formats; `None` if the corpus is not there.
fn formats() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("ALEXANDRIA_CORPUS").map_or_else(default, PathBuf::from).join("formats");
    if !folder.is_dir() {
        skip(Requirement::Corpus, "set ALEXANDRIA_CORPUS to the folder of real books");
        return None;
    }
    Some(folder)
}

fn words(book: &Extracted) -> HashMap<String, i64> {
    let mut words = HashMap::new();
    for block in book.sections.iter().flat_map(|section| &section.blocks) {
        for word in block.text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            *words.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    words
}

/// The share of the words of both, counted with their number, that they have in common.
fn overlap(one: &Extracted, other: &Extracted) -> f64 {
    let (one, other) = (words(one), words(other));
    let common: i64 = one.iter().map(|(word, count)| (*count).min(other.get(word).copied().unwrap_or(0))).sum();
    let most = one.values().sum::<i64>().max(other.values().sum());
    f64::from(i32::try_from(common).unwrap()) / f64::from(i32::try_from(most).unwrap())
}

fn read(file: &Path) -> Extracted {
    let name = file.file_name().unwrap().to_string_lossy();
    extract(File::open(file).unwrap(), &name, &Limits::default())
        .unwrap_or_else(|error| unreachable!("{name}: {error}"))
}

#[test]
fn kindle_books_have_the_words_of_their_other_formats() {
    let Some(folder) = formats() else { return };
    let mut compared = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if !file.extension().is_some_and(|extension| extension == "mobi" || extension == "azw3") {
            continue;
        }
        let book = read(&file);
        let shared = overlap(&book, &read(&file.with_extension("html")));
        write_line(&format!("{}: {shared:.4}", file.display()));
        assert!(shared >= 0.99, "{} shares {shared:.4} of its words", file.display());
        assert!(!book.toc.is_empty() && !book.metadata.authors.is_empty(), "{:?}", book.metadata);
        links_lead_to_sections(&file, &book);
        compared += 1;
    }
    assert!(compared > 0, "there is no book in these formats");
}

/// Every entry of the table of contents leads to a section, whose page has the element that it names.
fn links_lead_to_sections(file: &Path, book: &Extracted) {
    let mut open = OpenPublication::open(File::open(file).unwrap(), book.format, &Limits::default()).unwrap();
    let mut entries = book.toc.clone();
    while let Some(entry) = entries.pop() {
        let (path, fragment) = entry.href.as_deref().map(|href| href.split_once('#').unwrap_or((href, ""))).unwrap();
        let page = open.section_page(path, "book://x").unwrap();
        assert!(
            fragment.is_empty() || page.html.contains(&format!("id=\"{fragment}\"")),
            "{}: {:?}",
            file.display(),
            entry.label
        );
        entries.extend(entry.children);
    }
}
