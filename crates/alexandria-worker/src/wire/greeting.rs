//! The first frame: which version of the program this is, and what confines it.

use std::io::{self, Read, Write};

use super::frame::{DecodeError, Frames, Kind, Payload, Values};
use crate::sandbox::{Enforcement, Layers};

/// The version that both sides must have: that of the program, and a number that changes with the form of the output.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/3");

/// Distinguishes a worker from any other program.
const MAGIC: [u8; 4] = *b"ALXW";

/// Maximum length of the frame, in bytes.
const MAX_BYTES: u64 = 128;

/// What a worker says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// Its [`VERSION`].
    pub version: String,
    /// What confines it.
    pub layers: Layers,
}

/// Writes the greeting of this version.
///
/// # Errors
/// When the output cannot be written.
pub fn write_greeting(layers: Layers, to: &mut impl Write) -> io::Result<()> {
    let mut payload = Payload::default();
    payload.raw(&MAGIC);
    payload.text(VERSION);
    payload.byte(match layers.landlock {
        Enforcement::None => 0,
        Enforcement::Partial => 1,
        Enforcement::Full => 2,
    });
    payload.flag(layers.seccomp);
    payload.flag(layers.limits);
    payload.write(Kind::Greeting, to)
}

/// Reads a greeting of any version.
///
/// # Errors
/// See [`DecodeError`].
pub fn read_greeting(from: &mut impl Read) -> Result<Greeting, DecodeError> {
    let (kind, frame) = Frames::new(from, MAX_BYTES).next()?;
    let mut values = Values::of(&frame);
    if kind != Kind::Greeting || values.array()? != MAGIC {
        return Err(DecodeError::Invalid("not from a worker"));
    }
    let version = values.text()?;
    if version != VERSION {
        return Ok(Greeting { version, layers: Layers::default() });
    }
    let landlock = match values.byte()? {
        0 => Enforcement::None,
        1 => Enforcement::Partial,
        2 => Enforcement::Full,
        _ => return Err(DecodeError::Invalid("unknown enforcement")),
    };
    let layers = Layers { landlock, seccomp: values.flag()?, limits: values.flag()? };
    values.end()?;
    Ok(Greeting { version, layers })
}
