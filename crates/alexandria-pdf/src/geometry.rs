//! Where a page begins and ends, and how its user space becomes what is displayed.

use alexandria_domain::{Point, Quad};
use hayro_syntax::page::{Page, Rotation};

use crate::number::whole;

/// Maximum width and height of a displayed page, in points (ISO 32000-1 annex C). A larger page is scaled down to it.
pub const MAX_SIDE_POINTS: f64 = 14_400.0;

/// Size and orientation of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageGeometry {
    /// Width as it is displayed, in points.
    pub width: f64,
    /// Height as it is displayed, in points.
    pub height: f64,
    /// Clockwise rotation when it is displayed: 0, 90, 180 or 270 degrees.
    pub rotation: u16,
    /// What is displayed of its user space: left, bottom, right, top.
    pub crop: [f64; 4],
    /// From user space to the displayed page, whose origin is the upper left corner: `x' = a x + c y + e`,
    /// `y' = b x + d y + f`.
    transform: [f64; 6],
}

impl PageGeometry {
    pub(crate) fn of(page: &Page<'_>) -> Self {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let scale = (MAX_SIDE_POINTS / width.max(height)).min(1.0);
        let crop = page.intersected_crop_box();
        let transform = page.initial_transform(true).as_coeffs().map(|value| value * scale);
        let rotation = match page.rotation() {
            Rotation::None => 0,
            Rotation::Horizontal => 90,
            Rotation::Flipped => 180,
            Rotation::FlippedHorizontal => 270,
        };
        let crop = [crop.x0, crop.y0, crop.x1, crop.y1];
        Self { width: width * scale, height: height * scale, rotation, crop, transform }
    }

    /// Whether a point of user space is displayed. A page without a size displays all.
    pub(crate) fn displays(&self, x: f64, y: f64) -> bool {
        let [left, bottom, right, top] = self.crop;
        right - left < 1.0 || top - bottom < 1.0 || ((left..=right).contains(&x) && (bottom..=top).contains(&y))
    }

    /// A quad of user space on the page as it is displayed: hundredths of thousandths of the width and of the height, y
    /// upwards (see `alexandria_domain::area`).
    #[must_use]
    pub fn displayed(&self, quad: &Quad) -> Quad {
        let [a, b, c, d, e, f] = self.transform;
        Quad::from_corners(quad.corners().map(|point| {
            let (x, y) = (f64::from(point.x) / 100.0, f64::from(point.y) / 100.0);
            let (right, down) = (a * x + c * y + e, b * x + d * y + f);
            Point { x: whole(right / self.width * 100_000.0), y: whole((1.0 - down / self.height) * 100_000.0) }
        }))
    }
}
