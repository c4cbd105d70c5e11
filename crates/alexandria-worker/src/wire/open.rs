//! What is asked about an open document, and the answers.
//!
//! The password comes first, then the document, each after its length. Then questions of nine bytes: a kind, the index of a page, and a scale. Answers
//! are frames. The reading side of answers trusts nothing, as that of results.

use std::io::{self, Read, Write};

use alexandria_domain::{Block, BlockKind, Point, Quad};
use alexandria_extract::{ExtractError, GlyphRun, Limits};

use super::coverage::read_progress;
use super::failure;
use super::frame::{DecodeError, Frames, Kind, Payload, Values};

/// Size in bytes after which a frame of many values ends.
const FRAME_BYTES: usize = 128 << 10;
/// Maximum size of the text of a page with its boxes, in bytes: that of half a million glyphs.
const MAX_PAGE_BYTES: u64 = 32 << 20;
/// Maximum number of pages that are read for one.
const MAX_NEIGHBOURS: u32 = 64;
/// Maximum size of a block of text in bytes, as for extracted ones.
const MAX_BLOCK_BYTES: usize = 64 << 10;
/// Maximum size of the picture of a page, in bytes: one of 16 megapixels that cannot be compressed.
const MAX_PICTURE_BYTES: u64 = 72 << 20;

/// A question about a page, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Its text with boxes.
    Text(u32),
    /// A picture of it, with so many thousandths of a pixel for a point.
    Picture(u32, u32),
}

/// A page of an open document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OpenPage {
    /// Width and height as it is displayed, in hundredths of a point.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Its blocks in reading order.
    pub(crate) blocks: Vec<Block>,
    /// Their texts with boxes, as the page is displayed.
    pub(crate) runs: Vec<GlyphRun>,
}

pub(crate) fn write_question(question: Question, to: &mut impl Write) -> io::Result<()> {
    let (kind, page, scale) = match question {
        Question::Text(page) => (0, page, 0),
        Question::Picture(page, scale) => (1, page, scale),
    };
    let mut bytes = vec![kind];
    bytes.extend(u32::to_le_bytes(page).into_iter().chain(u32::to_le_bytes(scale)));
    to.write_all(&bytes)?;
    to.flush()
}

/// The next question; `None` at the end.
pub(crate) fn read_question(from: &mut impl Read) -> Option<Question> {
    let mut bytes = [0; 9];
    from.read_exact(&mut bytes).ok()?;
    let [kind, a, b, c, d, scale @ ..] = bytes;
    let page = u32::from_le_bytes([a, b, c, d]);
    match kind {
        0 => Some(Question::Text(page)),
        1 => Some(Question::Picture(page, u32::from_le_bytes(scale))),
        _ => None,
    }
}

pub(crate) fn write_failure(error: &ExtractError, to: &mut impl Write) -> io::Result<()> {
    let mut payload = Payload::default();
    failure::put(error, &mut payload);
    payload.write(Kind::Failure, to)?;
    to.flush()
}

pub(crate) fn write_opened(pages: u32, to: &mut impl Write) -> io::Result<()> {
    let mut payload = Payload::default();
    payload.raw(&pages.to_le_bytes());
    payload.write(Kind::Opened, to)?;
    to.flush()
}

/// The number of pages.
pub(crate) fn read_opened(from: &mut impl Read) -> Result<Result<u32, ExtractError>, DecodeError> {
    let (kind, frame) = Frames::new(from, FRAME_BYTES as u64).next()?;
    let mut values = Values::of(&frame);
    match kind {
        Kind::Opened => {
            let pages = u32::from_le_bytes(values.array()?);
            values.end()?;
            Ok(Ok(pages))
        }
        Kind::Failure => failure::get(&mut values).map(Err),
        _ => Err(UNEXPECTED),
    }
}

pub(crate) fn write_page(
    (width, height): (u32, u32),
    blocks: impl Iterator<Item = (BlockKind, Vec<GlyphRun>)>,
    to: &mut impl Write,
) -> io::Result<()> {
    let mut payload = Payload::default();
    payload.raw(&width.to_le_bytes());
    payload.raw(&height.to_le_bytes());
    payload.write(Kind::Page, to)?;
    for (kind, runs) in blocks {
        payload.byte(match kind {
            BlockKind::Text => 0,
            BlockKind::Heading(level) => level,
            BlockKind::Note => 7,
        });
        for run in runs {
            if payload.len() >= FRAME_BYTES {
                payload.write(Kind::Runs, to)?;
            }
            payload.byte(RUN);
            payload.text(&run.text);
            run.quad.corners().iter().for_each(|point| {
                payload.raw(&point.x.to_le_bytes());
                payload.raw(&point.y.to_le_bytes());
            });
        }
    }
    if payload.len() > 0 {
        payload.write(Kind::Runs, to)?;
    }
    payload.write(Kind::End, to)?;
    to.flush()
}

/// Marks a run where a block could begin.
const RUN: u8 = 8;

/// Reads a page, and calls `reached` with the index of each that the process reads for it.
pub(crate) fn read_page(
    from: &mut impl Read,
    limits: &Limits,
    reached: &mut dyn FnMut(u32),
) -> Result<Result<OpenPage, ExtractError>, DecodeError> {
    let mut frames = Frames::new(from, MAX_PAGE_BYTES);
    let (mut kind, mut frame) = frames.next()?;
    for _ in 0..MAX_NEIGHBOURS {
        if kind != Kind::Progress {
            break;
        }
        reached(read_progress(&mut Values::of(&frame))?);
        (kind, frame) = frames.next()?;
    }
    let mut values = Values::of(&frame);
    match kind {
        Kind::Page => {}
        Kind::Failure => return failure::get(&mut values).map(Err),
        _ => return Err(UNEXPECTED),
    }
    let (width, height) = (u32::from_le_bytes(values.array()?), u32::from_le_bytes(values.array()?));
    values.end()?;
    let mut page = OpenPage { width, height, ..OpenPage::default() };
    loop {
        let (kind, frame) = frames.next()?;
        match kind {
            Kind::End => break,
            Kind::Runs => read_runs(Values::of(&frame), &mut page)?,
            _ => return Err(UNEXPECTED),
        }
    }
    let bytes: usize = page.blocks.iter().map(|block| block.text.len()).sum();
    if page.blocks.len() as u64 > limits.blocks || bytes as u64 > limits.text_bytes {
        return Err(DecodeError::Invalid("more text than the limits allow"));
    }
    Ok(Ok(page))
}

fn read_runs(mut values: Values<'_>, page: &mut OpenPage) -> Result<(), DecodeError> {
    while !values.is_empty() {
        let kind = match values.byte()? {
            0 => BlockKind::Text,
            level @ 1..=6 => BlockKind::Heading(level),
            7 => BlockKind::Note,
            RUN => {
                let text = values.text()?;
                let corners = [point(&mut values)?, point(&mut values)?, point(&mut values)?, point(&mut values)?];
                let quad = Quad::from_corners(corners);
                let block = page.blocks.last_mut().ok_or(DecodeError::Invalid("text of no block"))?;
                if block.text.len() + text.len() > MAX_BLOCK_BYTES || text.contains(char::is_control) {
                    return Err(DecodeError::Invalid("block of text"));
                }
                block.text.push_str(&text);
                page.runs.push(GlyphRun { text, quad });
                continue;
            }
            _ => return Err(DecodeError::Invalid("unknown kind of block")),
        };
        page.blocks.push(Block { text: String::new(), kind });
    }
    Ok(())
}

fn point(values: &mut Values<'_>) -> Result<Point, DecodeError> {
    Ok(Point { x: i32::from_le_bytes(values.array()?), y: i32::from_le_bytes(values.array()?) })
}

/// Writes a picture, which is a PNG file.
pub(crate) fn write_picture(picture: &[u8], to: &mut impl Write) -> io::Result<()> {
    let mut payload = Payload::default();
    for part in picture.chunks(FRAME_BYTES) {
        payload.raw(part);
        payload.write(Kind::CoverBytes, to)?;
    }
    payload.write(Kind::End, to)?;
    to.flush()
}

pub(crate) fn read_picture(from: &mut impl Read) -> Result<Result<Vec<u8>, ExtractError>, DecodeError> {
    let mut frames = Frames::new(from, MAX_PICTURE_BYTES);
    let mut picture = Vec::new();
    loop {
        let (kind, frame) = frames.next()?;
        match kind {
            Kind::CoverBytes => picture.extend_from_slice(&frame),
            Kind::Failure => return failure::get(&mut Values::of(&frame)).map(Err),
            // What a window decodes is no other kind of file.
            Kind::End if picture.starts_with(b"\x89PNG\r\n\x1a\n") => return Ok(Ok(picture)),
            Kind::End => return Err(DecodeError::Invalid("not a picture")),
            _ => return Err(UNEXPECTED),
        }
    }
}

const UNEXPECTED: DecodeError = DecodeError::Invalid("unexpected frame");

#[cfg(test)]
mod tests {
    use super::*;

    fn quad(at: i32) -> Quad {
        Quad::from_corners([(at, 0), (at + 10, 0), (at + 10, 9), (at, 9)].map(|(x, y)| Point { x, y }))
    }

    #[test]
    fn page_survives_the_pipe() {
        let run = |text: &str, at| GlyphRun { text: text.to_owned(), quad: quad(at) };
        let blocks = vec![
            (BlockKind::Heading(2), vec![run("The ", 0), run("Whale", 20)]),
            (BlockKind::Text, vec![run("white", -5)]),
        ];
        let mut bytes = Vec::new();
        write_page((59_500, 84_200), blocks.clone().into_iter(), &mut bytes).expect("writes");
        let page = read_page(&mut bytes.as_slice(), &Limits::default(), &mut |_page| {})
            .expect("is valid")
            .expect("is a page");
        assert_eq!((page.width, page.height), (59_500, 84_200));
        let texts: Vec<(&str, BlockKind)> = page.blocks.iter().map(|block| (block.text.as_str(), block.kind)).collect();
        assert_eq!(texts, [("The Whale", BlockKind::Heading(2)), ("white", BlockKind::Text)]);
        assert_eq!(page.runs, blocks.into_iter().flat_map(|(_, runs)| runs).collect::<Vec<_>>());
        for length in 0..bytes.len() {
            assert!(read_page(&mut &bytes[..length], &Limits::default(), &mut |_page| {}).is_err(), "{length}");
        }
    }

    #[test]
    fn picture_has_to_be_one() {
        let check = |picture: &[u8], expect: bool| {
            let mut bytes = Vec::new();
            write_picture(picture, &mut bytes).expect("writes");
            assert_eq!(read_picture(&mut bytes.as_slice()).is_ok(), expect);
        };
        check(b"\x89PNG\r\n\x1a\n and so on", true);
        check(b"<html>", false);
        check(b"", false);
    }

    #[test]
    fn failures_and_questions_survive_the_pipe() {
        let mut bytes = Vec::new();
        write_failure(&ExtractError::NotFound, &mut bytes).expect("writes");
        assert!(matches!(
            read_page(&mut bytes.as_slice(), &Limits::default(), &mut |_page| {}),
            Ok(Err(ExtractError::NotFound))
        ));
        assert!(matches!(read_picture(&mut bytes.as_slice()), Ok(Err(ExtractError::NotFound))));
        assert!(matches!(read_opened(&mut bytes.as_slice()), Ok(Err(ExtractError::NotFound))));
        for question in [Question::Text(7), Question::Picture(3, 2_000)] {
            let mut bytes = Vec::new();
            write_question(question, &mut bytes).expect("writes");
            assert_eq!(read_question(&mut bytes.as_slice()), Some(question));
        }
        assert_eq!(read_question(&mut &b"\x09"[..]), None);
    }

    proptest::proptest! {
        /// Property: no answer makes the reading side panic.
        #[test]
        fn answers_never_panic(bytes: Vec<u8>) {
            let _ = read_page(&mut bytes.as_slice(), &Limits::default(), &mut |_page| {});
            let _ = read_picture(&mut bytes.as_slice());
            let _ = read_opened(&mut bytes.as_slice());
        }
    }
}
