//! Cutting a section into passages.

use unicode_segmentation::UnicodeSegmentation;

use super::{BlockKind, MAX_PARAGRAPHS, MAX_TOKENS, Passage, Section, TARGET_TOKENS};
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
    /// A splitter that measures with `count`, which gives the tokens of a text without special marks. Of two texts with
    /// a space, tab or line break between them it gives no more than of one and the other.
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
            for run in self.cut(&block.text) {
                let Some(text) = block.text.get(run.from..run.to) else { continue };
                draft.add(&Part {
                    start: offset + chars(block.text.split_at(run.from).0),
                    before: end.map_or("\n", |end| block.text.get(end..run.from).unwrap_or_default()),
                    text,
                    tokens: run.tokens,
                    kind: block.kind,
                });
                end = Some(run.to);
            }
            offset += chars(&block.text) + 1;
        }
        draft.close();
        draft.passages
    }

    /// All of a block's text, or, if the model cannot see that at once, runs of its sentences.
    fn cut(&self, text: &str) -> Vec<Run> {
        let whole = self.measured(text, 0, text.len());
        if whole.tokens <= MAX_TOKENS {
            return vec![whole];
        }
        let mut runs: Vec<Run> = Vec::new();
        for (at, sentence) in text.split_sentence_bound_indices() {
            for next in self.halve(text, at, at + sentence.len()) {
                match runs.last_mut().map(|run| (self.joined(text, *run, next), run)) {
                    Some((joined, run)) if joined.tokens <= TARGET_TOKENS => *run = joined,
                    _ => runs.push(next),
                }
            }
        }
        runs.into_iter().filter_map(|run| run.trimmed(text)).collect()
    }

    fn measured(&self, text: &str, from: usize, to: usize) -> Run {
        Run { from, to, tokens: (self.count)(text.get(from..to).unwrap_or_default()) }
    }

    /// Two runs that follow each other as one. Measuring is what cutting takes its time for, so that is done again only
    /// where a word may go on from the one into the other.
    fn joined(&self, text: &str, run: Run, next: Run) -> Run {
        let apart = text.get(run.from..run.to).is_some_and(|run| run.ends_with([' ', '\t', '\n', '\r']));
        if apart {
            return Run { to: next.to, tokens: run.tokens + next.tokens, ..run };
        }
        self.measured(text, run.from, next.to)
    }

    /// A sentence, if it is too long cut between words, or inside a word that is itself too long, until all fits.
    fn halve(&self, all: &str, from: usize, to: usize) -> Vec<Run> {
        let whole = self.measured(all, from, to);
        let text = all.get(from..to).unwrap_or_default();
        if whole.tokens <= MAX_TOKENS || text.chars().nth(1).is_none() {
            return vec![whole];
        }
        let middle = text.ceil_char_boundary(text.len() / 2);
        let (head, tail) = text.split_at(middle);
        let cut = match (head.rfind(char::is_whitespace), tail.find(char::is_whitespace)) {
            (Some(space), _) if space > 0 => space + head.split_at(space).1.chars().next().map_or(1, char::len_utf8),
            (_, Some(space)) if space > 0 => middle + space,
            _ => middle,
        };
        let cut = if cut == text.len() { text.floor_char_boundary(text.len() / 2).max(1) } else { cut };
        let cut = from + text.ceil_char_boundary(cut);
        let mut parts = self.halve(all, from, cut);
        parts.extend(self.halve(all, cut, to));
        parts
    }
}

/// A measured run of a block's text, from byte to byte.
#[derive(Clone, Copy)]
struct Run {
    from: usize,
    to: usize,
    tokens: usize,
}

impl Run {
    /// Without the spaces around it; `None` if nothing else is there.
    fn trimmed(self, text: &str) -> Option<Self> {
        let run = text.get(self.from..self.to)?;
        let from = self.from + (run.len() - run.trim_start().len());
        let run = run.trim();
        (!run.is_empty()).then_some(Self { from, to: from + run.len(), ..self })
    }
}

fn chars(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Text that goes into one passage whole.
struct Part<'a> {
    start: u32,
    /// What divides it from the part before.
    before: &'a str,
    text: &'a str,
    tokens: usize,
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
            open.text.push_str(part.before);
        }
        open.text.push_str(part.text);
        open.tokens += u32::try_from(part.tokens).unwrap_or(u32::MAX);
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
        let now = open.tokens as usize;
        let short = now < TARGET_TOKENS / 2;
        let fits = now + more <= if short { MAX_TOKENS } else { TARGET_TOKENS };
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
