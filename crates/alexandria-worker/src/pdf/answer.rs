//! Keeping a document open and answering questions about its pages, inside of the worker process.

use std::cell::RefCell;
use std::io::{self, Read, Write};

use alexandria_extract::{ExtractError, GlyphRun, LimitKind, Limits};
use alexandria_pdf::Pages;

use super::error::{open, page_error};
use crate::password::Password;
use crate::wire::{Question, read_question, write_failure, write_opened, write_page, write_picture, write_progress};

/// Reads a document and answers until there are no more questions.
pub(crate) fn answer(
    input: &mut impl Read,
    skipped: &[u32],
    limits: &Limits,
    output: &mut impl Write,
) -> io::Result<()> {
    let document = match receive(input, limits).and_then(|(file, password)| open(file, &password)) {
        Ok(document) => document,
        Err(error) => return write_failure(&error, output),
    };
    write_opened(u32::try_from(document.page_count()).unwrap_or(u32::MAX), output)?;
    let output = RefCell::new(output);
    let mut pages = Pages::new(&document, skipped.iter().copied().collect(), |page| {
        let _nobody_waits = write_progress(page, &mut **output.borrow_mut());
    });
    while let Some(question) = read_question(input) {
        match question {
            Question::Text(page) => text(&mut pages, page, &output)?,
            Question::Picture(page, scale) => {
                let picture = pages.picture(page, f64::from(scale) / 1000.0);
                let output = &mut **output.borrow_mut();
                match picture {
                    Ok(picture) => write_picture(&picture.png, output)?,
                    Err(error) => write_failure(&page_error(error), output)?,
                }
            }
        }
    }
    Ok(())
}

/// The bytes of a document, after its password and their number.
pub(crate) fn receive(input: &mut impl Read, limits: &Limits) -> Result<(Vec<u8>, Password), ExtractError> {
    let password = Password::read(input)?;
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > limits.file_bytes {
        return Err(ExtractError::Limit { what: LimitKind::FileBytes, limit: limits.file_bytes });
    }
    let mut file = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    input.take(length).read_to_end(&mut file)?;
    Ok((file, password))
}

fn text(pages: &mut Pages<'_>, number: u32, output: &RefCell<&mut impl Write>) -> io::Result<()> {
    let found = pages.geometry(number).and_then(|geometry| Ok((geometry, pages.text(number)?)));
    let output = &mut **output.borrow_mut();
    let (geometry, text) = match found {
        Ok(found) => found,
        Err(error) => return write_failure(&page_error(error), output),
    };
    let run = |run: alexandria_pdf::TextRun| GlyphRun { text: run.text, quad: geometry.displayed(&run.quad) };
    let blocks = text.blocks.iter().map(|block| (block.kind, text.runs(block).into_iter().map(run).collect()));
    write_page((hundredths(geometry.width), hundredths(geometry.height)), blocks, output)
}

/// Points as hundredths of a point.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pages are at most 14,400 points wide and high"
)]
const fn hundredths(points: f64) -> u32 {
    (points * 100.0).round() as u32
}
