//! Publications: a file is rejected with a typed error or read within the limits. Its pages have the text of its blocks,
//! and neither active content nor external references.

use std::collections::HashSet;
use std::io::Cursor;
use std::time::Duration;

use alexandria_domain::{Block, Format, Metadata, TocEntry, label};
use alexandria_extract::{ExtractError, Extracted, Limits, OpenPublication, extract};

use super::passive;
use super::significant::significant;

/// Low enough for small inputs to reach. Time is limited by the fuzzer.
pub(super) const LIMITS: Limits = Limits {
    file_bytes: 1 << 20,
    archive_entries: 64,
    expanded_bytes: 4 << 20,
    expansion_ratio: 200,
    entry_bytes: 1 << 20,
    markup_bytes: 256 << 10,
    depth: 200,
    nodes: 20_000,
    sections: 100,
    blocks: 5_000,
    text_bytes: 1 << 20,
    cover_bytes: 256 << 10,
    time: Duration::from_hours(1),
};

/// Maximum size of a block, in bytes: it is split soon after 32 KiB.
const MAX_BLOCK_BYTES: usize = 64 << 10;
/// Maximum number of values of a metadata field.
const MAX_VALUES: usize = 1_000;
/// Maximum size of a value, in bytes.
const MAX_VALUE_BYTES: usize = 1 << 10;
/// Maximum size of a description, in bytes: twice that of its source, because some characters are longer than their
/// entities.
const MAX_DESCRIPTION_BYTES: usize = 128 << 10;
/// Maximum size of a page in relation to its markup: every character of an attribute may become a reference.
const MAX_PAGE_RATIO: usize = 16;

/// URL of the publication. `http` URLs can be written in more ways than `book` URLs, so they are the harder case.
pub(super) const BASE: &str = "http://book.localhost/7";

/// Reads and opens a file. Returns the open publication, unless the file is rejected.
pub(super) fn check(bytes: &[u8], name: &str) -> Option<OpenPublication> {
    let extracted = match extract(Cursor::new(bytes), name, &LIMITS) {
        Ok(extracted) => extracted,
        Err(error) => {
            check_error(&error);
            return None;
        }
    };
    check_text(&extracted);
    let mut open = OpenPublication::open(Cursor::new(bytes.to_vec()), extracted.format, &LIMITS);
    assert!(open.is_ok(), "an extracted file does not open: {open:?}");
    for section in &extracted.sections {
        let page = open.as_mut().ok()?.section_page(&section.href, BASE);
        assert!(page.is_ok(), "an extracted section is not rendered: {page:?}");
        let html = page.ok()?.html;
        assert!(html.len() <= markup_bytes() * MAX_PAGE_RATIO, "{} bytes of page", html.len());
        let text: String = section.blocks.iter().map(|block| significant(&block.text)).collect();
        assert_eq!(passive::check_page(&html, BASE), text, "the page has another text than the blocks: {html}");
    }
    open.ok()
}

/// Pictures are served by number, as what they are; no other file of the publication is.
pub(super) fn check_pictures(open: &mut OpenPublication, others: &[&str]) {
    for href in others {
        assert!(open.resource(href).is_err(), "{href} is served");
    }
    for number in 0..4 {
        if let Ok(found) = open.resource(&format!("picture-{number}")) {
            assert!(found.media_type.starts_with("image/"), "{} is served", found.media_type);
        }
    }
}

fn check_error(error: &ExtractError) {
    let typed = !matches!(error, ExtractError::Io(_) | ExtractError::NotFound);
    assert!(typed, "neither I/O nor a lookup took place: {error:?}");
}

/// Properties of the text of any publication.
pub(super) fn check_text(extracted: &Extracted) {
    check_metadata(&extracted.metadata);
    assert!(extracted.sections.len() as u64 <= LIMITS.sections);
    let blocks: usize = extracted.sections.iter().map(|section| section.blocks.len()).sum();
    assert!(blocks as u64 <= LIMITS.blocks);
    extracted.sections.iter().flat_map(|section| &section.blocks).for_each(check_block);
    for section in &extracted.sections {
        let length: usize = section.toc_path.iter().map(String::len).sum();
        assert!(length <= label::MAX_PATH_BYTES, "{} is {length} bytes deep in the table of contents", section.href);
    }
    let hrefs: HashSet<&str> = extracted.sections.iter().map(|section| section.href.as_str()).collect();
    assert_eq!(hrefs.len(), extracted.sections.len(), "hrefs are unique");
    check_contents(&extracted.toc, &hrefs);
    if let Some(cover) = &extracted.cover {
        let has_covers = !matches!(extracted.format, Format::Text | Format::Markdown | Format::Html);
        assert!(cover.bytes.len() as u64 <= LIMITS.cover_bytes && has_covers);
    }
}

/// Metadata is limited in size and number.
fn check_metadata(metadata: &Metadata) {
    assert!(!metadata.title.is_empty(), "a publication has a title");
    let lists = [&metadata.authors, &metadata.subjects];
    assert!(lists.iter().all(|list| list.len() <= MAX_VALUES) && metadata.identifiers.len() <= MAX_VALUES);
    let listed = lists.into_iter().flatten();
    let identifiers = metadata.identifiers.iter().flat_map(|identifier| [&identifier.scheme, &identifier.value]);
    let single =
        [&metadata.title, &metadata.language].into_iter().chain(&metadata.publisher).chain(&metadata.published);
    let series = metadata.series.iter().flat_map(|series| std::iter::once(&series.name).chain(&series.position));
    for value in listed.chain(identifiers).chain(single).chain(series) {
        assert!(value.len() <= MAX_VALUE_BYTES, "{} bytes: {value:?}", value.len());
    }
    assert!(metadata.description.as_ref().is_none_or(|text| text.len() <= MAX_DESCRIPTION_BYTES));
}

fn check_block(block: &Block) {
    let text = &block.text;
    assert!(!text.is_empty() && text.len() <= MAX_BLOCK_BYTES, "{} bytes", text.len());
    let mut space = true;
    for c in text.chars() {
        assert!(!c.is_whitespace() || (c == ' ' && !space), "white space is collapsed: {text:?}");
        assert!(
            !matches!(c, '\0'..='\u{8}' | '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'),
            "{text:?}"
        );
        space = c == ' ';
    }
    assert!(!space, "space at the end: {text:?}");
}

/// Every entry leads to a section, or has children that do.
fn check_contents(entries: &[TocEntry], hrefs: &HashSet<&str>) {
    for entry in entries {
        assert!((1..=label::MAX_BYTES).contains(&entry.label.len()), "{} bytes of label", entry.label.len());
        if let Some(href) = &entry.href {
            let file = href.split_once('#').map_or(href.as_str(), |(file, _)| file);
            assert!(hrefs.contains(file) || hrefs.contains(href.as_str()), "{href} is not a section");
        }
        check_contents(&entry.children, hrefs);
    }
}

fn markup_bytes() -> usize {
    usize::try_from(LIMITS.markup_bytes).unwrap_or(usize::MAX)
}
