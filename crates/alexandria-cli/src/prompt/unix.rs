//! A line typed on a Unix terminal, in the terminal's own line editing, without being shown.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;

use alexandria_library::Passphrase;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::output::Output;

/// More than a passphrase has, in bytes, and as much as a terminal takes in one line.
const LONGEST: usize = 4096;

/// Asks for `what`, and reads a line. `None` if Ctrl-C or the end of the input was typed instead.
pub(super) fn hidden(what: &str, output: Output) -> io::Result<Option<Passphrase>> {
    let mut terminal = Terminal::hide()?;
    // Asked only now: what is typed from here on is not shown.
    output.ask(what);
    let typed = line(&mut terminal.file, terminal.interrupt);
    drop(terminal);
    // The Enter was not shown either.
    output.note("");
    let Some(mut typed) = typed? else { return Ok(None) };
    match String::from_utf8(std::mem::take(&mut *typed)) {
        Ok(text) => Ok(Some(Passphrase::new(text))),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(io::Error::new(ErrorKind::InvalidData, "what was typed is no text; check the terminal's encoding"))
        }
    }
}

/// The terminal while it does not show what is typed. Dropped, it is again as it was.
struct Terminal {
    file: File,
    before: Termios,
    /// What the key for Ctrl-C writes.
    interrupt: u8,
}

impl Terminal {
    fn hide() -> io::Result<Self> {
        // Not through `io::stdin`, which would keep a copy of what was typed.
        let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let before = tcgetattr(&file)?;
        let interrupt = before.special_codes[SpecialCodeIndex::VINTR];
        let mut hidden = before.clone();
        // Ctrl-C must not end the process, which would leave a terminal that shows nothing. It ends the line instead.
        hidden.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        hidden.special_codes[SpecialCodeIndex::VEOL] = interrupt;
        tcsetattr(&file, OptionalActions::Flush, &hidden)?;
        Ok(Self { file, before, interrupt })
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _nobody_to_tell = tcsetattr(&self.file, OptionalActions::Flush, &self.before);
    }
}

/// What stands before the end of the line. `None` if `interrupt` comes first, or there is no line at all.
fn line(source: &mut impl Read, interrupt: u8) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    // All of it is reserved at once: growing would leave copies of the secret behind.
    let mut line = Zeroizing::new(Vec::<u8>::with_capacity(LONGEST));
    let mut byte = Zeroizing::new([0_u8]);
    while line.len() < LONGEST {
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
    Err(io::Error::new(ErrorKind::InvalidInput, "what was typed is too long for a passphrase"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_with_enter_and_ctrl_c_takes_it_back() {
        let check = |typed: &[u8], expect: Option<&[u8]>| {
            let read = line(&mut &*typed, 3).unwrap();
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
        assert!(line(&mut [b'a'; LONGEST + 1].as_slice(), 3).is_err());
    }
}
