//! Documents that are kept open for reading.

use std::io::Cursor;

use alexandria_extract::{ExtractError, Limits, OpenPublication};
use alexandria_worker::{OpenDocument, Password, WorkerError};

use crate::pdf::{LOCKED, PASSWORD, bomb};
use crate::support::worker;
use crate::writer::{document, lines, mapped};

fn open(content: &[u8]) -> Result<OpenPublication, WorkerError> {
    unlock(content, "")
}

fn unlock(content: &[u8], password: &str) -> Result<OpenPublication, WorkerError> {
    let source = Cursor::new(content.to_vec());
    let document = OpenDocument::open(worker(), &Limits::default(), Password::new(password), source)?;
    Ok(OpenPublication::new(Box::new(document), &Limits::default()))
}

#[test]
fn page_is_a_picture_with_its_text() {
    let mut book =
        open(&document(&[lines(&[(50, 700, "the white whale")]), lines(&[(50, 700, "second")])])).expect("opens");
    assert_eq!(book.section_hrefs().collect::<Vec<_>>(), ["page-0001.xhtml", "page-0002.xhtml"]);
    let page = book.section_page("page-0001.xhtml", "book:1").expect("is read");
    assert!(page.html.contains("book:1/page-0001.png") && page.html.contains("width=800"), "{}", page.html);
    let words: Vec<&str> =
        ["the ", "white ", "whale"].into_iter().filter(|word| page.html.contains(&format!(">{word}</span>"))).collect();
    assert_eq!(words.len(), 3, "{}", page.html);
    let picture = |book: &mut OpenPublication, href: &str| book.resource(href).expect("is drawn").bytes.len();
    let (small, large) = (picture(&mut book, "page-0001@50.png"), picture(&mut book, "page-0001@300.png"));
    assert!(small < large, "{small} {large}");
    assert!(book.cover().expect("is drawn").is_some());
    assert!(matches!(book.section_page("page-0003.xhtml", "book:1"), Err(ExtractError::NotFound)));
    assert!(matches!(book.resource("page-0003.png"), Err(ExtractError::NotFound)));
}

#[test]
fn locked_document_opens_with_its_password_only() {
    let code = |password| match unlock(LOCKED, password) {
        Err(WorkerError::Extract(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(code(""), ExtractError::PasswordRequired));
    assert!(matches!(code("sesame"), ExtractError::WrongPassword));
    let mut book = unlock(LOCKED, PASSWORD).expect("opens");
    assert!(book.section_page("page-0001.xhtml", "book:1").expect("is read").html.contains("sealed "));
    assert!(book.resource("page-0002.png").is_ok());
}

#[test]
fn file_that_is_no_document_is_refused() {
    assert!(matches!(open(b"nonsense"), Err(WorkerError::Extract(ExtractError::Malformed { .. }))));
    assert!(matches!(open(b""), Err(WorkerError::Extract(ExtractError::Malformed { .. }))));
}

/// The process ends at one page, even while its neighbours are read; another goes on with the rest.
#[test]
#[cfg(target_os = "linux")]
fn page_at_which_the_process_ends_is_unreadable_and_others_are_read() {
    let page = |text| lines(&[(50, 700, text)]);
    let pages: Vec<_> = (0..20).map(|_| page("text")).collect();
    let content = mapped(&pages, &[], |writer, pages| {
        let content = bomb(writer);
        writer.set(pages[0], &format!("<</Type/Page/Parent 1 0 R/MediaBox[0 0 600 800]/Contents {content} 0 R>>"));
        Default::default()
    });
    let mut book = open(&content).expect("opens");
    for _ in 0..2 {
        assert!(matches!(book.section_page("page-0001.xhtml", "book:1"), Err(ExtractError::Limit { .. })));
        for other in ["page-0002.xhtml", "page-0020.xhtml"] {
            let page = book.section_page(other, "book:1").expect("is read");
            assert!(page.html.contains("text"), "{}", page.html);
        }
    }
}
