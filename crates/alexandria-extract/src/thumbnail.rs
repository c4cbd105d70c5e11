//! Thumbnails of covers.

use std::borrow::Cow;
use std::io::Cursor;

use alexandria_domain::{CodedError, Cover, ErrorCode};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

/// Greatest width and height of an image that is decoded, in pixels.
const MAX_SIDE_PX: u32 = 20_000;
/// Maximum memory for the decoded image, and again for its decoder, in bytes: more than 30 megapixels.
const MAX_MEMORY_BYTES: u64 = 128 << 20;
/// Maximum factor of one scaling step: `image` sums 16-bit pixels in 32 bits.
const MAX_SCALE_FACTOR: u32 = 64;
/// JPEG quality, 1 to 100.
const QUALITY: u8 = 82;

/// Why there is no thumbnail of a cover.
#[derive(Debug, thiserror::Error)]
pub enum ThumbnailError {
    /// An SVG drawing without an embedded image, or an image type without a decoder here.
    #[error("covers of this image type cannot be scaled")]
    Unsupported,
    /// The image is damaged or too large.
    #[error("the cover cannot be decoded")]
    Undecodable,
}

impl CodedError for ThumbnailError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unsupported => ErrorCode::UnsupportedFormat,
            Self::Undecodable => ErrorCode::Malformed,
        }
    }
}

/// A JPEG of the cover that fits into `max_px` by `max_px` pixels. A smaller cover keeps its size.
///
/// # Errors
/// See [`ThumbnailError`].
pub fn thumbnail(cover: &Cover, max_px: u32) -> Result<Vec<u8>, ThumbnailError> {
    let picture = match cover.media_type.as_str() {
        "image/svg+xml" => embedded_image(&cover.bytes).ok_or(ThumbnailError::Unsupported)?,
        _ => (image_format(&cover.media_type).ok_or(ThumbnailError::Unsupported)?, Cow::Borrowed(&*cover.bytes)),
    };
    let (format, bytes) = picture;
    let mut reader = ImageReader::with_format(Cursor::new(&*bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_MEMORY_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| ThumbnailError::Undecodable)?;
    // The decoder's limits cover only its own memory.
    if decoder.total_bytes() > MAX_MEMORY_BYTES {
        return Err(ThumbnailError::Undecodable);
    }
    let orientation = decoder.orientation().map_err(|_| ThumbnailError::Undecodable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| ThumbnailError::Undecodable)?;
    picture.apply_orientation(orientation);
    let max_px = max_px.max(1);
    while picture.width().max(picture.height()) > max_px {
        let side = max_px.max(picture.width().max(picture.height()).div_ceil(MAX_SCALE_FACTOR));
        picture = picture.thumbnail(side, side);
    }
    let mut out = Vec::new();
    let encoded = flatten(&picture).write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY));
    encoded.map_err(|_| ThumbnailError::Undecodable)?;
    Ok(out)
}

/// The first image embedded in an SVG drawing: covers are often a painting with the title drawn over it.
fn embedded_image(svg: &[u8]) -> Option<(ImageFormat, Cow<'_, [u8]>)> {
    let svg = std::str::from_utf8(svg).ok()?;
    let (_, data) = svg.split_once("href=\"data:")?;
    let (data, _) = data.split_once('"')?;
    let (media_type, encoded) = data.split_once(";base64,")?;
    let encoded: Vec<u8> = encoded.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    Some((image_format(media_type)?, Cow::Owned(BASE64_STANDARD.decode(encoded).ok()?)))
}

fn image_format(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/png" => Some(ImageFormat::Png),
        "image/gif" => Some(ImageFormat::Gif),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// Blends transparency with white, because JPEG has none.
fn flatten(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let pixels = picture.to_rgba8();
    let mut flat = RgbImage::new(pixels.width(), pixels.height());
    for (to, from) in flat.pixels_mut().zip(pixels.pixels()) {
        let [r, g, b, alpha] = from.0.map(u16::from);
        let blend = |colour: u16| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        to.0 = [blend(r), blend(g), blend(b)];
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Cover {
        let mut bytes = Vec::new();
        let picture = DynamicImage::new_rgba8(width, height);
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("encodes");
        Cover { media_type: "image/png".into(), bytes }
    }

    fn check(cover: &Cover, max_px: u32, expect: Option<(u32, u32)>) {
        let found = thumbnail(cover, max_px).ok().map(|jpeg| {
            let picture = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).expect("is a jpeg");
            (picture.width(), picture.height())
        });
        assert_eq!(found, expect);
    }

    /// White in 16 bits overflows first.
    #[test]
    fn thumbnail_of_a_very_large_image_keeps_its_colour() {
        let mut bytes = Vec::new();
        let white = image::ImageBuffer::from_pixel(3000, 2000, image::Luma([u16::MAX]));
        DynamicImage::ImageLuma16(white).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("encodes");
        let jpeg = thumbnail(&Cover { media_type: "image/png".into(), bytes }, 3).expect("a thumbnail");
        let small = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).expect("is a jpeg").to_luma8();
        assert_eq!(small.dimensions(), (3, 2));
        assert!(small.pixels().all(|pixel| pixel.0[0] > 250), "{small:?}");
    }

    #[test]
    fn thumbnail_fits_into_max_px() {
        check(&png(400, 600), 150, Some((100, 150)));
        check(&png(40, 60), 150, Some((40, 60)));
        check(&png(1, 1), 0, Some((1, 1)));
    }

    #[test]
    fn thumbnail_of_svg_is_its_embedded_image() {
        let drawing = |data: &str| Cover {
            media_type: "image/svg+xml".into(),
            bytes: format!("<svg><image xlink:href=\"data:{data}\"/><path/></svg>").into_bytes(),
        };
        let encoded = BASE64_STANDARD.encode(png(400, 600).bytes);
        check(&drawing(&format!("image/png;base64,{encoded}")), 150, Some((100, 150)));
        check(&drawing(&format!("image/png;base64,\n {encoded}\n")), 150, Some((100, 150)));
        check(&drawing("image/png;base64,???"), 150, None);
        check(&drawing("text/html;base64,AAAA"), 150, None);
    }

    #[test]
    fn thumbnail_rejects_what_is_not_an_image() {
        let cover = |media_type: &str, bytes: &[u8]| Cover { media_type: media_type.into(), bytes: bytes.to_vec() };
        check(&cover("image/svg+xml", b"<svg/>"), 10, None);
        check(&cover("image/png", b"nonsense"), 10, None);
        check(&cover("image/jpeg", b""), 10, None);
        let mut huge = png(4, 4);
        // Width and height in the file's header: 100,000 each.
        huge.bytes[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
        check(&huge, 10, None);
    }
}
