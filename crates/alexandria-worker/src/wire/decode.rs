//! Reading a result, which a compromised worker may have written.

use std::io::Read;

use alexandria_domain::{Block, BlockKind, Cover, Format, Identifier, Metadata, Section, Series, TocEntry};
use alexandria_extract::{ExtractError, Extracted, Limits, MAX_TOC_DEPTH, MAX_TOC_ENTRIES, violation};

use super::coverage::{Coverage, read_coverage, read_progress};
use super::failure;
use super::frame::{DecodeError, Frames, Kind, Values};

/// Maximum size in bytes of everything but text and cover: hrefs, table of contents, metadata.
const MAX_STRUCTURE_BYTES: u64 = 128 << 20;
/// Bytes that a block takes besides its text.
const BLOCK_OVERHEAD_BYTES: u64 = 5;
/// Maximum number of values of a field of the metadata.
const MAX_VALUES: usize = 1_000;

/// What a worker says before its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// It reads the page of this index next.
    Page(u32),
    /// So much of the pages was read.
    Coverage(Coverage),
}

/// Maximum number of reports: two for each page that any document has.
const MAX_REPORTS: u32 = 100_000;

/// Reads what a worker extracted, or why it did not. The title is empty if the file declares none.
///
/// Memory is bounded by the limits, whatever arrives.
///
/// # Errors
/// See [`DecodeError`]; also if nothing could be extracted like this under these limits.
pub fn read_result(from: &mut impl Read, limits: &Limits) -> Result<Result<Extracted, ExtractError>, DecodeError> {
    read_reported(from, limits, &mut |_report| {})
}

/// Like [`read_result`], and calls `report` for each thing that the worker says before its result.
///
/// # Errors
/// As for [`read_result`].
pub fn read_reported(
    from: &mut impl Read,
    limits: &Limits,
    report: &mut dyn FnMut(Report),
) -> Result<Result<Extracted, ExtractError>, DecodeError> {
    let text = limits.text_bytes.saturating_add(limits.blocks.saturating_mul(BLOCK_OVERHEAD_BYTES));
    let budget = text.saturating_add(limits.cover_bytes).saturating_add(MAX_STRUCTURE_BYTES);
    let mut frames = Frames::new(from, budget);
    let (mut kind, mut frame) = frames.next()?;
    let mut reports = 0;
    while matches!(kind, Kind::Progress | Kind::Coverage) && reports < MAX_REPORTS {
        let mut values = Values::of(&frame);
        report(match kind {
            Kind::Progress => Report::Page(read_progress(&mut values)?),
            _ => Report::Coverage(read_coverage(&mut values)?),
        });
        reports += 1;
        (kind, frame) = frames.next()?;
    }
    let mut values = Values::of(&frame);
    let extracted = match kind {
        Kind::Failure => {
            let error = failure::get(&mut values)?;
            values.end()?;
            return Ok(Err(error));
        }
        Kind::Head => read_publication(read_head(values)?, &mut frames, limits)?,
        _ => return Err(DecodeError::Invalid("unexpected frame")),
    };
    match violation(&extracted, limits) {
        Some(what) => Err(DecodeError::Invalid(what)),
        None => Ok(Ok(extracted)),
    }
}

fn read_head(mut values: Values<'_>) -> Result<Extracted, DecodeError> {
    let format = Format::from_name(&values.text()?).ok_or(DecodeError::Invalid("unknown format"))?;
    let mut metadata = Metadata {
        title: values.text()?,
        language: values.text()?,
        authors: values.texts(MAX_VALUES)?,
        subjects: values.texts(MAX_VALUES)?,
        ..Metadata::default()
    };
    let identifiers = u16::from_le_bytes(values.array()?);
    for _ in 0..identifiers {
        metadata.identifiers.push(Identifier { scheme: values.text()?, value: values.text()? });
    }
    let (series, position) = (values.optional_text()?, values.optional_text()?);
    metadata.series = match (series, position) {
        (Some(name), position) => Some(Series { name, position }),
        (None, None) => None,
        (None, Some(_)) => return Err(DecodeError::Invalid("a position in no series")),
    };
    metadata.publisher = values.optional_text()?;
    metadata.published = values.optional_text()?;
    metadata.description = values.optional_text()?;
    metadata.right_to_left = values.flag()?;
    values.end()?;
    Ok(Extracted { format, metadata, toc: Vec::new(), sections: Vec::new(), cover: None })
}

/// Reads everything after the head.
fn read_publication(
    mut extracted: Extracted,
    frames: &mut Frames<impl Read>,
    limits: &Limits,
) -> Result<Extracted, DecodeError> {
    let mut toc = Toc::default();
    let mut text = Text { blocks: limits.blocks, bytes: limits.text_bytes };
    loop {
        let (kind, frame) = frames.next()?;
        let mut values = Values::of(&frame);
        if values.is_empty() && kind != Kind::End {
            return Err(DecodeError::Invalid("an empty frame"));
        }
        match kind {
            Kind::Toc => toc.read(values)?,
            Kind::Section if (extracted.sections.len() as u64) < limits.sections => {
                extracted.sections.push(read_section(values)?);
            }
            Kind::Blocks => {
                let section = extracted.sections.last_mut().ok_or(DecodeError::Invalid("text of no section"))?;
                text.read(values, &mut section.blocks)?;
            }
            Kind::Cover if extracted.cover.is_none() => {
                extracted.cover = Some(Cover { media_type: values.text()?, bytes: Vec::new() });
                values.end()?;
            }
            Kind::CoverBytes => {
                let cover = extracted.cover.as_mut().ok_or(DecodeError::Invalid("bytes of no cover"))?;
                if (cover.bytes.len() as u64).saturating_add(frame.len() as u64) > limits.cover_bytes {
                    return Err(DecodeError::Invalid("the cover is too large"));
                }
                cover.bytes.extend_from_slice(&frame);
            }
            Kind::End => {
                values.end()?;
                extracted.toc = toc.finish();
                return Ok(extracted);
            }
            Kind::Section => return Err(DecodeError::Invalid("too many sections")),
            Kind::Cover
            | Kind::Greeting
            | Kind::Failure
            | Kind::Head
            | Kind::Progress
            | Kind::Coverage
            | Kind::Opened
            | Kind::Page
            | Kind::Runs => return Err(DecodeError::Invalid("unexpected frame")),
        }
    }
}

fn read_section(mut values: Values<'_>) -> Result<Section, DecodeError> {
    let section = Section {
        href: values.text()?,
        media_type: values.text()?,
        toc_path: values.texts(MAX_TOC_DEPTH + 1)?,
        linear: values.flag()?,
        blocks: Vec::new(),
    };
    values.end()?;
    Ok(section)
}

/// How much more text may come.
struct Text {
    blocks: u64,
    bytes: u64,
}

impl Text {
    fn read(&mut self, mut values: Values<'_>, blocks: &mut Vec<Block>) -> Result<(), DecodeError> {
        const TOO_MUCH: DecodeError = DecodeError::Invalid("too much text");
        while !values.is_empty() {
            let kind = match values.byte()? {
                0 => BlockKind::Text,
                level @ 1..=6 => BlockKind::Heading(level),
                7 => BlockKind::Note,
                _ => return Err(DecodeError::Invalid("unknown kind of block")),
            };
            let text = values.text()?;
            self.blocks = self.blocks.checked_sub(1).ok_or(TOO_MUCH)?;
            self.bytes = self.bytes.checked_sub(text.len() as u64).ok_or(TOO_MUCH)?;
            blocks.push(Block { text, kind });
        }
        Ok(())
    }
}

/// A table of contents whose entries arrive in reading order.
#[derive(Default)]
struct Toc {
    roots: Vec<TocEntry>,
    /// The last entry of each depth, while entries below it may come.
    open: Vec<TocEntry>,
    count: usize,
}

impl Toc {
    fn read(&mut self, mut values: Values<'_>) -> Result<(), DecodeError> {
        while !values.is_empty() {
            let depth = usize::from(values.byte()?);
            let entry = TocEntry { label: values.text()?, href: values.optional_text()?, children: Vec::new() };
            self.count += 1;
            if depth > self.open.len() || depth > MAX_TOC_DEPTH || self.count > MAX_TOC_ENTRIES {
                return Err(DecodeError::Invalid("shape of the table of contents"));
            }
            self.close(depth);
            self.open.push(entry);
        }
        Ok(())
    }

    /// Moves open entries of that depth and below into their parents.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(done) = self.open.pop() else { return };
            self.open.last_mut().map_or(&mut self.roots, |parent| &mut parent.children).push(done);
        }
    }

    fn finish(mut self) -> Vec<TocEntry> {
        self.close(0);
        self.roots
    }
}
