//! What holds for everything that this crate extracts, for those who did not extract it themselves: a result from another
//! process is checked before it is used, because that process read a foreign file.
//!
//! Absent: whether the text is that of the file.

use std::collections::HashSet;

use alexandria_domain::{Block, BlockKind, Cover, Format, Metadata, Section, TocEntry, label};

use crate::extract::Extracted;
use crate::limits::{Limits, MAX_TOC_DEPTH, MAX_TOC_ENTRIES};
use crate::metadata_field::{MAX_DESCRIPTION_BYTES, MAX_VALUE_BYTES, MAX_VALUES};
use crate::{media_type, text};

/// Maximum size of a block in bytes; a block ends at the next word after half of it.
const MAX_BLOCK_BYTES: usize = 64 << 10;
/// Maximum size of a section's href in bytes: a name in an archive.
const MAX_HREF_BYTES: usize = 8 << 10;
/// Characters that grow when a description is decoded grow by less than this factor.
const DESCRIPTION_GROWTH: usize = 2;

/// What of this [`extract_unnamed`](crate::extract_unnamed) cannot have returned under these limits, in a few words; `None`
/// if it can have.
#[must_use]
pub fn violation(extracted: &Extracted, limits: &Limits) -> Option<&'static str> {
    let Extracted { format, metadata, toc, sections, cover } = extracted;
    of_metadata(metadata)
        .or_else(|| of_sections(sections, limits))
        .or_else(|| of_toc(toc, sections))
        .or_else(|| of_cover(cover.as_ref(), *format, limits))
}

fn of_metadata(metadata: &Metadata) -> Option<&'static str> {
    let lists = [&metadata.authors, &metadata.subjects];
    if lists.iter().any(|list| list.len() > MAX_VALUES) || metadata.identifiers.len() > MAX_VALUES {
        return Some("too many values of a field");
    }
    let identifiers = metadata.identifiers.iter().flat_map(|identifier| [&identifier.scheme, &identifier.value]);
    let series = metadata.series.iter().flat_map(|series| std::iter::once(&series.name).chain(&series.position));
    let single =
        [&metadata.title, &metadata.language].into_iter().chain(&metadata.publisher).chain(&metadata.published);
    let mut values = lists.into_iter().flatten().chain(identifiers).chain(series).chain(single);
    if values.any(|value| value.len() > MAX_VALUE_BYTES) {
        return Some("a value of a field is too long");
    }
    let is_long = |text: &String| text.len() > MAX_DESCRIPTION_BYTES * DESCRIPTION_GROWTH;
    metadata.description.as_ref().is_some_and(is_long).then_some("the description is too long")
}

fn of_sections(sections: &[Section], limits: &Limits) -> Option<&'static str> {
    let blocks: usize = sections.iter().map(|section| section.blocks.len()).sum();
    let text: usize = sections.iter().flat_map(|section| &section.blocks).map(|block| block.text.len()).sum();
    if sections.len() as u64 > limits.sections || blocks as u64 > limits.blocks || text as u64 > limits.text_bytes {
        return Some("more text than the limits allow");
    }
    let hrefs: HashSet<&str> = sections.iter().map(|section| section.href.as_str()).collect();
    if hrefs.len() != sections.len() || sections.iter().any(|section| section.href.len() > MAX_HREF_BYTES) {
        return Some("hrefs of sections");
    }
    let path_bytes = |section: &Section| section.toc_path.iter().map(String::len).sum::<usize>();
    if sections.iter().any(|section| path_bytes(section) > label::MAX_PATH_BYTES) {
        return Some("path in the table of contents");
    }
    if sections.iter().any(|section| section.media_type != media_type::PAGE) {
        return Some("media type of a section");
    }
    let mut blocks = sections.iter().flat_map(|section| &section.blocks);
    (!blocks.all(is_block)).then_some("block of text")
}

fn is_block(block: &Block) -> bool {
    let is_known = !matches!(block.kind, BlockKind::Heading(level) if !(1..=6).contains(&level));
    let is_line = if block.text.is_ascii() { is_ascii_line(block.text.as_bytes()) } else { is_line(&block.text) };
    is_known && is_line && block.text.len() <= MAX_BLOCK_BYTES
}

/// White space is collapsed, so that a block is one line of the section's text; nothing in it is invisible.
fn is_line(text: &str) -> bool {
    let mut space = true;
    let is_text = text.chars().all(|c| {
        let is_second_space = c == ' ' && space;
        space = c == ' ';
        let is_removed = text::is_invisible(c) || matches!(c, '\0'..='\u{8}' | '\u{fffe}' | '\u{ffff}');
        !is_second_space && (space || !c.is_whitespace()) && !is_removed
    });
    is_text && !space
}

/// The same for text that is mostly checked: every block of an English book comes through here.
fn is_ascii_line(text: &[u8]) -> bool {
    let has_control = text.iter().any(|byte| *byte <= b'\r');
    let ends = [text.first(), text.last()];
    !has_control
        && ends.iter().all(|end| end.is_some_and(|byte| *byte != b' '))
        && text.windows(2).all(|two| two != b"  ")
}

fn of_toc(toc: &[TocEntry], sections: &[Section]) -> Option<&'static str> {
    let hrefs: HashSet<&str> = sections.iter().map(|section| section.href.as_str()).collect();
    let leads_to_section = |href: &String| {
        let file = href.split_once('#').map_or(href.as_str(), |(file, _fragment)| file);
        hrefs.contains(file) || hrefs.contains(href.as_str())
    };
    let mut level: Vec<&TocEntry> = toc.iter().collect();
    let (mut count, mut depth) = (0, 0);
    while !level.is_empty() {
        count += level.len();
        // Entries at the maximum depth are leaves, and the first have the depth zero.
        if count > MAX_TOC_ENTRIES || depth > MAX_TOC_DEPTH {
            return Some("size of the table of contents");
        }
        if level.iter().any(|entry| !(1..=label::MAX_BYTES).contains(&entry.label.len())) {
            return Some("label in the table of contents");
        }
        if !level.iter().filter_map(|entry| entry.href.as_ref()).all(leads_to_section) {
            return Some("target in the table of contents");
        }
        level = level.iter().flat_map(|entry| &entry.children).collect();
        depth += 1;
    }
    None
}

fn of_cover(cover: Option<&Cover>, format: Format, limits: &Limits) -> Option<&'static str> {
    let cover = cover?;
    let has_covers = !matches!(format, Format::Text | Format::Markdown | Format::Html);
    let is_cover = has_covers
        && cover.bytes.len() as u64 <= limits.cover_bytes
        && media_type::of_image(&cover.bytes) == Some(cover.media_type.as_str());
    (!is_cover).then_some("cover")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extracted() -> Extracted {
        let block = |text: &str, kind| Block { text: text.to_owned(), kind };
        let section = Section {
            href: "a.xhtml".to_owned(),
            media_type: media_type::PAGE.to_owned(),
            toc_path: vec!["One".to_owned()],
            linear: true,
            blocks: vec![block("One", BlockKind::Heading(1)), block("Call me Ishmael.", BlockKind::Text)],
        };
        let child = TocEntry { label: "Two".to_owned(), href: Some("a.xhtml#two".to_owned()), children: Vec::new() };
        let toc = vec![TocEntry { label: "One".to_owned(), href: None, children: vec![child] }];
        let cover = Some(Cover { media_type: "image/gif".to_owned(), bytes: b"GIF89a".to_vec() });
        let metadata = Metadata { title: "Moby Dick".to_owned(), ..Metadata::default() };
        Extracted { format: Format::Epub, metadata, toc, sections: vec![section], cover }
    }

    #[test]
    fn violation_names_what_cannot_have_been_extracted() {
        let check = |change: fn(&mut Extracted, &mut Limits), expect| {
            let (mut changed, mut limits) = (extracted(), Limits::default());
            change(&mut changed, &mut limits);
            assert_eq!(violation(&changed, &limits), expect);
        };
        check(|_, _| {}, None);
        check(|found, _| found.metadata.title.clear(), None);
        check(|found, _| found.metadata.title = "x".repeat(2_000), Some("a value of a field is too long"));
        check(|found, _| found.metadata.authors = vec![String::new(); 1_001], Some("too many values of a field"));
        check(|found, _| found.metadata.description = Some("x".repeat(200_000)), Some("the description is too long"));
        let too_much = Some("more text than the limits allow");
        check(|_, limits| limits.sections = 0, too_much);
        check(|_, limits| limits.blocks = 1, too_much);
        check(|_, limits| limits.text_bytes = 18, too_much);
        check(|_, limits| limits.text_bytes = 19, None);
        check(|found, _| found.sections.push(found.sections[0].clone()), Some("hrefs of sections"));
        check(|found, _| found.sections[0].href = "x".repeat(10_000), Some("hrefs of sections"));
        check(|found, _| found.sections[0].toc_path[0] = "x".repeat(1_025), Some("path in the table of contents"));
        check(|found, _| found.sections[0].media_type = "text/html".to_owned(), Some("media type of a section"));
        for text in ["", " a", "a ", "a  b", "a\nb", "a\u{200b}", "a\u{a0}b", "a\0", "\u{ffff}", &"x".repeat(70_000)] {
            let mut changed = extracted();
            changed.sections[0].blocks[1].text = text.to_owned();
            assert_eq!(violation(&changed, &Limits::default()), Some("block of text"), "{text:?}");
        }
        check(|found, _| found.sections[0].blocks[0].kind = BlockKind::Heading(7), Some("block of text"));
        check(|found, _| found.toc[0].label.clear(), Some("label in the table of contents"));
        check(|found, _| found.toc[0].href = Some("b.xhtml".to_owned()), Some("target in the table of contents"));
        check(|found, _| found.toc = vec![found.toc[0].clone(); 25_001], Some("size of the table of contents"));
        check(|found, _| found.cover.iter_mut().for_each(|cover| cover.bytes.clear()), Some("cover"));
        check(|_, limits| limits.cover_bytes = 5, Some("cover"));
        check(|found, _| found.format = Format::Text, Some("cover"));
    }

    proptest::proptest! {
        /// Property: the quick check of ASCII agrees with the other.
        #[test]
        fn ascii_lines_are_lines(text in "[ a\\x00-\\x7f]{0,6}") {
            proptest::prop_assert_eq!(is_ascii_line(text.as_bytes()), is_line(&text), "{:?}", text);
        }
    }

    #[test]
    fn violation_limits_the_depth_of_the_table_of_contents() {
        let deep = |depth| {
            let leaf = TocEntry { label: "x".to_owned(), href: None, children: Vec::new() };
            let nest = |entry: TocEntry, _| TocEntry { children: vec![entry], ..leaf.clone() };
            Extracted { toc: vec![(0..depth).fold(leaf.clone(), nest)], ..extracted() }
        };
        assert_eq!(violation(&deep(MAX_TOC_DEPTH), &Limits::default()), None);
        assert!(violation(&deep(MAX_TOC_DEPTH + 1), &Limits::default()).is_some());
    }
}
