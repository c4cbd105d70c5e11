//! What a virtual display shows: its memory, in the format of `xwd` (`XWDFile.h` of the X Window System).

use std::fs;
use std::path::Path;

use anyhow::Context;

/// Farthest a colour may be off after JPEG.
const OFF: u8 = 12;
/// Bytes of a pixel, and of a colour in the table before the pixels.
const PIXEL: usize = 4;
const COLOR: usize = 12;

/// Of so many lines one is looked at: looking must not take the time of what it looks at.
const LINES: usize = 8;

/// How many pixels of that red, green and blue the screen shows, in the lines that are looked at.
pub(super) fn shows(screen: &Path, [red, green, blue]: [u8; 3]) -> anyhow::Result<usize> {
    let bytes = fs::read(screen).context("the display has no pixels to look at")?;
    let number = |place: usize| {
        let number = bytes.get(4 * place..4 * place + 4).and_then(|bytes| bytes.try_into().ok());
        usize::try_from(u32::from_be_bytes(number.unwrap_or_default())).unwrap_or_default()
    };
    let (header, width, colors) = (number(0), number(4), number(19));
    let pixels = bytes.get(header + colors * COLOR..).context("the display is of an unknown format")?;
    let near = |a: u8, b: u8| a.abs_diff(b) <= OFF;
    let (pixels, _rest) = pixels.as_chunks::<PIXEL>();
    let looked_at = pixels.chunks(width.max(1)).step_by(LINES).flatten();
    Ok(looked_at.filter(|[b, g, r, _]| near(*r, red) && near(*g, green) && near(*b, blue)).count())
}
