//! The drawing device that collects glyphs instead of drawing them.

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::WritingMode;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};
use hayro_syntax::object::{Dict, String as PdfString};

use crate::budget::Budget;
use crate::file::text_string;
use crate::geometry::PageGeometry;
use crate::glyph::{Glyph, Origin};
use crate::number::whole;
use crate::unicode::{FontMaps, meaningful, text_of};

/// Units of a glyph's own space in one em.
const UNITS_PER_EM: f64 = 1000.0;
/// Maximum length in characters of a text that replaces glyphs: a word. Longer ones are read from the glyphs where these are known.
const MAX_REPLACED_CHARS: usize = 64;
/// Maximum depth of marked content that is looked at.
const MAX_MARKED_DEPTH: usize = 256;

/// What was collected of a page.
#[derive(Debug)]
pub(crate) struct Collector<'m> {
    pub(crate) glyphs: Vec<Glyph>,
    /// Number of visible glyphs, and of those whose text is unknown.
    pub(crate) drawn: usize,
    pub(crate) unknown: usize,
    /// Area of the largest picture, in square points.
    pub(crate) picture_area: f64,
    geometry: PageGeometry,
    budget: Budget,
    maps: &'m mut FontMaps,
    marked: Vec<Marked>,
    /// Depth beyond [`MAX_MARKED_DEPTH`].
    deeper: usize,
}

/// A sequence of marked content that has begun.
#[derive(Debug)]
struct Marked {
    is_artifact: bool,
    /// The text of the glyphs from this index on.
    replacement: Option<(String, usize)>,
}

impl<'m> Collector<'m> {
    pub(crate) const fn new(geometry: PageGeometry, budget: Budget, maps: &'m mut FontMaps) -> Self {
        Self {
            glyphs: Vec::new(),
            drawn: 0,
            unknown: 0,
            picture_area: 0.0,
            geometry,
            budget,
            maps,
            marked: Vec::new(),
            deeper: 0,
        }
    }

    fn add(&mut self, glyph: &PositionedGlyph<'_>, transform: Affine, stretch: f64, is_vertical: bool, visible: bool) {
        self.budget.glyph();
        let [a, b, c, d, x, y] = transform.as_coeffs();
        let mut size = c.hypot(d) * UNITS_PER_EM;
        let mut advance = advance_of(glyph) * a.hypot(b) * stretch;
        if !(size.is_finite() && advance.is_finite() && x.is_finite() && y.is_finite()) {
            return;
        }
        if matches!(**glyph, FontGlyph::Type3(_)) && advance > 2.5 * size {
            // The matrix of such a font says how large its glyphs are, whatever the size is called.
            size = advance * 1.6;
        }
        let mut angle = b.atan2(a).to_degrees();
        let (mut x, mut y) = (x, y);
        if is_vertical {
            // Turned by a right angle, lines of vertical text are lines.
            let (along, across) = ((a / a.hypot(b), b / a.hypot(b)), (c / c.hypot(d), d / c.hypot(d)));
            x += 0.88 * size * across.0 + 0.22 * size * along.0;
            y += 0.88 * size * across.1 + 0.22 * size * along.1;
            angle -= 90.0;
            advance = size;
        }
        let angle = u16::try_from(whole(angle).rem_euclid(360)).unwrap_or_default();
        let text = text_of(glyph, self.maps);
        if visible {
            self.drawn += 1;
            self.unknown += usize::from(text.is_none());
        }
        let is_artifact = self.marked.iter().any(|marked| marked.is_artifact);
        let origin = match (visible, is_artifact) {
            (false, _) => Origin::Invisible,
            (true, true) => Origin::Artifact,
            (true, false) => Origin::Drawn,
        };
        let glyph = Glyph { text: text.unwrap_or_default(), x, y, angle, advance, size, origin };
        let (x, y) = glyph.centre();
        if self.geometry.displays(x, y) {
            self.glyphs.push(glyph);
        }
    }

    /// Gives the glyphs since the beginning of marked content the text that it declares.
    fn replace(&mut self, text: &str, first: usize) {
        let Some(glyphs) = self.glyphs.get_mut(first..) else { return };
        let is_known = glyphs.iter().all(|glyph| !glyph.text.is_empty());
        let is_one_line = glyphs.windows(2).all(|pair| match pair {
            [a, b] => a.angle == b.angle && (a.y - b.y).hypot(a.x - b.x) < 8.0 * a.size.max(b.size),
            _ => true,
        });
        if is_known && (text.chars().count() > MAX_REPLACED_CHARS || !is_one_line) {
            return;
        }
        if glyphs.len() == text.chars().count() {
            for (glyph, char) in glyphs.iter_mut().zip(text.chars()) {
                glyph.text = char.to_string();
            }
        } else {
            let mut text = Some(text.to_owned());
            glyphs.iter_mut().for_each(|glyph| glyph.text = text.take().unwrap_or_default());
        }
    }
}

/// The advance that a glyph declares, in its own space.
fn advance_of(glyph: &PositionedGlyph<'_>) -> f64 {
    let advance = match &**glyph {
        FontGlyph::Outline(outline) => outline.advance_width(),
        FontGlyph::Type3(glyph) => glyph.advance_width(),
    };
    f64::from(advance.unwrap_or_default()).max(0.0)
}

/// By how much the width of a run's glyphs has to be corrected. Glyphs of substituted fonts are squeezed into the widths that the
/// file declares, and that shows only in where the next glyph is.
fn stretch_of(run: &GlyphRun<'_, '_>) -> f64 {
    let ratios = run.glyphs().iter().filter_map(|glyph| {
        let [a, b, c, d, ..] = glyph.transform().as_coeffs();
        let ratio = c.hypot(d) / a.hypot(b);
        ratio.is_finite().then_some(ratio)
    });
    let Some(ratio) = ratios.reduce(f64::max).filter(|ratio| (ratio - 1.0).abs() > 0.01) else { return 1.0 };
    let (mut near_plain, mut near_stretched) = (0, 0);
    for pair in run.glyphs().windows(2) {
        let [first, second] = pair else { continue };
        let [a, b, c, d, x, y] = first.transform().as_coeffs();
        let [.., next_x, next_y] = second.transform().as_coeffs();
        let (distance, advance) = ((next_x - x).hypot(next_y - y), advance_of(first));
        if (distance - advance * a.hypot(b)).abs() <= (distance - advance * c.hypot(d)).abs() {
            near_plain += 1;
        } else {
            near_stretched += 1;
        }
    }
    if near_stretched > near_plain { ratio } else { 1.0 }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.budget.step();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.budget.step();
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.budget.step();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.budget.step();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let is_vertical = run.writing_mode() == WritingMode::Vertical;
        let stretch = if is_vertical { 1.0 } else { stretch_of(run) };
        let is_visible = !matches!(mode, DrawMode::Invisible);
        for glyph in run.glyphs() {
            self.budget.step();
            self.add(glyph, props.transform * glyph.transform(), stretch, is_vertical, is_visible);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.budget.step();
        // The image has one unit for each of its pixels.
        let corners = [(0, 0), (image.width(), image.height())]
            .map(|(x, y)| props.transform * Point::new(f64::from(x), f64::from(y)));
        let [left, bottom, right, top] = self.geometry.crop;
        let page = Rect::new(left, bottom, right, top);
        let area = Rect::from_points(corners[0], corners[1]).intersect(page).area();
        self.picture_area = self.picture_area.max(area);
    }

    fn pop_clip(&mut self) {
        self.budget.step();
    }

    fn pop_transparency_group(&mut self) {
        self.budget.step();
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {
        self.budget.step();
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        if self.marked.len() >= MAX_MARKED_DEPTH {
            self.deeper += 1;
            return;
        }
        let text = properties.and_then(|properties| properties.get::<PdfString<'_>>(b"ActualText"));
        // An empty text says that the glyphs mean nothing.
        let text = text.map(|text| text_string(text.as_bytes()));
        let text = text.filter(|text| text.is_empty() || meaningful(text).is_some());
        let replacement = text.map(|text| (text, self.glyphs.len()));
        self.marked.push(Marked { is_artifact: tag == b"Artifact", replacement });
    }

    fn end_marked_content(&mut self) {
        if let Some(deeper) = self.deeper.checked_sub(1) {
            self.deeper = deeper;
            return;
        }
        if let Some(Marked { replacement: Some((text, first)), .. }) = self.marked.pop() {
            self.replace(&text, first);
        }
    }
}
