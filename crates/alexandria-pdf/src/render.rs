//! Drawing a page.

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_interpret::InterpreterSettings;
use hayro_syntax::page::Page;

use crate::error::PageError;

/// Maximum number of pixels of a picture.
pub const MAX_PIXELS: f64 = 16_000_000.0;
/// Maximum width and height of a picture, in pixels.
const MAX_SIDE: f64 = 16_000.0;

/// A picture of a page.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The picture as a PNG file.
    pub png: Vec<u8>,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} by {} pixels)", self.width, self.height)
    }
}

/// Draws a page on white with `scale` pixels a point, or fewer if the picture would be too large.
pub(crate) fn picture<'d>(page: &'d Page<'d>, cache: &RenderCache<'d>, scale: f64) -> Result<Picture, PageError> {
    let (width, height) = page.render_dimensions();
    let (x_scale, y_scale) = scales(f64::from(width), f64::from(height), scale);
    let settings = PixmapSettings { x_scale, y_scale, bg_color: WHITE };
    let pixels = render(page, cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (pixels.width(), pixels.height());
    let png = pixels.into_png().map_err(|_| PageError::Encoding)?;
    Ok(Picture { png, width, height })
}

/// Pixels a point in both directions: the same, unless the page is so narrow that it would vanish.
#[expect(clippy::cast_possible_truncation, reason = "scales are small numbers")]
fn scales(width: f64, height: f64, scale: f64) -> (f32, f32) {
    let scale = if scale.is_finite() { scale.max(0.001) } else { 1.0 };
    let fits = [scale, MAX_SIDE / width, MAX_SIDE / height, (MAX_PIXELS / (width * height)).sqrt()];
    let scale = fits.into_iter().fold(f64::INFINITY, f64::min);
    // A little more than one pixel, because the size is rounded down.
    (scale.max(1.01 / width) as f32, scale.max(1.01 / height) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_bound_the_size_of_pictures() {
        let check = |width: f64, height: f64, scale: f64| {
            let (x, y) = scales(width, height, scale);
            let (x, y) = (f64::from(x) * width, f64::from(y) * height);
            // Scales are rounded to 24 bits; sizes are rounded down.
            let is_small = x * y <= MAX_PIXELS * 1.000_01 && x.max(y) <= MAX_SIDE * 1.000_01;
            assert!(x >= 1.0 && y >= 1.0 && is_small, "{x} {y}");
        };
        check(595.0, 842.0, 2.0);
        check(595.0, 842.0, 64.0);
        check(2_000_000.0, 10.0, 1.0);
        check(2_000_000.0, 2_000_000.0, 64.0);
        check(1.0, 1.0, 0.0);
        check(595.0, 842.0, f64::NAN);
    }
}
