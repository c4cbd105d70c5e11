//! Hostile files in little memory: each test runs once more as a process of its own, in which the kernel refuses what goes
//! beyond the limit. What needs more does not end well there.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs::{self, File};
use std::io::Write;
use std::process::Command;

use alexandria_library::domain::ErrorCode;
use alexandria_tests_corpus::Shelf;
use alexandria_tests_hostile::archive::{Entry, archive};
use alexandria_tests_support::{Requirement, skip};

/// Data of the whole process, in bytes: what an import may take in all (docs/benchmarks.md).
const LIMIT: u64 = 450 << 20;
/// Set in the process that is limited.
const CHILD: &str = "ALEXANDRIA_TEST_IS_LIMITED";

/// Whether this is the limited process. Else starts it for the test of that name and looks how it ends.
fn is_limited(test: &str) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return true;
    }
    let mut child = Command::new("prlimit");
    child.arg(format!("--data={LIMIT}")).arg(std::env::current_exe().unwrap());
    match child.args(["--exact", test, "--nocapture"]).env(CHILD, "1").output() {
        Err(_) => skip(Requirement::Tools, "no prlimit; install util-linux"),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{test} needs more than {LIMIT} bytes: {said}");
        }
    }
    false
}

/// Imports a file that is written piece by piece, and gives the code it is refused with.
async fn import(name: &str, pieces: impl Iterator<Item = Vec<u8>>) -> Option<ErrorCode> {
    let shelf = Shelf::new().await;
    let path = shelf.outside().join(name);
    let mut file = File::create(&path).unwrap();
    pieces.for_each(|piece| file.write_all(&piece).unwrap());
    let report = shelf.import(std::slice::from_ref(&path)).await;
    fs::remove_file(path).unwrap();
    assert_eq!(report.imported.len() + report.refused.len(), 1);
    report.refused.first().map(|refused| refused.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_is_felt() {
    if is_limited("the_limit_is_felt") {
        let mut much: Vec<u8> = Vec::new();
        let limit = usize::try_from(LIMIT).unwrap();
        assert!(much.try_reserve_exact(limit).is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_of_a_hundred_megabytes() {
    if is_limited("one_line_of_a_hundred_megabytes") {
        for name in ["line.txt", "line.md", "line.html"] {
            let pieces = std::iter::repeat_n("zebra ".repeat(1 << 18).into_bytes(), 67);
            assert_eq!(import(name, pieces).await, Some(ErrorCode::LimitExceeded), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_that_is_just_short_enough() {
    if is_limited("one_line_that_is_just_short_enough") {
        for word in ["zebra ", "x"] {
            let pieces = std::iter::repeat_n(word.repeat((1 << 20) / word.len()).into_bytes(), 4);
            assert_eq!(import("line.txt", pieces).await, None, "{word}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn formatting_that_multiplies() {
    if is_limited("formatting_that_multiplies") {
        let bold = format!("<p><b title='{}'></p>", "x".repeat(8 << 20)).into_bytes();
        let paragraphs = "<p>x</p>".repeat(10_000).into_bytes();
        assert_eq!(import("bold.html", [bold, paragraphs].into_iter()).await, Some(ErrorCode::LimitExceeded));
    }
}

/// A book of so many pages, with this in its metadata and this list in its navigation document.
fn book(metadata: &str, list: &str, pages: usize) -> Vec<u8> {
    let each = |text: &str| -> String { (0..pages).map(|page| text.replace('#', &page.to_string())).collect() };
    let package = format!(
        "<package><metadata><dc:title>T</dc:title>{metadata}</metadata>\
        <manifest><item id='n' href='n.xhtml' properties='nav'/>{}</manifest><spine>{}</spine></package>",
        each("<item id='i#' href='#.xhtml' media-type='application/xhtml+xml'/>"),
        each("<itemref idref='i#'/>"),
    );
    let container = "<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>";
    let mut entries = vec![
        Entry::new("mimetype", "application/epub+zip"),
        Entry::new("META-INF/container.xml", container),
        Entry::new("p.opf", package),
        Entry::new("n.xhtml", format!("<nav epub:type='toc'>{list}</nav>")),
    ];
    entries.extend((0..pages).map(|page| Entry::new(format!("{page}.xhtml"), "<p>A zebra.</p>")));
    archive(&entries)
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_is_nested_in_itself() {
    if is_limited("metadata_that_is_nested_in_itself") {
        let words = "zebra ".repeat((8 << 20) / 6);
        for element in ["x", "dc:subject", "meta property='belongs-to-collection'"] {
            let nested = format!("{}{words}", format!("<{element}>").repeat(990));
            assert_eq!(import("nested.epub", std::iter::once(book(&nested, "", 1))).await, None, "{element}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headings_as_long_as_a_page_over_many_passages() {
    if is_limited("headings_as_long_as_a_page_over_many_passages") {
        let words = "word ".repeat(6_400);
        let headings: String = (1..=6).map(|level| format!("<h{level}>{words}</h{level}>")).collect();
        let pieces = [headings, "<p>".to_owned(), "a ".repeat(1 << 19)].map(String::into_bytes);
        assert_eq!(import("headings.html", pieces.into_iter()).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_as_long_as_a_book_over_many_sections() {
    if is_limited("a_label_as_long_as_a_book_over_many_sections") {
        let links: String = (0..500).map(|page| format!("<li><a href='{page}.xhtml'>x</a></li>")).collect();
        let list = format!("<ol><li><span>{}</span><ol>{links}</ol></li></ol>", "word ".repeat((1 << 20) / 5));
        assert_eq!(import("label.epub", std::iter::once(book("", &list, 500))).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_end() {
    if is_limited("a_file_without_end") {
        let sparse = |name: &str| {
            let shelf = Shelf::new();
            let name = name.to_owned();
            async move {
                let shelf = shelf.await;
                let path = shelf.outside().join(name);
                File::create(&path).unwrap().set_len(1 << 40).unwrap();
                shelf.import(&[path]).await.refused.first().map(|refused| refused.code)
            }
        };
        for name in ["hole.txt", "hole.epub"] {
            assert_eq!(sparse(name).await, Some(ErrorCode::LimitExceeded));
        }
    }
}
