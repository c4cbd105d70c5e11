//! The work of the program `alexandria-worker`.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Cursor, Read as _, Seek as _, Write};
use std::process::ExitCode;

use alexandria_domain::Format;
use alexandria_extract::{ExtractError, Extracted, extract_unnamed, probe};

use crate::exit::{NOT_CONFINED, OTHER_VERSION, UNFINISHED};
use crate::password::Password;
use crate::pdf;
use crate::request::{Request, Task};
use crate::sandbox::{self, Layer, Layers};
use crate::wire::{write_greeting, write_result};

/// Size of the buffers between this process and its files, in bytes.
const BUFFER_BYTES: usize = 64 << 10;

/// Confines this process, extracts the file on the standard input, and writes the result to the standard output.
///
/// Nothing goes to the standard error but what the runtime says when memory or stack run out.
pub fn serve(arguments: impl Iterator<Item = String>) -> ExitCode {
    // Messages of panics quote the text they are about.
    std::panic::set_hook(Box::new(|_information| {}));
    let Some(request) = Request::parse(arguments) else {
        // The greeting tells the parent which version this is.
        let mut output = io::stdout();
        let is_written = write_greeting(Layers::default(), &mut output).and_then(|()| output.flush()).is_ok();
        return ExitCode::from(if is_written { OTHER_VERSION } else { UNFINISHED });
    };
    let Ok(confined) = sandbox::enter(&request.bounds(), Layer::ALL) else {
        return ExitCode::from(NOT_CONFINED);
    };
    let mut output = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());
    // Sent before the first byte of the file is read: what confines this process is said by code that no file influenced.
    if write_greeting(confined.layers, &mut output).and_then(|()| output.flush()).is_err() {
        return ExitCode::from(UNFINISHED);
    }
    let result = match &request.task {
        Task::Extract { skipped } => extract(confined.input, &request, skipped, &mut output),
        Task::Unlock { skipped } => unlock(confined.input, &request, skipped, &mut output),
        Task::Open { skipped } => {
            let is_answered =
                pdf::answer(&mut BufReader::new(confined.input), skipped, &request.limits, &mut output).is_ok();
            std::process::exit(if is_answered { 0 } else { i32::from(UNFINISHED) });
        }
    };
    let is_written = write_result(&result, &mut output).and_then(|()| output.flush()).is_ok();
    // Ends without freeing what was extracted.
    std::process::exit(if is_written { 0 } else { i32::from(UNFINISHED) })
}

/// Size of the head of a file by which its format is known, in bytes.
const HEAD_BYTES: usize = 4096;

/// Extracts a file with the engine of its format.
fn extract(
    mut input: File,
    request: &Request,
    skipped: &[u32],
    output: &mut impl Write,
) -> Result<Extracted, ExtractError> {
    let mut head = Vec::new();
    input.rewind()?;
    (&input).take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if matches!(probe(&request.name, &head), Ok(Format::Pdf)) {
        let file = pdf::read_file(&mut input, &request.limits)?;
        return pdf::extract(file, &Password::default(), skipped, &request.limits, output);
    }
    extract_unnamed(BufReader::with_capacity(BUFFER_BYTES, input), &request.name, &request.limits)
}

/// Extracts a document that follows its password. No other format has passwords.
fn unlock(input: File, request: &Request, skipped: &[u32], output: &mut impl Write) -> Result<Extracted, ExtractError> {
    let (file, password) = pdf::receive(&mut BufReader::with_capacity(BUFFER_BYTES, input), &request.limits)?;
    let head = file.get(..file.len().min(HEAD_BYTES)).unwrap_or_default();
    if matches!(probe(&request.name, head), Ok(Format::Pdf)) {
        return pdf::extract(file, &password, skipped, &request.limits, output);
    }
    extract_unnamed(Cursor::new(file), &request.name, &request.limits)
}
