//! Comics written entry by entry, and opened.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::Comic;
use crate::error::ExtractError;
use crate::limits::{Guard, Limits};
use crate::picture::tests::png;
use crate::publication::{Presentation as _, Publication as _, Resources as _, Text as _};
use crate::view::PageContent;

fn comic(files: &[(&str, &[u8])]) -> Result<Comic<Cursor<Vec<u8>>>, ExtractError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    Comic::open(writer.finish().unwrap(), &Guard::start(&Limits::default()))
}

#[test]
fn pages_are_the_pictures_in_order() {
    let page = png(800, 1200);
    let files = ["2.png", "10.png", "1.png", "notes.txt", "__MACOSX/1.png", ".hidden.png"];
    let mut comic = comic(&files.map(|name| (name, page.as_slice()))).unwrap();
    let names: Vec<_> = comic.spine().iter().map(|item| item.href.clone()).collect();
    assert_eq!(names, ["1.png", "2.png", "10.png"]);
    assert!(comic.toc().is_empty() && comic.spine().iter().all(|item| item.toc_path.is_empty()));
    let guard = Guard::start(&Limits::default());
    let PageContent::Image(image) = comic.page(0, &guard).unwrap() else { panic!("no picture") };
    let layout = image.layout.unwrap();
    assert_eq!((image.href.as_str(), layout.width, layout.height), ("1.png", 800, 1200));
    assert_eq!(comic.blocks(0, &guard).unwrap(), []);
    assert_eq!(comic.resource("1.png", &guard).unwrap().media_type, "image/png");
    for outside in ["notes.txt", "__MACOSX/1.png", "../1.png"] {
        assert!(comic.resource(outside, &guard).is_err(), "{outside}");
    }
    assert_eq!(comic.cover(&guard).unwrap().unwrap().bytes, page);
}

#[test]
fn folders_are_chapters() {
    let page = png(8, 12);
    let comic =
        comic(&["Chapter 2/1.png", "Chapter 10/1.png", "Chapter 2/2.png"].map(|name| (name, page.as_slice()))).unwrap();
    let toc: Vec<_> = comic.toc().iter().map(|entry| (entry.label.as_str(), entry.href.as_deref().unwrap())).collect();
    assert_eq!(toc, [("Chapter 2", "Chapter 2/1.png"), ("Chapter 10", "Chapter 10/1.png")]);
    assert_eq!(comic.spine()[1].toc_path, ["Chapter 2"]);
}

#[test]
fn info_becomes_metadata() {
    let info = r#"<?xml version="1.0"?><ComicInfo>
        <Series>Little Nemo</Series><Number>3</Number><Writer>Winsor McCay, Another</Writer><Penciller>Winsor McCay</Penciller>
        <Year>1905</Year><Month>10</Month><LanguageISO>en</LanguageISO><Manga>YesAndRightToLeft</Manga>
        <Summary>A dream.</Summary>
        <Pages><Page Image="1" Type="FrontCover" Bookmark="The dream"/><Page Image="99" Bookmark="Nowhere"/></Pages>
        </ComicInfo>"#;
    let (first, second) = (png(8, 12), png(9, 12));
    let mut comic = comic(&[("1.png", &first), ("2.png", &second), ("ComicInfo.xml", info.as_bytes())]).unwrap();
    let metadata = comic.metadata().clone();
    assert_eq!(
        (metadata.title.as_str(), metadata.authors.as_slice()),
        ("Little Nemo 3", &["Winsor McCay".to_owned(), "Another".to_owned()][..])
    );
    assert_eq!(metadata.series.unwrap().position.as_deref(), Some("3"));
    assert_eq!((metadata.published.as_deref(), metadata.language.as_str()), (Some("1905-10"), "en"));
    assert!(metadata.right_to_left);
    assert_eq!(metadata.description.as_deref(), Some("A dream."));
    let toc: Vec<_> = comic.toc().iter().map(|entry| (entry.label.as_str(), entry.href.as_deref().unwrap())).collect();
    assert_eq!(toc, [("The dream", "2.png")]);
    assert_eq!(comic.cover(&Guard::start(&Limits::default())).unwrap().unwrap().bytes, second);
}

#[test]
fn page_that_cannot_be_shown_is_empty_and_costs_no_other() {
    let mut comic = comic(&[("1.png", &png(30_000, 10)), ("2.png", b"not a picture"), ("3.png", &png(8, 12))]).unwrap();
    let guard = Guard::start(&Limits::default());
    for number in 0..2 {
        assert!(
            matches!(comic.page(number, &guard).unwrap(), PageContent::Plain(blocks) if blocks.is_empty()),
            "{number}"
        );
    }
    assert!(matches!(comic.page(2, &guard).unwrap(), PageContent::Image(_)));
    assert!(comic.cover(&guard).unwrap().is_none());
}

#[test]
fn archive_without_pictures_is_no_comic() {
    assert!(matches!(comic(&[("notes.txt", b"text")]), Err(ExtractError::Malformed { .. })));
}
