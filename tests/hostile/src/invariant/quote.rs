//! Splitting text into passages, quoting text and finding the quote.
//!
//! The input is four numbers and a text; zero bytes separate the text from a quote that was not taken from it.

use alexandria_domain::passage::MAX_TOKENS;
use alexandria_domain::{Block, BlockKind, Quote, Section, Splitter, label, quote};

use super::significant::significant;

pub(super) fn check(bytes: &[u8]) {
    let Some((&[start, length, place, scale], rest)) = bytes.split_first_chunk() else { return };
    let rest = String::from_utf8_lossy(rest);
    let mut parts = rest.split('\0');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let text = next();
    let start = usize::from(start) * (usize::from(scale) + 1);
    let progression = f64::from(place) / 200.0;
    own_quote(&text, &Quote::of(&text, start..start.saturating_add(length.into())), progression);
    let foreign = Quote { before: next(), highlight: next(), after: next() };
    if let Some(range) = quote::find(&text, &foreign, progression) {
        let found = text.get(range.clone());
        assert!(found.is_some(), "{range:?} cuts a character of {text:?}");
        assert_eq!(significant(found.unwrap_or_default()), significant(&foreign.highlight));
    }
    passages(&text);
}

/// A quote of a text is found in it.
fn own_quote(text: &str, own: &Quote, progression: f64) {
    let wanted = significant(&own.highlight);
    let found = quote::find(text, own, progression);
    let found = found.map(|range| significant(text.get(range).unwrap_or_default()));
    assert_eq!(found, (!wanted.is_empty()).then_some(wanted), "{own:?} in {text:?}");
}

/// Passages are within the limits, start where they say, and together have the text of all blocks.
fn passages(text: &str) {
    let blocks: Vec<Block> = text.lines().filter_map(block).collect();
    let section = Section { toc_path: vec!["Part".into(), "Chapter".into()], blocks, ..Section::default() };
    let whole: Vec<char> = section.text().chars().collect();
    let count = |text: &str| text.split_whitespace().map(|word| word.chars().count().div_ceil(4)).sum();
    let mut seen = String::new();
    for passage in Splitter::new(&count).split(0, &section) {
        assert!(passage.tokens as usize <= MAX_TOKENS, "{} tokens", passage.tokens);
        assert!(passage.heading_path.iter().map(String::len).sum::<usize>() <= label::MAX_PATH_BYTES);
        let start = passage.start as usize;
        let here: Option<String> =
            whole.get(start..start + passage.text.chars().count()).map(|found| found.iter().collect());
        assert_eq!(here.as_deref(), Some(passage.text.as_str()), "not at {start}");
        seen.push_str(&significant(&passage.text));
    }
    assert_eq!(seen, significant(&section.text()));
}

/// A line as a block: `#` makes it a heading, `^` a note.
fn block(line: &str) -> Option<Block> {
    let (kind, text) = match line.strip_prefix('#') {
        Some(title) => (BlockKind::Heading(u8::try_from(title.len() % 6).unwrap_or(0) + 1), title),
        None => line.strip_prefix('^').map_or((BlockKind::Text, line), |note| (BlockKind::Note, note)),
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(Block { text, kind })
}
