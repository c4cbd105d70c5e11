//! A line of text.

/// A line of text: what lies on one baseline, within one column. Places are as in a fragment. Eleven fields, because the steps
/// that follow look at each of them and at nothing else of the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// Its text in logical order, as it is drawn, without space around it.
    pub(crate) text: String,
    /// The same by glyphs.
    pub(crate) units: Vec<Unit>,
    /// Where it begins and ends along the baseline, from left to right.
    pub(crate) start: f64,
    pub(crate) end: f64,
    /// Where the baseline is; larger values are above.
    pub(crate) baseline: f64,
    /// Font size of most of it.
    pub(crate) size: f64,
    /// Direction of the baseline in degrees.
    pub(crate) angle: u16,
    /// The first of its glyphs in the order of the file.
    pub(crate) first: u32,
    /// The file marks it as an artifact of the layout.
    pub(crate) is_artifact: bool,
    /// It begins with small raised type, as a footnote does.
    pub(crate) is_raised: bool,
    pub(crate) is_right_to_left: bool,
}

/// Text of one glyph, or a space between two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) text: String,
    /// The index of the glyph; `None` for a space.
    pub(crate) glyph: Option<u32>,
}

impl Line {
    /// How much of their extents two lines share, negative if there is a gap between them.
    pub(crate) fn overlap(&self, other: &Self) -> f64 {
        self.end.min(other.end) - self.start.max(other.start)
    }
}
