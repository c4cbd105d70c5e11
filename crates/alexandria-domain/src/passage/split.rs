//! Cutting a section into passages.

use unicode_segmentation::UnicodeSegmentation;

use super::{Block, BlockKind, MAX_PARAGRAPHS, MAX_PIECES, Passage, Section, TARGET_PIECES};
use crate::label;

/// Cuts sections into passages, measuring text with the embedding model's own tokeniser.
pub struct Splitter<'a> {
    count: &'a dyn Fn(&str) -> usize,
}

impl std::fmt::Debug for Splitter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Splitter")
    }
}

impl<'a> Splitter<'a> {
    /// A splitter that measures with `count`, which gives the word pieces of a text without special marks.
    #[must_use]
    pub fn new(count: &'a dyn Fn(&str) -> usize) -> Self {
        Self { count }
    }

    /// The passages of section number `number`, in order. Together they hold every block of the section.
    #[must_use]
    pub fn split(&self, number: u32, section: &Section) -> Vec<Passage> {
        let mut draft = Draft::new(number, section);
        let mut offset = 0;
        for block in &section.blocks {
            if let BlockKind::Heading(level) = block.kind {
                draft.enter_heading(level, &block.text);
            }
            // What stands between two parts of one block stays between them if they come into one passage.
            let mut end = None;
            for (start, text) in self.cut(block) {
                draft.add(&Part {
                    start: offset + chars(block.text.split_at(start).0),
                    before: end.map_or("\n", |end| block.text.get(end..start).unwrap_or_default()),
                    text,
                    pieces: (self.count)(text),
                    kind: block.kind,
                });
                end = Some(start + text.len());
            }
            offset += chars(&block.text) + 1;
        }
        draft.close();
        draft.passages
    }

    /// The block, or, if the model cannot see it at once, runs of its sentences, each with its byte offset.
    fn cut<'b>(&self, block: &'b Block) -> Vec<(usize, &'b str)> {
        let text = block.text.as_str();
        // A word piece is at least one byte long, so a short block need not be measured twice.
        if text.len() <= MAX_PIECES || (self.count)(text) <= MAX_PIECES {
            return vec![(0, text)];
        }
        let sentences = text.split_sentence_bound_indices().flat_map(|(at, sentence)| {
            if sentence.len() <= MAX_PIECES || (self.count)(sentence) <= MAX_PIECES {
                vec![(at, sentence)]
            } else {
                self.halve(at, sentence)
            }
        });
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, sentence) in sentences {
            let end = at + sentence.len();
            match runs.last_mut() {
                Some(run) if (self.count)(text.get(run.0..end).unwrap_or_default()) <= TARGET_PIECES => run.1 = end,
                _ => runs.push((at, end)),
            }
        }
        runs.into_iter().filter_map(|(from, to)| trimmed(text, from, to)).collect()
    }

    /// A sentence that is too long, cut between words, or inside a word that is itself too long, until all fits.
    fn halve<'b>(&self, at: usize, text: &'b str) -> Vec<(usize, &'b str)> {
        if (self.count)(text) <= MAX_PIECES || text.chars().nth(1).is_none() {
            return vec![(at, text)];
        }
        let middle = text.ceil_char_boundary(text.len() / 2);
        let (head, tail) = text.split_at(middle);
        let cut = match (head.rfind(char::is_whitespace), tail.find(char::is_whitespace)) {
            (Some(space), _) if space > 0 => space + head.split_at(space).1.chars().next().map_or(1, char::len_utf8),
            (_, Some(space)) if space > 0 => middle + space,
            _ => middle,
        };
        let cut = if cut == text.len() { text.floor_char_boundary(text.len() / 2).max(1) } else { cut };
        let (head, tail) = text.split_at(text.ceil_char_boundary(cut));
        let mut parts = self.halve(at, head);
        parts.extend(self.halve(at + head.len(), tail));
        parts
    }
}

fn chars(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// `text[from..to]` without the spaces around it; `None` if nothing else is there.
fn trimmed(text: &str, from: usize, to: usize) -> Option<(usize, &str)> {
    let run = text.get(from..to)?;
    let start = from + (run.len() - run.trim_start().len());
    let run = run.trim();
    (!run.is_empty()).then_some((start, run))
}

/// Text that goes into one passage whole.
struct Part<'a> {
    start: u32,
    /// What divides it from the part before.
    before: &'a str,
    text: &'a str,
    pieces: usize,
    kind: BlockKind,
}

/// The passage being filled, and those finished.
struct Draft<'a> {
    section: u32,
    /// Contents entries above the section's own headings.
    above: &'a [String],
    /// The section's own entry, used until its first heading.
    entry: &'a [String],
    /// Its own headings above the place where it is, with their levels.
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
        let (above, entry) = of.toc_path.split_at(of.toc_path.len().saturating_sub(1));
        let mut draft = Self {
            section,
            above,
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
        if self.open.as_ref().is_some_and(|open| !self.has_room(open, part.pieces, note)) {
            self.close();
        }
        let open = self.open.get_or_insert_with(|| Passage {
            section: self.section,
            start: part.start,
            text: String::new(),
            heading_path: self.path.clone(),
            pieces: 0,
        });
        if !open.text.is_empty() {
            open.text.push_str(part.before);
        }
        open.text.push_str(part.text);
        open.pieces += u32::try_from(part.pieces).unwrap_or(u32::MAX);
        // A heading right after another leads further down.
        if open.heading_path != self.path {
            open.heading_path.clone_from(&self.path);
        }
        self.note = note;
        if !matches!(part.kind, BlockKind::Heading(_)) {
            self.paragraphs += 1;
        }
    }

    fn has_room(&self, open: &Passage, more: usize, note: bool) -> bool {
        let now = open.pieces as usize;
        let short = now < TARGET_PIECES / 2;
        let fits = now + more <= if short { MAX_PIECES } else { TARGET_PIECES };
        fits && (self.paragraphs == 0 || (self.note == note && (self.paragraphs < MAX_PARAGRAPHS || short)))
    }

    /// The headings as labels: a heading may be as long as a page, and every passage below carries it.
    fn heading_path(&self) -> Vec<String> {
        let entry: &[String] = if self.headings.is_empty() { self.entry } else { &[] };
        let entries = self.above.iter().chain(entry).map(String::as_str);
        label::path(entries.chain(self.headings.iter().map(|(_, text)| *text)))
    }

    fn close(&mut self) {
        self.passages.extend(self.open.take());
        self.paragraphs = 0;
    }
}
