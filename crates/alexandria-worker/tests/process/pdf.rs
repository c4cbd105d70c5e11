//! PDF documents through the worker that is shipped, hostile ones first.

use std::cell::Cell;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::PathBuf;
use std::sync::LazyLock;

use alexandria_domain::{CodedError as _, ErrorCode, Format};
use alexandria_extract::{ExtractError, Extracted, Limits};
use alexandria_tests_skip::{Requirement, skip};
use alexandria_worker::{Password, WorkerError};

use crate::support::{file, worker};
use crate::writer::{Page, Writer, document, lines, mapped};

fn extract(content: &[u8]) -> Result<Extracted, WorkerError> {
    worker().extract(&file(content), "book.pdf", &Limits::default(), &|| false)
}

fn code(content: &[u8]) -> Option<ErrorCode> {
    extract(content).err().map(|error| error.code())
}

fn texts(extracted: &Extracted) -> Vec<String> {
    extracted.sections.iter().map(alexandria_domain::Section::text).collect()
}

/// The most memory that this process has needed, in bytes.
#[cfg(target_os = "linux")]
fn peak_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("is readable");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("is there");
    let kib: u64 = line.split_whitespace().nth(1).expect("is a number").parse().expect("is a number");
    kib << 10
}

/// Some content, deflated without a header.
fn deflated(mut content: impl std::io::Read) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().large_file(true);
    archive.start_file("a", options).expect("begins");
    std::io::copy(&mut content, &mut archive).expect("writes");
    let bytes = archive.finish().expect("ends").into_inner();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("is an archive");
    let mut packed = Vec::new();
    archive.by_index_raw(0).expect("is there").read_to_end(&mut packed).expect("is readable");
    packed
}

/// Content of 1.5 GiB, deflated twice: more than a worker may have.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| deflated(deflated(std::io::repeat(b' ').take(3 << 29)).as_slice()));

/// Adds a content stream that is small until it is unpacked.
pub(crate) fn bomb(writer: &mut Writer) -> usize {
    writer.stream("/Filter[/FlateDecode/FlateDecode]", &BOMB)
}

/// A document of one page with this content and these resources.
fn one_page(add: impl FnOnce(&mut Writer) -> (usize, String)) -> Vec<u8> {
    let mut writer = Writer::default();
    let tree = writer.add("");
    let (content, resources) = add(&mut writer);
    let page = writer.add(&format!(
        "<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 600 800]/Contents {content} 0 R/Resources<<{resources}>>>>"
    ));
    writer.set(tree, &format!("<</Type/Pages/Kids[{page} 0 R]/Count 1>>"));
    let root = writer.add(&format!("<</Type/Catalog/Pages {tree} 0 R>>"));
    writer.finish(root, "")
}

/// Forms of which each draws the next twice, and the last nothing.
fn exponential() -> Vec<u8> {
    one_page(|writer| {
        let mut next = writer.stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]", b" ");
        for _ in 0..40 {
            let entries =
                format!("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</N {next} 0 R>>>>");
            next = writer.stream(&entries, b"/N Do /N Do");
        }
        (writer.stream("", b"/N Do"), format!("/XObject<</N {next} 0 R>>"))
    })
}

/// Trap: inflate bomb in a PDF.
#[test]
#[cfg(target_os = "linux")]
fn inflate_bomb_is_a_limit_and_this_process_stays_small() {
    let content = one_page(|writer| (bomb(writer), String::new()));
    assert!(content.len() < 40 << 10, "{} bytes", content.len());
    let before = peak_bytes();
    assert_eq!(code(&content), Some(ErrorCode::LimitExceeded));
    let grown = peak_bytes() - before;
    assert!(grown < 64 << 20, "{grown} bytes");
    assert!(extract(&document(&[lines(&[(50, 700, "next")])])).is_ok(), "the next file is read");
}

/// One page costs one page.
#[test]
#[cfg(target_os = "linux")]
fn pages_beside_a_bomb_are_read() {
    let page = |text| lines(&[(50, 700, text)]);
    let content = mapped(&[page("one"), page("two"), page("three")], &[], |writer, pages| {
        let content = bomb(writer);
        writer.set(pages[1], &format!("<</Type/Page/Parent 1 0 R/MediaBox[0 0 600 800]/Contents {content} 0 R>>"));
        Default::default()
    });
    let extracted = extract(&content).expect("is read");
    assert_eq!(texts(&extracted), ["one", "", "three"]);
}

/// Trap: exponential forms; cancel works at once.
#[test]
fn exponential_forms_are_a_limit_and_can_be_cancelled() {
    assert_eq!(code(&exponential()), Some(ErrorCode::LimitExceeded));
    let looks = Cell::new(0);
    let is_cancelled = || looks.replace(looks.get() + 1) >= 3;
    let result = worker().extract(&file(&exponential()), "book.pdf", &Limits::default(), &is_cancelled);
    assert!(matches!(result, Err(WorkerError::Cancelled)), "{result:?}");
    assert!(looks.get() < 10, "{} looks", looks.get());
}

/// Trap: cyclic pages, nested arrays, million pages, huge page box.
#[test]
fn hostile_structures_are_read_or_refused() {
    let cyclic = {
        let mut writer = Writer::default();
        let tree = writer.add("<</Type/Pages/Count 1/Kids[1 0 R 1 0 R]>>");
        let root = writer.add(&format!("<</Type/Catalog/Pages {tree} 0 R>>"));
        writer.finish(root, "")
    };
    assert_eq!(code(&cyclic), Some(ErrorCode::Malformed));
    let million = {
        let mut writer = Writer::default();
        let tree = writer.add(&format!("<</Type/Pages/Count 1000000/Kids[{}]>>", "<<>>".repeat(1_000_000)));
        let root = writer.add(&format!("<</Type/Catalog/Pages {tree} 0 R>>"));
        writer.finish(root, "")
    };
    assert_eq!(code(&million), Some(ErrorCode::LimitExceeded));
    let arrays = format!("/X{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let nested = document(&[Page { entries: arrays, ..lines(&[(50, 700, "x")]) }]);
    let result = extract(&nested);
    assert!(matches!(&result, Ok(_) | Err(WorkerError::Extract(ExtractError::Malformed { .. }))), "{result:?}");
    let huge = Page { entries: "/MediaBox[0 0 2000000 2000000]".to_owned(), ..lines(&[(50, 700, "x")]) };
    let extracted = extract(&document(&[huge])).expect("is read");
    assert_eq!((texts(&extracted), extracted.cover.is_some()), (vec!["x".to_owned()], true));
    for content in [&b"%PDF-1.7"[..], b"%PDF-1.7\ntrailer<</Root 1 0 R>>", b"junk\0\x01\x02%PDF-1.4"] {
        assert_eq!(code(content), Some(ErrorCode::Malformed));
    }
}

#[test]
fn pages_are_sections_with_labels_of_the_outline() {
    let pages: Vec<Page> = (1..=3).map(|number| lines(&[(50, 700, ["", "One", "Two", "Three"][number])])).collect();
    let content = mapped(&pages, &[], |writer, pages| {
        let outline = writer.add("");
        let entry = writer.add(&format!("<</Title(Chapter)/Dest[{} 0 R/Fit]>>", pages[1]));
        writer.set(outline, &format!("<</First {entry} 0 R/Last {entry} 0 R>>"));
        let info = writer.add("<</Title(On Whales)/Author(Ada Lovelace)>>");
        (format!("/Outlines {outline} 0 R"), format!("/Info {info} 0 R"))
    });
    // Its name says something else: the content decides.
    let extracted = worker().extract(&file(&content), "book.epub", &Limits::default(), &|| false).expect("is read");
    assert_eq!((extracted.format, extracted.metadata.title.as_str()), (Format::Pdf, "On Whales"));
    assert_eq!(extracted.metadata.authors, ["Ada Lovelace"]);
    let sections: Vec<(&str, String)> =
        extracted.sections.iter().map(|section| (section.href.as_str(), section.toc_path.join("/"))).collect();
    let chapter = || "Chapter".to_owned();
    assert_eq!(
        sections,
        [("page-0001.xhtml", String::new()), ("page-0002.xhtml", chapter()), ("page-0003.xhtml", chapter())]
    );
    assert_eq!(extracted.toc[0].href.as_deref(), Some("page-0002.xhtml"));
    let cover = extracted.cover.expect("is drawn");
    assert!(cover.media_type == "image/png" && alexandria_extract::thumbnail(&cover, 100).is_ok());
}

#[test]
fn book_of_a_thousand_pages_is_read() {
    let page = |number: usize| {
        let lines_of: Vec<(i32, i32, &str)> =
            (0..30).map(|row| (50, 740 - 20 * row, "the white whale and the wide sea")).collect();
        let mut page = lines(&lines_of);
        page.content.push_str(&format!("BT /F 10 Tf 300 450 Td (unique{number}) Tj ET"));
        page
    };
    let content = document(&(0..1_000).map(page).collect::<Vec<_>>());
    let extracted = extract(&content).expect("is read");
    assert_eq!(extracted.sections.len(), 1_000);
    assert!(
        extracted.sections.iter().zip(0..).all(|(section, number)| section.text().contains(&format!("unique{number}")))
    );
}

/// Two pages, encrypted with RC4 of 128 bits; see [`PASSWORD`].
pub(crate) const LOCKED: &[u8] = include_bytes!("../../../alexandria-pdf/tests/document/password.pdf");
/// What opens [`LOCKED`].
pub(crate) const PASSWORD: &str = "open sesame";

#[test]
fn locked_document_is_read_with_its_password_only() {
    let unlock = |content: &[u8], password: &str| {
        let password = Password::new(password);
        worker().extract_locked(&file(content), "book.pdf", &password, &Limits::default(), &|| false)
    };
    assert_eq!(code(LOCKED), Some(ErrorCode::PasswordRequired));
    let check = |password: &str, expect| {
        assert_eq!(unlock(LOCKED, password).err().map(|error| error.code()), expect, "{password}");
    };
    check("", Some(ErrorCode::PasswordRequired));
    check("Open Sesame", Some(ErrorCode::WrongPassword));
    check(&"\u{fc}".repeat(5_000), Some(ErrorCode::WrongPassword));
    check(PASSWORD, None);
    let extracted = unlock(LOCKED, PASSWORD).expect("opens");
    assert_eq!((extracted.metadata.title.as_str(), extracted.sections.len()), ("The Sealed Harbour", 2));
    assert!(extracted.sections[0].text().contains("Nobody read this page before"), "{:?}", texts(&extracted));
    // A password that is not needed does no harm, whatever the format.
    assert!(unlock(&document(&[lines(&[(50, 700, "free")])]), PASSWORD).is_ok());
    assert!(unlock(b"Call me Ishmael.", PASSWORD).is_err_and(|error| error.code() == ErrorCode::Malformed));
}

/// The pipe with the file ends with each process, and the next one gets all of the file again.
#[test]
#[cfg(target_os = "linux")]
fn pages_beside_a_bomb_are_read_through_the_pipe() {
    let page = |text| lines(&[(50, 700, text)]);
    let content = mapped(&[page("one"), page("two"), page("three")], &[], |writer, pages| {
        let content = bomb(writer);
        writer.set(pages[1], &format!("<</Type/Page/Parent 1 0 R/MediaBox[0 0 600 800]/Contents {content} 0 R>>"));
        Default::default()
    });
    let password = Password::new(PASSWORD);
    let extracted = worker()
        .extract_locked(&file(&content), "book.pdf", &password, &Limits::default(), &|| false)
        .expect("is read");
    assert_eq!(texts(&extracted), ["one", "", "three"]);
}

#[test]
fn documents_of_the_corpus_are_read_or_protected() {
    let folder = std::env::var_os("ALEXANDRIA_CORPUS").map(|folder| PathBuf::from(folder).join("pdf"));
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        return skip(Requirement::Corpus, "ALEXANDRIA_CORPUS has no folder `pdf`");
    };
    for entry in fs::read_dir(folder).expect("is a folder") {
        let path = entry.expect("is readable").path();
        let name = path.file_name().expect("has a name").to_string_lossy().into_owned();
        let result = worker().extract(&fs::File::open(&path).expect("opens"), &name, &Limits::default(), &|| false);
        match result {
            Ok(extracted) => assert!(!extracted.sections.is_empty() && extracted.cover.is_some(), "{name}"),
            Err(WorkerError::Extract(ExtractError::PasswordRequired)) => assert!(name.contains("password"), "{name}"),
            Err(error) => panic!("{name}: {error}"),
        }
    }
}
