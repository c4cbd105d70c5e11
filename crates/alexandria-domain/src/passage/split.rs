//! Splitting a section into passages.

use super::chunk::Chunker;
use super::{BlockKind, MAX_PARAGRAPHS, MAX_TOKENS, Passage, Section, TARGET_TOKENS};
use crate::label;
use crate::part::text_part;

/// Splits sections into passages, measuring text with the embedding model's own tokenizer.
#[derive(Debug)]
pub struct Splitter<'a> {
    chunker: Chunker<'a>,
}

impl<'a> Splitter<'a> {
    /// See [`Chunker::new`] for `count`.
    #[must_use]
    pub fn new(count: &'a dyn Fn(&str) -> usize) -> Self {
        Self { chunker: Chunker::new(count) }
    }

    /// The passages of section number `number`, in order. Together they contain every block of the section.
    #[must_use]
    pub fn split(&self, number: u32, section: &Section) -> Vec<Passage> {
        let mut draft = Draft::new(number, section);
        let mut offset = 0;
        for block in &section.blocks {
            if let BlockKind::Heading(level) = block.kind {
                draft.enter_heading(level, &block.text);
            }
            // White space between two chunks of a block is preserved if both come into one passage.
            let mut end = None;
            for chunk in self.chunker.chunks(&block.text) {
                draft.add(&Part {
                    start: offset + chars(text_part(&block.text, ..chunk.start)),
                    separator: end.map_or("\n", |end| text_part(&block.text, end..chunk.start)),
                    text: text_part(&block.text, chunk.range()),
                    tokens: chunk.tokens,
                    kind: block.kind,
                });
                end = Some(chunk.end);
            }
            offset += chars(&block.text) + 1;
        }
        draft.close();
        draft.passages
    }
}

fn chars(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// A block or a chunk of one, which is never divided between passages.
struct Part<'a> {
    /// Offset in the section's text, in characters.
    start: u32,
    /// What separates it from the previous part.
    separator: &'a str,
    text: &'a str,
    tokens: usize,
    kind: BlockKind,
}

/// The passage being filled, and those finished.
struct Draft<'a> {
    section: u32,
    /// Entries of the table of contents above the section's own headings.
    parent_entries: &'a [String],
    /// The section's own entry, used until its first heading.
    entry: &'a [String],
    /// The section's headings above the current position, with their levels.
    headings: Vec<(u8, &'a str)>,
    /// All of these, as a passage carries them.
    path: Vec<String>,
    passages: Vec<Passage>,
    open: Option<Passage>,
    paragraphs: usize,
    note: bool,
}

impl<'a> Draft<'a> {
    fn new(section: u32, of: &'a Section) -> Self {
        let (parent_entries, entry) = of.toc_path.split_at(of.toc_path.len().saturating_sub(1));
        let mut draft = Self {
            section,
            parent_entries,
            entry,
            headings: Vec::new(),
            path: Vec::new(),
            passages: Vec::new(),
            open: None,
            paragraphs: 0,
            note: false,
        };
        draft.path = draft.heading_path();
        draft
    }

    /// A heading begins a new passage, unless the open one has only headings so far.
    fn enter_heading(&mut self, level: u8, text: &'a str) {
        if self.paragraphs > 0 {
            self.close();
        }
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, text));
        self.path = self.heading_path();
    }

    fn add(&mut self, part: &Part<'_>) {
        let note = part.kind == BlockKind::Note;
        if self.open.as_ref().is_some_and(|open| !self.has_room(open, part.tokens, note)) {
            self.close();
        }
        let open = self.open.get_or_insert_with(|| Passage {
            section: self.section,
            start: part.start,
            text: String::new(),
            heading_path: self.path.clone(),
            tokens: 0,
        });
        if !open.text.is_empty() {
            open.text.push_str(part.separator);
        }
        open.text.push_str(part.text);
        open.tokens += u32::try_from(part.tokens).unwrap_or(u32::MAX);
        // A heading directly after another extends the path.
        if open.heading_path != self.path {
            open.heading_path.clone_from(&self.path);
        }
        self.note = note;
        if !matches!(part.kind, BlockKind::Heading(_)) {
            self.paragraphs += 1;
        }
    }

    fn has_room(&self, open: &Passage, more: usize, note: bool) -> bool {
        let now = open.tokens as usize;
        let short = now < TARGET_TOKENS / 2;
        let fits = now + more <= if short { MAX_TOKENS } else { TARGET_TOKENS };
        fits && (self.paragraphs == 0 || (self.note == note && (self.paragraphs < MAX_PARAGRAPHS || short)))
    }

    /// The headings as labels: a heading may be as long as a page, and every passage below carries it.
    fn heading_path(&self) -> Vec<String> {
        let entry: &[String] = if self.headings.is_empty() { self.entry } else { &[] };
        let entries = self.parent_entries.iter().chain(entry).map(String::as_str);
        label::path(entries.chain(self.headings.iter().map(|(_, text)| *text)))
    }

    fn close(&mut self) {
        self.passages.extend(self.open.take());
        self.paragraphs = 0;
    }
}
