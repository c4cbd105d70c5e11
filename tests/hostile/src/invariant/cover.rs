//! Thumbnails: within the requested size, or a typed error.

use alexandria_domain::Cover;
use alexandria_extract::thumbnail;

/// Declared media types of covers.
const MEDIA_TYPES: [&str; 6] = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/svg+xml", "image/avif"];
/// Requested sizes, in pixels.
const SIDES: [u32; 2] = [0, 48];

pub(super) fn check(bytes: &[u8]) {
    for media_type in MEDIA_TYPES {
        let cover = Cover { media_type: media_type.to_owned(), bytes: bytes.to_vec() };
        for side in SIDES {
            let Ok(small) = thumbnail(&cover, side) else { continue };
            let size = jpeg_size(&small);
            assert!(
                size.is_some_and(|(width, height)| width.max(height) <= side.max(1)),
                "{media_type} {side}: {size:?}"
            );
        }
    }
}

/// Width and height in the frame header of a JPEG (ITU-T T.81, B.2.2).
fn jpeg_size(jpeg: &[u8]) -> Option<(u32, u32)> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let (&[0xff, marker, high, low], tail) = rest.split_first_chunk()? else { return None };
        if let (0xc0..=0xc2, [_, top, bottom, left, right, ..]) = (marker, tail) {
            let number = |bytes: [&u8; 2]| u32::from(u16::from_be_bytes(bytes.map(|byte| *byte)));
            return Some((number([left, right]), number([top, bottom])));
        }
        rest = tail.get(usize::from(u16::from_be_bytes([high, low])).checked_sub(2)?..)?;
    }
}
