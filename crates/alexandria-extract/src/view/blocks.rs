//! The text of a page.

use alexandria_domain::{Block, BlockKind};

use super::{Role, SectionTree, role};
use crate::dom::Edge;
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};
use crate::words::Words;

/// Bytes after which a block ends at the next word: a page without paragraphs must not become one endless block.
const LONG_BLOCK: usize = 32 << 10;

/// The blocks of a section, in reading order. `before` is the number of blocks of the sections before it.
pub(crate) fn blocks(tree: &SectionTree, before: usize, guard: &Guard) -> Result<Vec<Block>, ExtractError> {
    let dom = &*tree.dom;
    let mut reader = Reader::default();
    let mut edges = dom.edges(tree.body(), tree.slice);
    let mut steps = 0_usize;
    while let Some(edge) = edges.next() {
        steps += 1;
        if steps.is_multiple_of(4096) {
            guard.check_time()?;
            within(before + reader.blocks.len(), LimitKind::Blocks, guard.limits.blocks)?;
        }
        match edge {
            Edge::Open(id) => match dom.text(id) {
                Some(text) => reader.read(text),
                None => match role(dom, id) {
                    Role::Skipped | Role::Dropped => edges.leap(id),
                    role => reader.open(role),
                },
            },
            Edge::Close(id) => reader.close(role(dom, id)),
        }
    }
    reader.flush();
    within(before + reader.blocks.len(), LimitKind::Blocks, guard.limits.blocks)?;
    Ok(reader.blocks)
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    words: Words,
    /// Levels of the headings around this place, outermost first.
    headings: Vec<u8>,
    /// Notes around this place.
    notes: usize,
}

impl Reader {
    /// Adds text, cutting a block that has grown long between two words, or anywhere if there are none.
    fn read(&mut self, mut text: &str) {
        while self.words.len() + text.len() > LONG_BLOCK {
            let room = text.floor_char_boundary(LONG_BLOCK.saturating_sub(self.words.len()));
            let (head, _) = text.split_at(room);
            let cut = head.rfind(char::is_whitespace).map_or(room, |space| head.ceil_char_boundary(space + 1));
            let (head, tail) = text.split_at(cut);
            self.words.push(head);
            self.flush();
            text = tail;
        }
        self.words.push(text);
    }

    fn open(&mut self, role: Role) {
        match role {
            Role::Inline | Role::Skipped | Role::Dropped => {}
            Role::LineBreak | Role::Cell => self.words.break_word(),
            Role::Block if !self.headings.is_empty() => self.words.break_word(),
            Role::Block => self.flush(),
            Role::Heading(level) => {
                self.part_of_heading_or_flush();
                self.headings.push(level);
            }
            Role::Note => {
                self.flush();
                self.notes += 1;
            }
        }
    }

    fn close(&mut self, role: Role) {
        match role {
            Role::Heading(_) => {
                if self.headings.len() == 1 {
                    self.flush();
                }
                self.headings.pop();
                self.words.break_word();
            }
            Role::Note => {
                self.flush();
                self.notes = self.notes.saturating_sub(1);
            }
            Role::LineBreak => {}
            role => self.open(role),
        }
    }

    fn part_of_heading_or_flush(&mut self) {
        if self.headings.is_empty() {
            self.flush();
        } else {
            self.words.break_word();
        }
    }

    fn flush(&mut self) {
        if let Some(text) = self.words.take() {
            let kind = match self.headings.first() {
                Some(level) => BlockKind::Heading(*level),
                None if self.notes > 0 => BlockKind::Note,
                None => BlockKind::Text,
            };
            self.blocks.push(Block { text, kind });
        }
    }
}
