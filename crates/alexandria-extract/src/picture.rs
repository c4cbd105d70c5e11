//! Pictures of a document: addressed by number, never by their path in the file, and checked before they are served.
//!
//! Absent: pictures outside the file. Formats never list them, so there is no way to ask for one.

use std::collections::HashMap;
use std::io::{Cursor, Read, Seek};

use alexandria_domain::Cover;
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use image::ImageReader;

use crate::archive::Archive;
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};
use crate::media_type;
use crate::publication::Resource;

/// Maximum width and height of a picture, in pixels.
const MAX_SIDE_PX: u32 = 16_384;
/// Maximum area of a picture, in pixels.
const MAX_AREA_PX: u64 = 100_000_000;
/// Minimum width and height of a picture that can be a cover, in pixels: smaller ones are logos.
const MIN_COVER_SIDE_PX: u32 = 200;
/// Beginning of every picture's address.
const PREFIX: &str = "picture-";

/// Extensions of pictures that no web view shows: metafiles, and what scanners write.
const NOT_SHOWN: &str = "emf wmf emz wmz tif tiff bmp pict pct eps pcx svm";

/// The address of a picture.
pub(crate) fn href(number: usize) -> String {
    format!("{PREFIX}{number}")
}

/// The number of the picture at an address.
pub(crate) fn number(href: &str) -> Option<usize> {
    href.strip_prefix(PREFIX).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

/// Whether pictures with the extension of that path can be shown.
fn is_shown(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    extension.is_empty() || !NOT_SHOWN.split(' ').any(|other| other == extension)
}

/// The bytes of the pictures of a document, by number.
pub(crate) trait PictureSource: Send {
    /// How many there are.
    fn count(&self) -> usize;

    /// The file of a picture.
    ///
    /// # Errors
    /// [`ExtractError::NotFound`] if there is none of that number.
    fn read(&mut self, number: usize, guard: &Guard) -> Result<Vec<u8>, ExtractError>;
}

/// A document without pictures.
pub(crate) struct NoPictures;

impl PictureSource for NoPictures {
    fn count(&self) -> usize {
        0
    }

    fn read(&mut self, _: usize, _: &Guard) -> Result<Vec<u8>, ExtractError> {
        Err(ExtractError::NotFound)
    }
}

/// Names of pictures in an archive, each once, in the order in which they come up.
#[derive(Debug, Default)]
pub(crate) struct PictureNames {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl PictureNames {
    /// The number of a picture; `None` if no web view shows pictures of its kind.
    pub(crate) fn number_of(&mut self, name: &str) -> Option<usize> {
        if !is_shown(name) {
            return None;
        }
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        self.numbers.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        Some(self.names.len() - 1)
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.names
    }
}

/// Pictures in an archive, by their names in it.
pub(crate) struct ArchivePictures<R> {
    pub(crate) archive: Archive<R>,
    pub(crate) names: Vec<String>,
}

impl<R: Read + Seek + Send> PictureSource for ArchivePictures<R> {
    fn count(&self) -> usize {
        self.names.len()
    }

    fn read(&mut self, number: usize, guard: &Guard) -> Result<Vec<u8>, ExtractError> {
        let name = self.names.get(number).ok_or(ExtractError::NotFound)?;
        self.archive.read(name, LimitKind::EntryBytes, guard.limits.entry_bytes, guard)
    }
}

/// A picture that is kept in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    /// As the file has it, with white space.
    Base64(Vec<u8>),
    Bytes(Vec<u8>),
}

/// Pictures kept in memory, by number.
pub(crate) struct StoredPictures(pub(crate) Vec<Stored>);

impl PictureSource for StoredPictures {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn read(&mut self, number: usize, guard: &Guard) -> Result<Vec<u8>, ExtractError> {
        let encoded = match self.0.get(number).ok_or(ExtractError::NotFound)? {
            Stored::Bytes(bytes) => return Ok(bytes.clone()),
            Stored::Base64(encoded) => encoded,
        };
        within(encoded.len() / 4 * 3, LimitKind::EntryBytes, guard.limits.entry_bytes)?;
        let encoded: Vec<u8> = encoded.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        // Programs leave out the padding.
        let config = GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true);
        let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
        engine.decode(encoded).map_err(|_| ExtractError::NotFound)
    }
}

/// The resource at an address.
pub(crate) fn resource(source: &mut dyn PictureSource, href: &str, guard: &Guard) -> Result<Resource, ExtractError> {
    let number = number(href).ok_or(ExtractError::NotFound)?;
    checked(source.read(number, guard)?)
}

/// A picture that web views show, of a size within the limits.
///
/// # Errors
/// [`ExtractError::NotFound`] if it is none.
pub(crate) fn checked(bytes: Vec<u8>) -> Result<Resource, ExtractError> {
    let media_type = media_type::of_image(&bytes).ok_or(ExtractError::NotFound)?;
    if media_type != "image/svg+xml" {
        let (width, height) = size(&bytes).ok_or(ExtractError::NotFound)?;
        if width.max(height) > MAX_SIDE_PX || u64::from(width) * u64::from(height) > MAX_AREA_PX {
            return Err(ExtractError::NotFound);
        }
    }
    Ok(Resource { media_type: media_type.to_owned(), bytes })
}

/// A picture as the cover. A picture that nobody declared to be the cover has to have the shape of one.
pub(crate) fn cover(
    source: &mut dyn PictureSource,
    number: usize,
    is_declared: bool,
    guard: &Guard,
) -> Result<Option<Cover>, ExtractError> {
    let found = match resource(source, &href(number), guard) {
        Ok(found) => found,
        // A bad cover does not make the document unreadable.
        Err(ExtractError::Limit { what: LimitKind::EntryBytes, .. })
        | Err(ExtractError::NotFound | ExtractError::Malformed { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let has_shape = || match size(&found.bytes) {
        Some((width, height)) => width >= MIN_COVER_SIDE_PX && height >= width,
        None => false,
    };
    let fits = found.bytes.len() as u64 <= guard.limits.cover_bytes;
    Ok((fits && (is_declared || has_shape())).then_some(Cover { media_type: found.media_type, bytes: found.bytes }))
}

/// Width and height in pixels, from the header; `None` for drawings and damaged files.
pub(crate) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.into_dimensions().ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::limits::Limits;

    struct One(Vec<u8>);

    impl PictureSource for One {
        fn count(&self) -> usize {
            1
        }

        fn read(&mut self, number: usize, _: &Guard) -> Result<Vec<u8>, ExtractError> {
            if number == 0 { Ok(self.0.clone()) } else { Err(ExtractError::NotFound) }
        }
    }

    /// The beginning of a PNG of that size.
    pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
        let chunk = |kind: &[u8], data: &[u8]| {
            let named = [kind, data].concat();
            let checksum = named.iter().fold(u32::MAX, |sum, byte| {
                (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
            });
            let length = u32::try_from(data.len()).expect("is short").to_be_bytes();
            [&length[..], &named, &(!checksum).to_be_bytes()].concat()
        };
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", b"")].concat()
    }

    #[test]
    fn resource_serves_only_pictures_of_a_sane_size() {
        let guard = Guard::start(&Limits::default());
        let check = |bytes: &[u8], href: &str, expect: Option<&str>| {
            let found = resource(&mut One(bytes.to_vec()), href, &guard);
            assert_eq!(found.ok().map(|found| found.media_type).as_deref(), expect, "{href}");
        };
        check(&png(300, 400), "picture-0", Some("image/png"));
        check(&png(300, 400), "picture-1", None);
        check(&png(300, 400), "picture-", None);
        check(&png(300, 400), "word/media/image1.gif", None);
        check(&png(16_385, 1), "picture-0", None);
        check(&png(16_000, 16_000), "picture-0", None);
        check(b"\x89PNG", "picture-0", None);
        check(b"<svg/>", "picture-0", Some("image/svg+xml"));
        check(b"MZ", "picture-0", None);
    }

    #[test]
    fn cover_is_declared_or_has_the_shape_of_one() {
        let guard = Guard::start(&Limits::default());
        let check = |bytes: Vec<u8>, is_declared: bool, expect: bool| {
            let found = cover(&mut One(bytes), 0, is_declared, &guard).expect("no error");
            assert_eq!(found.is_some(), expect);
        };
        check(png(300, 400), false, true);
        check(png(400, 300), false, false);
        check(png(100, 120), false, false);
        check(png(100, 120), true, true);
        check(b"MZ".to_vec(), true, false);
    }
}
