//! Passage boundaries, and properties that hold for any text.

use proptest::prelude::*;

use super::*;
use crate::label;

/// One token a word, enough to test the boundaries.
fn words(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().count().div_ceil(40)).sum()
}

fn split(section: &Section) -> Vec<Passage> {
    Splitter::new(&words).split(3, section)
}

fn path_bytes(passage: &Passage) -> usize {
    passage.heading_path.iter().map(String::len).sum()
}

fn block(kind: BlockKind, text: &str) -> Block {
    Block { text: text.to_owned(), kind }
}

fn section(blocks: Vec<Block>) -> Section {
    Section { toc_path: vec!["Part I".into(), "Chapter 1".into()], blocks, ..Section::default() }
}

#[test]
fn split_starts_a_passage_at_each_heading() {
    let passages = split(&section(vec![
        block(BlockKind::Text, "Before any heading."),
        block(BlockKind::Heading(2), "One"),
        block(BlockKind::Heading(3), "One A"),
        block(BlockKind::Text, "Body."),
        block(BlockKind::Heading(2), "Two"),
        block(BlockKind::Text, "More."),
    ]));
    let seen: Vec<_> = passages.iter().map(|p| (p.text.as_str(), p.start, p.heading_path.join("/"))).collect();
    assert_eq!(
        seen,
        [
            ("Before any heading.", 0, "Part I/Chapter 1".to_owned()),
            ("One\nOne A\nBody.", 20, "Part I/One/One A".to_owned()),
            ("Two\nMore.", 36, "Part I/Two".to_owned()),
        ]
    );
}

#[test]
fn split_keeps_a_long_heading_in_the_text_and_shortens_it_in_the_path() {
    let long = "word ".repeat(6_000);
    let passages = split(&section(vec![block(BlockKind::Heading(1), long.trim()), block(BlockKind::Text, "Body.")]));
    let short = label::shortened(long.trim(), label::MAX_BYTES);
    assert!(short.len() <= label::MAX_BYTES && short.ends_with("word…"), "{short}");
    assert!(passages.len() > 20 && passages.iter().all(|p| p.heading_path == ["Part I", &*short]));
    assert_eq!(passages.iter().map(|p| words(&p.text)).sum::<usize>(), 6_001);
}

#[test]
fn heading_path_is_bounded() {
    let long = "word ".repeat(6_000);
    let mut blocks: Vec<_> = (1..=6).map(|level| block(BlockKind::Heading(level), long.trim())).collect();
    blocks.push(block(BlockKind::Text, "Body."));
    let toc_path = vec![long.clone(), long];
    for passage in split(&Section { toc_path, blocks, ..Section::default() }) {
        assert_eq!(passage.heading_path.len(), 2, "{}", passage.text);
        assert!(path_bytes(&passage) <= label::MAX_PATH_BYTES);
    }
}

#[test]
fn split_separates_notes_from_running_text() {
    let passages = split(&section(vec![block(BlockKind::Text, "Text."), block(BlockKind::Note, "A note.")]));
    assert_eq!(passages.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["Text.", "A note."]);
}

#[test]
fn split_joins_short_paragraphs() {
    let long = "word ".repeat(150).trim().to_owned();
    let mut blocks: Vec<_> = (0..60).map(|_| block(BlockKind::Text, "Yes, said she.")).collect();
    blocks.push(block(BlockKind::Text, &long));
    let passages = split(&section(blocks));
    assert_eq!(passages.iter().map(|p| p.tokens).collect::<Vec<_>>(), [102, 228]);
}

#[test]
fn split_divides_a_long_paragraph_at_sentences() {
    let sentence = format!("Begin {}end. ", "word ".repeat(118));
    let passages = split(&section(vec![block(BlockKind::Text, sentence.repeat(3).trim())]));
    assert_eq!(passages.len(), 3);
    assert!(passages.iter().all(|p| p.text.ends_with("end.") && p.tokens == 120));
    let endless = "x".repeat(40 * 1000);
    assert!(split(&section(vec![block(BlockKind::Text, &endless)])).iter().all(|p| p.tokens as usize <= MAX_TOKENS));
}

#[test]
fn split_preserves_white_space_between_chunks_of_a_paragraph() {
    // Divided inside a word, and then short enough to be joined again.
    let block = block(BlockKind::Text, &format!("A sentence of {} words.", "x".repeat(40 * 300)));
    let section = section(vec![block]);
    let text: Vec<char> = section.text().chars().collect();
    for passage in split(&section) {
        let here: String = text.iter().skip(passage.start as usize).take(passage.text.chars().count()).collect();
        assert_eq!(here, passage.text);
    }
}

fn any_block() -> impl Strategy<Value = Block> {
    let kind =
        prop_oneof![1 => (1u8..4).prop_map(BlockKind::Heading), 6 => Just(BlockKind::Text), 1 => Just(BlockKind::Note)];
    let text = prop_oneof![
        "[a-zäß]{1,8}( [a-zäß.]{1,9}){0,40}",
        "([A-Za-z]{1,9} ){300,500}[a-z]{1,5}\\.",
        "\\PC{1,900}",
        "[a-z]{1,9} [a-z]{9000,14000} [a-z.]{1,9}"
    ];
    (kind, text).prop_filter_map("blocks are never empty", |(kind, text)| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(Block { text, kind })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// No passage exceeds the model, no path its bound; each is in the section's text at its offset; nothing is lost.
    #[test]
    fn passages_cover_the_section(blocks in proptest::collection::vec(any_block(), 0..12)) {
        let section = section(blocks);
        let text: Vec<char> = section.text().chars().collect();
        let passages = split(&section);
        let mut seen = String::new();
        for passage in &passages {
            prop_assert!(passage.tokens as usize <= MAX_TOKENS);
            // Where a word was split, both parts were counted.
            prop_assert!(words(&passage.text) <= passage.tokens as usize);
            prop_assert!(path_bytes(passage) <= label::MAX_PATH_BYTES);
            let start = passage.start as usize;
            let here: String = text[start..start + passage.text.chars().count()].iter().collect();
            prop_assert_eq!(&here, &passage.text);
            seen.push_str(&passage.text);
        }
        let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(letters(&seen), letters(&section.text()));
        prop_assert_eq!(section.chars() as usize, text.len());
    }

    /// Chunks fit the model and omit only white space; a text that fits is one chunk.
    #[test]
    fn chunks_fit_the_model_and_cover_the_text(text in "(\\PC{0,40}|([a-z]{1,9}[ .\n]){0,300}){0,3}") {
        let chunks = Chunker::new(&words).chunks(&text);
        if words(&text) <= MAX_TOKENS {
            prop_assert_eq!(&chunks, &[Chunk { start: 0, end: text.len(), tokens: words(&text) }]);
        }
        let mut end = 0;
        for chunk in &chunks {
            prop_assert!(chunk.tokens <= MAX_TOKENS);
            prop_assert!(words(text.get(chunk.range()).unwrap()) <= chunk.tokens);
            prop_assert_eq!(text.get(end..chunk.start).unwrap().trim(), "");
            end = chunk.end;
        }
        prop_assert_eq!(text.get(end..).unwrap().trim(), "");
    }
}
