//! The content of a virtual display: its memory, in the format of `xwd` (`XWDFile.h` of the X Window System).

use std::fs;
use std::path::Path;

use anyhow::Context;

/// Largest difference of a colour component after JPEG.
const MAX_DIFFERENCE: u8 = 12;
/// Bytes of a pixel, and of an entry of the colour table before the pixels.
const PIXEL_BYTES: usize = 4;
const COLOR_BYTES: usize = 12;

/// One of this many lines is read, so that reading the screen does not slow down what is measured.
const LINE_STEP: usize = 8;

/// How many pixels of that red, green and blue are on the screen, in the lines that are read.
pub(super) fn count_pixels(screen: &Path, [red, green, blue]: [u8; 3]) -> anyhow::Result<usize> {
    let bytes = fs::read(screen).context("the display has no pixels")?;
    let number = |index: usize| {
        let number = bytes.get(4 * index..4 * index + 4).and_then(|bytes| bytes.try_into().ok());
        usize::try_from(u32::from_be_bytes(number.unwrap_or_default())).unwrap_or_default()
    };
    let (header, width, colors) = (number(0), number(4), number(19));
    let pixels = bytes.get(header + colors * COLOR_BYTES..).context("the display has an unknown format")?;
    let near = |a: u8, b: u8| a.abs_diff(b) <= MAX_DIFFERENCE;
    let (pixels, _rest) = pixels.as_chunks::<PIXEL_BYTES>();
    let sampled = pixels.chunks(width.max(1)).step_by(LINE_STEP).flatten();
    Ok(sampled.filter(|[b, g, r, _]| near(*r, red) && near(*g, green) && near(*b, blue)).count())
}
