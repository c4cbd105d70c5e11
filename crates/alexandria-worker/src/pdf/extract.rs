//! Extracting a document: each page is a section.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom, Write};

use alexandria_domain::{Block, Cover, Format, Section};
use alexandria_extract::{ExtractError, Extracted, Guard, LimitKind, Limits, guess_language};
use alexandria_pdf::{Document, PageError, PageText, Pages};

use super::error::{open, open_error, page_error};
use super::href::href;
use super::{metadata, toc};
use crate::password::Password;
use crate::request::COVER;
use crate::wire::{Coverage, write_coverage, write_progress};

/// Media type of the page of a section.
const PAGE_TYPE: &str = "application/xhtml+xml";
/// Pages after which the document is opened again, because what is read of a page stays in memory.
const PAGES_AT_ONCE: u32 = 256;
/// Longest side of the cover, in pixels.
const COVER_PIXELS: f64 = 1_000.0;

/// Reads the bytes of a document.
pub(crate) fn read_file(input: &mut (impl Read + Seek), limits: &Limits) -> Result<Vec<u8>, ExtractError> {
    let size = input.seek(SeekFrom::End(0))?;
    if size > limits.file_bytes {
        return Err(ExtractError::Limit { what: LimitKind::FileBytes, limit: limits.file_bytes });
    }
    input.rewind()?;
    let mut file = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    input.take(limits.file_bytes).read_to_end(&mut file)?;
    Ok(file)
}

/// Extracts a document, except for the pages in `skipped`. Says in `output` which page it reads, so that whoever started this
/// process knows at which one it ended.
pub(crate) fn extract(
    file: Vec<u8>,
    password: &Password,
    skipped: &[u32],
    limits: &Limits,
    output: &mut impl Write,
) -> Result<Extracted, ExtractError> {
    let guard = Guard::start(limits);
    let document = open(file, password)?;
    let count = u32::try_from(document.page_count()).unwrap_or(u32::MAX);
    if u64::from(count) > limits.sections {
        return Err(ExtractError::Limit { what: LimitKind::Sections, limit: limits.sections });
    }
    let skipped: BTreeSet<u32> = skipped.iter().copied().collect();
    let outline = document.outline();
    let (toc, paths) = (toc::entries(&outline), toc::paths(&outline, count));
    let mut reading = Reading {
        sections: Vec::new(),
        coverage: Coverage { pages: count, ..Coverage::default() },
        blocks: 0,
        bytes: 0,
        error: None,
    };
    for first in (0..count).step_by(PAGES_AT_ONCE as usize) {
        let again = document.reopen().map_err(open_error)?;
        let mut pages = Pages::new(&again, skipped.clone(), |page| {
            let _nobody_waits = write_progress(page, output);
        });
        for page in first..count.min(first.saturating_add(PAGES_AT_ONCE)) {
            guard.check_time()?;
            let toc_path = paths.get(page as usize).cloned().unwrap_or_default();
            reading.add(page, toc_path, pages.text(page), limits)?;
        }
    }
    if reading.coverage.unreadable == count
        && let Some(error) = reading.error
    {
        return Err(page_error(error));
    }
    let mut metadata = metadata::of(&document);
    if metadata.language.is_empty() {
        metadata.language = guess_language(&reading.sections);
    }
    let cover = if skipped.contains(&COVER) { None } else { cover(&document, limits, output) };
    let _nobody_waits = write_coverage(reading.coverage, output);
    Ok(Extracted { format: Format::Pdf, metadata, toc, sections: reading.sections, cover })
}

/// What was read so far.
struct Reading {
    sections: Vec<Section>,
    coverage: Coverage,
    blocks: u64,
    bytes: u64,
    /// Why the first unreadable page is.
    error: Option<PageError>,
}

impl Reading {
    fn add(
        &mut self,
        page: u32,
        toc_path: Vec<String>,
        text: Result<PageText, PageError>,
        limits: &Limits,
    ) -> Result<(), ExtractError> {
        let text = text.unwrap_or_else(|error| {
            self.coverage.unreadable += 1;
            self.error.get_or_insert(error);
            PageText::default()
        });
        self.coverage.pictures += u32::from(text.is_picture);
        self.coverage.unreliable += u32::from(text.is_unreliable);
        let blocks: Vec<Block> =
            text.blocks.into_iter().map(|block| Block { text: block.text, kind: block.kind }).collect();
        self.blocks += blocks.len() as u64;
        self.bytes += blocks.iter().map(|block| block.text.len() as u64).sum::<u64>();
        if self.blocks > limits.blocks {
            return Err(ExtractError::Limit { what: LimitKind::Blocks, limit: limits.blocks });
        }
        if self.bytes > limits.text_bytes {
            return Err(ExtractError::Limit { what: LimitKind::TextBytes, limit: limits.text_bytes });
        }
        self.sections.push(Section {
            href: href(page),
            media_type: PAGE_TYPE.to_owned(),
            toc_path,
            linear: true,
            blocks,
        });
        Ok(())
    }
}

/// A picture of the first page; none if it cannot be drawn.
fn cover(document: &Document, limits: &Limits, output: &mut impl Write) -> Option<Cover> {
    write_progress(COVER, output).ok()?;
    let mut pages = Pages::new(document, BTreeSet::new(), |_page| {});
    let geometry = pages.geometry(0).ok()?;
    let picture = pages.picture(0, COVER_PIXELS / geometry.width.max(geometry.height).max(1.0)).ok()?;
    let is_small = picture.png.len() as u64 <= limits.cover_bytes;
    is_small.then(|| Cover { media_type: "image/png".to_owned(), bytes: picture.png })
}
