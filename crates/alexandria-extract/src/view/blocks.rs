//! The text of a section of markup.

use std::sync::Arc;

use alexandria_domain::{Block, BlockKind};

use super::role::{Role, role};
use super::section::SectionTree;
use crate::dom::{Edge, Syntax, parse_html};
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};
use crate::text::{TextBuffer, collapse};

/// Size in bytes after which a block ends at the next word: a page without paragraphs must not be one endless block.
const MAX_BLOCK_BYTES: usize = 32 << 10;

/// The blocks of a section, in reading order; an error if they are more than the limit for a whole publication.
pub(crate) fn blocks(tree: &SectionTree, guard: &Guard) -> Result<Vec<Block>, ExtractError> {
    let dom = &*tree.dom;
    let mut builder = BlockBuilder::default();
    let mut edges = dom.edges(tree.body(), tree.slice);
    let mut steps = 0_usize;
    while let Some(edge) = edges.next() {
        steps += 1;
        if steps.is_multiple_of(4096) {
            guard.check_time()?;
            within(builder.blocks.len(), LimitKind::Blocks, guard.limits.blocks)?;
        }
        match edge {
            Edge::Open(id) => match dom.text(id) {
                Some(text) => builder.push(text),
                None => match role(dom, id) {
                    Role::Skipped | Role::Dropped => edges.skip_content(id),
                    role => builder.open(role),
                },
            },
            Edge::Close(id) => builder.close(role(dom, id)),
        }
    }
    builder.flush();
    within(builder.blocks.len(), LimitKind::Blocks, guard.limits.blocks)?;
    Ok(builder.blocks)
}

/// A text that may be HTML, such as a description, without its markup; `None` if no text is left.
pub(crate) fn plain_text(text: &str, guard: &Guard) -> Option<String> {
    if !text.contains(['<', '&']) {
        return collapse(text);
    }
    let tree = SectionTree::reflowable(Arc::new(parse_html(text, Syntax::Html, guard).ok()?));
    let blocks = blocks(&tree, guard).ok()?;
    let texts: Vec<String> = blocks.into_iter().map(|block| block.text).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

#[derive(Default)]
struct BlockBuilder {
    blocks: Vec<Block>,
    text: TextBuffer,
    /// Levels of the open headings, outermost first.
    headings: Vec<u8>,
    /// Number of open notes.
    notes: usize,
}

impl BlockBuilder {
    /// Adds text. A block that has grown long is cut between two words, or anywhere if there are none.
    fn push(&mut self, mut text: &str) {
        while self.text.len() + text.len() > MAX_BLOCK_BYTES {
            let room = text.floor_char_boundary(MAX_BLOCK_BYTES.saturating_sub(self.text.len()));
            let (head, _) = text.split_at(room);
            let cut = head.rfind(char::is_whitespace).map_or(room, |space| head.ceil_char_boundary(space + 1));
            let (head, tail) = text.split_at(cut);
            self.text.push(head);
            self.flush();
            text = tail;
        }
        self.text.push(text);
    }

    fn open(&mut self, role: Role) {
        match role {
            Role::Inline | Role::Skipped | Role::Dropped => {}
            Role::LineBreak | Role::Cell => self.text.break_word(),
            Role::Block if !self.headings.is_empty() => self.text.break_word(),
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
                self.text.break_word();
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
            self.text.break_word();
        }
    }

    fn flush(&mut self) {
        if let Some(text) = self.text.take() {
            let kind = match self.headings.first() {
                Some(level) => BlockKind::Heading(*level),
                None if self.notes > 0 => BlockKind::Note,
                None => BlockKind::Text,
            };
            self.blocks.push(Block { text, kind });
        }
    }
}
