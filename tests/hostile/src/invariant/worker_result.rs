//! The output of a worker process, which a compromised worker writes as it likes: any bytes, and mutations of a result, are
//! rejected or have the properties of a publication that was extracted in this process.

use alexandria_domain::{Block, BlockKind, Cover, Format, Metadata, Section, TocEntry};
use alexandria_extract::Extracted;
use alexandria_worker::wire::{read_greeting, read_result, write_result};

use super::mutate::mutate;
use super::publication::{LIMITS, check_text};

pub(super) fn check(bytes: &[u8]) {
    // Whatever it says, it must not panic.
    let _greeting = read_greeting(&mut &*bytes);
    check_result(bytes);
    if let Some(valid) = written(valid()) {
        check_result(&mutate(&valid, bytes));
    }
}

fn check_result(bytes: &[u8]) {
    let Ok(Ok(extracted)) = read_result(&mut &*bytes, &LIMITS) else { return };
    check_text(&extracted.clone().named_after("a.epub"));
    let again = written(extracted.clone()).and_then(|bytes| read_result(&mut bytes.as_slice(), &LIMITS).ok());
    assert_eq!(again.and_then(Result::ok), Some(extracted), "a result is read as it was written");
}

fn written(extracted: Extracted) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    write_result(&Ok(extracted), &mut bytes).ok()?;
    Some(bytes)
}

/// A result with a bit of everything.
fn valid() -> Extracted {
    let block = |text: &str, kind| Block { text: text.to_owned(), kind };
    let section = |href: &str| Section {
        href: href.to_owned(),
        media_type: "application/xhtml+xml".to_owned(),
        toc_path: vec!["Loomings".to_owned()],
        linear: true,
        blocks: vec![block("Loomings", BlockKind::Heading(1)), block("Call me Ishmael.", BlockKind::Text)],
    };
    let entry = |href: Option<&str>, children| TocEntry {
        label: "Loomings".to_owned(),
        href: href.map(str::to_owned),
        children,
    };
    Extracted {
        format: Format::Epub,
        metadata: Metadata {
            title: "Moby Dick".to_owned(),
            authors: vec!["Herman Melville".to_owned()],
            language: "en".to_owned(),
            description: Some("A whale".to_owned()),
            ..Metadata::default()
        },
        toc: vec![entry(None, vec![entry(Some("a.xhtml#x"), Vec::new()), entry(Some("b.xhtml"), Vec::new())])],
        sections: vec![section("a.xhtml"), section("b.xhtml")],
        cover: Some(Cover { media_type: "image/gif".to_owned(), bytes: b"GIF89a".to_vec() }),
    }
}
