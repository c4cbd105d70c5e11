//! The work of the program `alexandria-worker`.

use std::io::{self, BufReader, BufWriter, Write as _};
use std::process::ExitCode;

use alexandria_extract::extract_unnamed;

use crate::exit::{NOT_CONFINED, OTHER_VERSION, UNFINISHED};
use crate::request::Request;
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
    let input = BufReader::with_capacity(BUFFER_BYTES, confined.input);
    let result = extract_unnamed(input, &request.name, &request.limits);
    let is_written = write_result(&result, &mut output).and_then(|()| output.flush()).is_ok();
    // Ends without freeing what was extracted.
    std::process::exit(if is_written { 0 } else { i32::from(UNFINISHED) })
}
