//! A glyph on a page.

use alexandria_domain::{Point, Quad};

use crate::number::whole;

/// How far a glyph's box reaches below its baseline and above it, in parts of its size. Few fonts say where their letters end,
/// and those that do often say it wrongly.
const DESCENT: f64 = 0.22;
const ASCENT: f64 = 0.82;

/// A glyph on a page, in default user space.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glyph {
    /// Its Unicode text in logical order; empty if that is unknown, or is part of another glyph's.
    pub(crate) text: String,
    /// Where its baseline begins.
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Direction of its baseline in degrees counterclockwise, 0 to 359.
    pub(crate) angle: u16,
    /// Length of its baseline.
    pub(crate) advance: f64,
    /// Font size.
    pub(crate) size: f64,
    pub(crate) origin: Origin,
}

/// How a glyph came to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Drawn,
    /// Marked as an artifact of the layout, such as a page number.
    Artifact,
    /// Drawn invisibly, as the recognised text of a scan is.
    Invisible,
}

impl Glyph {
    /// Sine and cosine of the direction of an angle in degrees.
    pub(crate) fn direction(angle: u16) -> (f64, f64) {
        // Exact for the directions of nearly all text.
        match angle {
            0 => (0.0, 1.0),
            90 => (1.0, 0.0),
            180 => (0.0, -1.0),
            270 => (-1.0, 0.0),
            other => f64::from(other).to_radians().sin_cos(),
        }
    }

    /// A place along its baseline and a height above it, in user space.
    pub(crate) fn at(&self, along: f64, above: f64) -> (f64, f64) {
        let (sine, cosine) = Self::direction(self.angle);
        (self.x + along * cosine - above * sine, self.y + along * sine + above * cosine)
    }

    /// Its middle.
    pub(crate) fn centre(&self) -> (f64, f64) {
        self.at(self.advance / 2.0, self.size * (ASCENT - DESCENT) / 2.0)
    }

    /// Its box, in hundredths of a point.
    pub(crate) fn quad(&self) -> Quad {
        let (bottom, top, width) = (-DESCENT * self.size, ASCENT * self.size, self.advance.max(0.05 * self.size));
        let corners = [(0.0, bottom), (width, bottom), (width, top), (0.0, top)];
        Quad::from_corners(corners.map(|(along, above)| {
            let (x, y) = self.at(along, above);
            Point { x: whole(x * 100.0), y: whole(y * 100.0) }
        }))
    }

    /// Whether a point is inside its box.
    pub(crate) fn covers(&self, (x, y): (f64, f64)) -> bool {
        let (sine, cosine) = Self::direction(self.angle);
        let (dx, dy) = (x - self.x, y - self.y);
        let (along, above) = (dx * cosine + dy * sine, dy * cosine - dx * sine);
        (0.0..=self.advance).contains(&along) && (-DESCENT * self.size..=ASCENT * self.size).contains(&above)
    }
}
