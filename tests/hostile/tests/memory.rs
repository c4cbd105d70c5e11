//! Hostile files under a memory limit: each test runs again as a process of its own, whose memory the kernel limits.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs::{self, File};
use std::io::Write;
use std::process::Command;

use alexandria_library::domain::ErrorCode;
use alexandria_tests_corpus::TestLibrary;
use alexandria_tests_hostile::archive::{Entry, archive};
use alexandria_tests_support::{Requirement, skip};

/// Maximum data segment of the process, in bytes: what an import may take in all (docs/benchmarks.md).
const MAX_DATA_BYTES: u64 = 450 << 20;
/// Set in the limited process.
const CHILD: &str = "ALEXANDRIA_TEST_IS_LIMITED";

/// Whether this is the limited process. Otherwise starts it for the test of that name and checks its exit status.
fn is_limited(test: &str) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return true;
    }
    let mut child = Command::new("prlimit");
    child.arg(format!("--data={MAX_DATA_BYTES}")).arg(std::env::current_exe().unwrap());
    match child.args(["--exact", test, "--nocapture"]).env(CHILD, "1").output() {
        Err(_) => skip(Requirement::Tools, "no prlimit; install util-linux"),
        Ok(output) => {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{test} needs more than {MAX_DATA_BYTES} bytes: {stderr}");
        }
    }
    false
}

/// Imports a file that is written in chunks. Returns the code it is rejected with.
async fn import(name: &str, chunks: impl Iterator<Item = Vec<u8>>) -> Option<ErrorCode> {
    let fixture = TestLibrary::new().await;
    let path = fixture.outside().join(name);
    let mut file = File::create(&path).unwrap();
    chunks.for_each(|chunk| file.write_all(&chunk).unwrap());
    let report = fixture.import(std::slice::from_ref(&path)).await;
    fs::remove_file(path).unwrap();
    assert_eq!(report.imported.len() + report.refused.len(), 1);
    report.refused.first().map(|refused| refused.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_limit_is_enforced() {
    if is_limited("memory_limit_is_enforced") {
        let mut much: Vec<u8> = Vec::new();
        let limit = usize::try_from(MAX_DATA_BYTES).unwrap();
        assert!(much.try_reserve_exact(limit).is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_line_of_a_hundred_megabytes_is_rejected() {
    if is_limited("text_line_of_a_hundred_megabytes_is_rejected") {
        for name in ["line.txt", "line.md", "line.html"] {
            let chunks = std::iter::repeat_n("zebra ".repeat(1 << 18).into_bytes(), 67);
            assert_eq!(import(name, chunks).await, Some(ErrorCode::LimitExceeded), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_line_of_four_megabytes_is_imported() {
    if is_limited("text_line_of_four_megabytes_is_imported") {
        for word in ["zebra ", "x"] {
            let chunks = std::iter::repeat_n(word.repeat((1 << 20) / word.len()).into_bytes(), 4);
            assert_eq!(import("line.txt", chunks).await, None, "{word}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reopened_formatting_is_rejected() {
    if is_limited("reopened_formatting_is_rejected") {
        let bold = format!("<p><b title='{}'></p>", "x".repeat(8 << 20)).into_bytes();
        let paragraphs = "<p>x</p>".repeat(10_000).into_bytes();
        assert_eq!(import("bold.html", [bold, paragraphs].into_iter()).await, Some(ErrorCode::LimitExceeded));
    }
}

/// A book with additional metadata and a list in its navigation document.
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
async fn nested_metadata_is_imported() {
    if is_limited("nested_metadata_is_imported") {
        let words = "zebra ".repeat((8 << 20) / 6);
        for element in ["x", "dc:subject", "meta property='belongs-to-collection'"] {
            let nested = format!("{}{words}", format!("<{element}>").repeat(990));
            assert_eq!(import("nested.epub", std::iter::once(book(&nested, "", 1))).await, None, "{element}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_headings_are_not_repeated_per_passage() {
    if is_limited("long_headings_are_not_repeated_per_passage") {
        let words = "word ".repeat(6_400);
        let headings: String = (1..=6).map(|level| format!("<h{level}>{words}</h{level}>")).collect();
        let chunks = [headings, "<p>".to_owned(), "a ".repeat(1 << 19)].map(String::into_bytes);
        assert_eq!(import("headings.html", chunks.into_iter()).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_toc_label_is_not_repeated_per_section() {
    if is_limited("long_toc_label_is_not_repeated_per_section") {
        let links: String = (0..500).map(|page| format!("<li><a href='{page}.xhtml'>x</a></li>")).collect();
        let list = format!("<ol><li><span>{}</span><ol>{links}</ol></li></ol>", "word ".repeat((1 << 20) / 5));
        assert_eq!(import("label.epub", std::iter::once(book("", &list, 500))).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sparse_file_of_a_terabyte_is_rejected() {
    if is_limited("sparse_file_of_a_terabyte_is_rejected") {
        let sparse = |name: &str| {
            let fixture = TestLibrary::new();
            let name = name.to_owned();
            async move {
                let fixture = fixture.await;
                let path = fixture.outside().join(name);
                File::create(&path).unwrap().set_len(1 << 40).unwrap();
                fixture.import(&[path]).await.refused.first().map(|refused| refused.code)
            }
        };
        for name in ["hole.txt", "hole.epub"] {
            assert_eq!(sparse(name).await, Some(ErrorCode::LimitExceeded));
        }
    }
}
