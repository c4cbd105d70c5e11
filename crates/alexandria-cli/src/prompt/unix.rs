//! Reads a line from a Unix terminal without echo, using the terminal's own line editing.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;

use alexandria_library::Passphrase;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::output::Output;

/// As much as a terminal accepts in one line, and more than any passphrase.
const MAX_LINE_BYTES: usize = 4096;

/// Prompts and reads a line. Returns `None` on Ctrl-C or end of input.
pub(super) fn read_hidden_line(label: &str, output: Output) -> io::Result<Option<Passphrase>> {
    let mut terminal = HiddenTerminal::new()?;
    // Prompt only after echo is off.
    output.prompt(label);
    let typed = read_line(&mut terminal.file, terminal.interrupt);
    drop(terminal);
    // The Enter key was not echoed either.
    output.note("");
    let Some(mut typed) = typed? else { return Ok(None) };
    match String::from_utf8(std::mem::take(&mut *typed)) {
        Ok(text) => Ok(Some(Passphrase::new(text))),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(io::Error::new(ErrorKind::InvalidData, "the input is not valid UTF-8; check the terminal's encoding"))
        }
    }
}

/// The terminal with echo disabled. Dropping it restores the previous settings.
struct HiddenTerminal {
    file: File,
    previous: Termios,
    /// The character that Ctrl-C sends.
    interrupt: u8,
}

impl HiddenTerminal {
    fn new() -> io::Result<Self> {
        // `io::stdin` would keep a copy of the input in its buffer.
        let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let previous = tcgetattr(&file)?;
        let interrupt = previous.special_codes[SpecialCodeIndex::VINTR];
        let mut hidden = previous.clone();
        // Ctrl-C must not end the process, which would leave echo disabled. It ends the line instead.
        hidden.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        hidden.special_codes[SpecialCodeIndex::VEOL] = interrupt;
        tcsetattr(&file, OptionalActions::Flush, &hidden)?;
        Ok(Self { file, previous, interrupt })
    }
}

impl Drop for HiddenTerminal {
    fn drop(&mut self) {
        let _ignored = tcsetattr(&self.file, OptionalActions::Flush, &self.previous);
    }
}

/// Reads up to the end of the line. Returns `None` if `interrupt` comes first or there is no input.
fn read_line(source: &mut impl Read, interrupt: u8) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    // Allocated once, because growing would leave copies of the secret in memory.
    let mut line = Zeroizing::new(Vec::<u8>::with_capacity(MAX_LINE_BYTES));
    let mut byte = Zeroizing::new([0_u8]);
    while line.len() < MAX_LINE_BYTES {
        match source.read_exact(byte.as_mut_slice()) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && line.is_empty() => return Ok(None),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(Some(line)),
            Err(error) => return Err(error),
            Ok(()) => {}
        }
        match *byte {
            [b'\n'] => return Ok(Some(line)),
            [end] if end == interrupt => return Ok(None),
            [other] => line.push(other),
        }
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "the input is too long for a passphrase"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_line_ends_at_enter_and_is_cancelled_by_ctrl_c() {
        let check = |typed: &[u8], expect: Option<&[u8]>| {
            let read = read_line(&mut &*typed, 3).unwrap();
            assert_eq!(read.as_ref().map(|line| line.as_slice()), expect, "{typed:?}");
        };
        check(b"open sesame\n", Some(b"open sesame"));
        check(b"open sesame\nand more\n", Some(b"open sesame"));
        check(b"  blanks count \n", Some(b"  blanks count "));
        check(b"\n", Some(b""));
        check(b"open", Some(b"open"));
        check(b"", None);
        check(b"open\x03", None);
        check(b"\x03\n", None);
        assert!(read_line(&mut [b'a'; MAX_LINE_BYTES + 1].as_slice(), 3).is_err());
    }
}
