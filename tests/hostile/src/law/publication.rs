//! What holds for any file that is taken for a publication: it is refused with a typed error, or read within the limits,
//! and then its pages show the words that its text has, and nothing that acts or reaches out.

use std::collections::HashSet;
use std::io::Cursor;
use std::time::Duration;

use alexandria_domain::{Block, Format, Metadata, TocEntry, label};
use alexandria_extract::{ExtractError, Extracted, Limits, OpenPublication, extract};

use super::passive;
use super::significant::significant;

/// Small enough to be reached by small inputs. The time is the fuzzer's business.
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
    cover_bytes: 256 << 10,
    time: Duration::from_hours(1),
};

/// Longest block, in bytes: one is cut soon after 32 KiB.
const LONGEST_BLOCK: usize = 64 << 10;
/// Most values of a field of the metadata.
const MOST_VALUES: usize = 1_000;
/// Longest value of one, in bytes.
const LONGEST_VALUE: usize = 1 << 10;
/// Longest description, in bytes: it is read from half of that at most, and some characters are longer than their names.
const LONGEST_DESCRIPTION: usize = 128 << 10;
/// Bytes of a page for each byte its markup may have: every character of an attribute may become a reference.
const PAGE_RATIO: usize = 16;

/// Where the pages are served. `http` has more ways to write an address than `book`, so it is the harder case.
pub(super) const BASE: &str = "http://book.localhost/7";

/// Reads and opens a file. Gives the open publication, unless the file is refused.
pub(super) fn check(bytes: &[u8], name: &str) -> Option<OpenPublication> {
    let extracted = match extract(Cursor::new(bytes), name, &LIMITS) {
        Ok(extracted) => extracted,
        Err(error) => {
            check_refusal(&error);
            return None;
        }
    };
    check_text(&extracted);
    let mut open = OpenPublication::open(Cursor::new(bytes.to_vec()), extracted.format, &LIMITS);
    assert!(open.is_ok(), "what was read has to open: {open:?}");
    for section in &extracted.sections {
        let page = open.as_mut().ok()?.section_page(&section.href, BASE);
        assert!(page.is_ok(), "a section that was read has to be shown: {page:?}");
        let html = page.ok()?.html;
        assert!(html.len() <= markup_bytes() * PAGE_RATIO, "{} bytes of page", html.len());
        let text: String = section.blocks.iter().map(|block| significant(&block.text)).collect();
        assert_eq!(passive::check_page(&html, BASE), text, "the page has other words than the text: {html}");
    }
    open.ok()
}

fn check_refusal(error: &ExtractError) {
    let typed = !matches!(error, ExtractError::Io(_) | ExtractError::NotFound);
    assert!(typed, "no disk was read and nothing was asked for: {error:?}");
}

/// What the text of any publication is like.
fn check_text(extracted: &Extracted) {
    check_metadata(&extracted.metadata);
    assert!(extracted.sections.len() as u64 <= LIMITS.sections);
    let blocks: usize = extracted.sections.iter().map(|section| section.blocks.len()).sum();
    assert!(blocks as u64 <= LIMITS.blocks);
    extracted.sections.iter().flat_map(|section| &section.blocks).for_each(check_block);
    for section in &extracted.sections {
        let length: usize = section.toc_path.iter().map(String::len).sum();
        assert!(length <= label::MAX_PATH_BYTES, "{} is {length} bytes deep in the contents", section.href);
    }
    let hrefs: HashSet<&str> = extracted.sections.iter().map(|section| section.href.as_str()).collect();
    assert_eq!(hrefs.len(), extracted.sections.len(), "an address names one section");
    check_contents(&extracted.toc, &hrefs);
    if let Some(cover) = &extracted.cover {
        assert!(cover.bytes.len() as u64 <= LIMITS.cover_bytes && extracted.format == Format::Epub);
    }
}

/// Whatever a file says of itself, what is kept is short and not much.
fn check_metadata(found: &Metadata) {
    assert!(!found.title.is_empty(), "a publication has a title");
    let lists = [&found.authors, &found.subjects];
    assert!(lists.iter().all(|list| list.len() <= MOST_VALUES) && found.identifiers.len() <= MOST_VALUES);
    let listed = lists.into_iter().flatten();
    let identifiers = found.identifiers.iter().flat_map(|identifier| [&identifier.scheme, &identifier.value]);
    let single = [&found.title, &found.language].into_iter().chain(&found.publisher).chain(&found.published);
    let series = found.series.iter().flat_map(|series| std::iter::once(&series.name).chain(&series.position));
    for value in listed.chain(identifiers).chain(single).chain(series) {
        assert!(value.len() <= LONGEST_VALUE, "{} bytes: {value:?}", value.len());
    }
    assert!(found.description.as_ref().is_none_or(|text| text.len() <= LONGEST_DESCRIPTION));
}

fn check_block(block: &Block) {
    let text = &block.text;
    assert!(!text.is_empty() && text.len() <= LONGEST_BLOCK, "{} bytes", text.len());
    let mut space = true;
    for c in text.chars() {
        assert!(!c.is_whitespace() || (c == ' ' && !space), "white space is collapsed: {text:?}");
        assert!(
            !matches!(c, '\0'..='\u{8}' | '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'),
            "{text:?}"
        );
        space = c == ' ';
    }
    assert!(!space, "no space at the end: {text:?}");
}

/// Every entry leads to a section, or has entries that do.
fn check_contents(entries: &[TocEntry], hrefs: &HashSet<&str>) {
    for entry in entries {
        assert!((1..=label::MAX_BYTES).contains(&entry.label.len()), "{} bytes of label", entry.label.len());
        if let Some(href) = &entry.href {
            let file = href.split_once('#').map_or(href.as_str(), |(file, _)| file);
            assert!(hrefs.contains(file) || hrefs.contains(href.as_str()), "{href} is no section");
        }
        check_contents(&entry.children, hrefs);
    }
}

fn markup_bytes() -> usize {
    usize::try_from(LIMITS.markup_bytes).unwrap_or(usize::MAX)
}
