//! Fragments: glyphs that the file draws one after the other, without a gap. Mostly words.

use crate::glyph::{Glyph, Origin};

/// A gap of this part of the font size separates words.
pub(super) const WORD_GAP: f64 = 0.15;
/// How far a glyph may begin before the end of the one before it, in parts of the font size.
const MAX_OVERLAP: f64 = 0.5;
/// How far the baselines of one fragment may differ, in parts of the font size.
const BASELINE: f64 = 0.1;

/// Glyphs on one baseline. Places are along the direction of the text, and across it with larger values above.
#[derive(Clone, Debug)]
pub(super) struct Fragment {
    pub(super) glyphs: Vec<u32>,
    /// Where it begins and ends along the baseline.
    pub(super) start: f64,
    pub(super) end: f64,
    /// Where the baseline is.
    pub(super) baseline: f64,
    pub(super) size: f64,
    /// A space is drawn before it.
    pub(super) has_space: bool,
    pub(super) is_artifact: bool,
}

/// The fragments of some glyphs of one direction, in the order of the file.
pub(super) fn fragments(glyphs: &[Glyph], numbers: &[u32], angle: u16) -> Vec<Fragment> {
    let (sine, cosine) = Glyph::direction(angle);
    let mut fragments: Vec<Fragment> = Vec::new();
    let mut has_space = true;
    for number in numbers {
        let Some(glyph) = glyphs.get(*number as usize) else { continue };
        if !glyph.text.is_empty() && glyph.text.chars().all(char::is_whitespace) {
            has_space = true;
            continue;
        }
        let (start, baseline) = (glyph.x * cosine + glyph.y * sine, glyph.y * cosine - glyph.x * sine);
        let is_artifact = glyph.origin == Origin::Artifact;
        let end = start + glyph.advance;
        if let Some(last) = fragments.last_mut().filter(|_| !has_space) {
            let (gap, size) = (start - last.end, last.size.max(glyph.size));
            let is_next = gap <= WORD_GAP * size
                && gap >= -MAX_OVERLAP * size
                && start >= last.start
                && (baseline - last.baseline).abs() <= BASELINE * size
                && (0.8..1.25).contains(&(glyph.size / last.size))
                && last.is_artifact == is_artifact;
            if is_next {
                last.glyphs.push(*number);
                last.end = last.end.max(end);
                continue;
            }
        }
        let glyphs = vec![*number];
        fragments.push(Fragment { glyphs, start, end, baseline, size: glyph.size, has_space, is_artifact });
        has_space = false;
    }
    fragments
}
