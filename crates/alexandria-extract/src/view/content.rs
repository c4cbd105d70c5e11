//! What a page is rendered from.

use alexandria_domain::{Block, Quad};

use super::section::SectionTree;

/// The content of one section, before it is written as an XHTML page. Whatever the variant, the page's text must be the
/// text of the section's blocks (see [`Text::blocks`](crate::Text::blocks)).
#[derive(Clone, Debug)]
pub enum PageContent {
    /// Markup with its own layout: EPUB, HTML, and every format that is translated to HTML.
    Markup(SectionTree),
    /// A picture of the page, with the text that can be selected on it: PDF, comics, scans.
    Image(PageImage),
    /// Headings, paragraphs and notes without any layout.
    Plain(Vec<Block>),
}

/// A page that is one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageImage {
    /// Address of the picture among the publication's resources.
    pub href: String,
    /// Layout of the page; `None` for a picture in the flow of a reflowable publication.
    pub layout: Option<FixedLayout>,
}

/// The size of a page and the text on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedLayout {
    /// Width in CSS pixels. The renderer scales the page as a whole.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Text layer in reading order; empty for a page without text.
    pub runs: Vec<GlyphRun>,
}

/// Text with the box it covers: one glyph, or as many on one line as the format places together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlyphRun {
    /// The text, with the space before the next word if there is one.
    pub text: String,
    /// The box on the picture as it is displayed: hundredths of thousandths of the width and of the height, y upwards (see
    /// `alexandria_domain::area`).
    pub quad: Quad,
}
