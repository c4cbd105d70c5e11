//! The text of a page.

use std::ops::Range;

use alexandria_domain::{BlockKind, Quad};

use crate::glyph::Glyph;
use crate::layout::TextSpan;

/// The text of a page in reading order.
#[derive(Clone, Debug, Default)]
pub struct PageText {
    /// Its paragraphs, headings and notes.
    pub blocks: Vec<TextBlock>,
    /// Headers, footers and page numbers.
    pub furniture: Vec<String>,
    /// More than one of twenty glyphs has no known text: what there is may be wrong.
    pub is_unreliable: bool,
    /// It is a picture, and has no text.
    pub is_picture: bool,
    pub(crate) glyphs: Vec<Glyph>,
}

/// A paragraph, heading or note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextBlock {
    /// What it is.
    pub kind: BlockKind,
    /// Its text: white space collapsed, no line breaks, no invisible characters, never empty.
    pub text: String,
    pub(crate) spans: Vec<TextSpan>,
}

/// A part of a block within one line and one word, with where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRun {
    /// Its text, with the space after it if there is one.
    pub text: String,
    /// Its box, in hundredths of a point of user space.
    pub quad: Quad,
}

impl PageText {
    /// The boxes of a range of a block's text, one for each line, in hundredths of a point of user space.
    #[must_use]
    pub fn quads(&self, block: &TextBlock, range: Range<usize>) -> Vec<Quad> {
        let starts = block.spans.iter().map(|span| span.start as usize);
        let ends = starts.clone().skip(1).chain([block.text.len()]);
        let spans = block.spans.iter().zip(starts.zip(ends));
        let inside = spans.filter(|(_, (start, end))| *start < range.end && *end > range.start);
        let glyphs = inside.filter_map(|(span, _)| self.glyphs.get(span.glyph as usize));
        let mut merged: Vec<Glyph> = Vec::new();
        for glyph in glyphs {
            match merged.last_mut().filter(|last| is_on_line(last, glyph)) {
                Some(last) => extend(last, glyph),
                None => merged.push(glyph.clone()),
            }
        }
        merged.iter().map(Glyph::quad).collect()
    }

    /// The text of a block as runs, whose texts one after the other are that of the block.
    #[must_use]
    pub fn runs(&self, block: &TextBlock) -> Vec<TextRun> {
        let mut runs = Vec::new();
        let mut start = 0;
        let mut last: Option<Glyph> = None;
        for span in &block.spans {
            let at = span.start as usize;
            let Some(glyph) = self.glyphs.get(span.glyph as usize) else { continue };
            let is_new_word = block.text.get(..at).is_some_and(|before| before.ends_with(' '));
            match last.as_mut().filter(|last| !is_new_word && is_on_line(last, glyph)) {
                Some(last) => extend(last, glyph),
                None => {
                    if let Some(glyph) = last.replace(glyph.clone()) {
                        let text = block.text.get(start..at).unwrap_or_default().to_owned();
                        runs.push(TextRun { text, quad: glyph.quad() });
                        start = at;
                    }
                }
            }
        }
        if let Some(glyph) = last {
            let text = block.text.get(start..).unwrap_or_default().to_owned();
            runs.push(TextRun { text, quad: glyph.quad() });
        }
        runs
    }
}

/// Whether a glyph lies on the line of another.
fn is_on_line(last: &Glyph, glyph: &Glyph) -> bool {
    let (sine, cosine) = Glyph::direction(last.angle);
    let (dx, dy) = (glyph.x - last.x, glyph.y - last.y);
    let (along, across) = (dx * cosine + dy * sine, dy * cosine - dx * sine);
    let size = last.size.max(glyph.size);
    let gap = if along >= 0.0 { along - last.advance } else { -along - glyph.advance };
    last.angle == glyph.angle && across.abs() <= 0.5 * size && gap <= 3.0 * size
}

/// Makes a glyph as long as it and another on its line.
fn extend(last: &mut Glyph, glyph: &Glyph) {
    let (sine, cosine) = Glyph::direction(last.angle);
    let along = (glyph.x - last.x) * cosine + (glyph.y - last.y) * sine;
    let (start, end) = (along.min(0.0), (along + glyph.advance).max(last.advance));
    (last.x, last.y) = last.at(start, 0.0);
    last.advance = end - start;
    last.size = last.size.max(glyph.size);
}
