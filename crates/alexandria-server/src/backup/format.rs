//! The file: a magic number, entries, and an entry that ends it.
//!
//! An entry is `kind (1) ‖ name length (2) ‖ name ‖ length (8) ‖ bytes ‖ BLAKE3 (32)`, numbers little-endian. The hash covers
//! all of the entry before it, and the number of the entry, so that none can be left out or moved.

use std::io::{self, Read, Write};

/// The beginning of every backup; the last byte is the version.
const MAGIC: &[u8; 8] = b"ALXSBAK\x01";
/// Bytes moved at once.
const BUFFER_BYTES: usize = 1 << 16;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The database.
    Database,
    /// An object.
    Object,
    /// The end.
    End,
}

impl Kind {
    const fn number(self) -> u8 {
        match self {
            Self::Database => 1,
            Self::Object => 2,
            Self::End => 255,
        }
    }

    const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Database),
            2 => Some(Self::Object),
            255 => Some(Self::End),
            _ => None,
        }
    }
}

/// Writes entries.
#[derive(Debug)]
pub(super) struct Writer<W> {
    target: W,
    entries: u64,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(mut target: W) -> io::Result<Self> {
        target.write_all(MAGIC)?;
        Ok(Self { target, entries: 0 })
    }

    /// Adds an entry of `length` bytes, which `source` must have.
    pub(super) fn add(&mut self, kind: Kind, name: &str, length: u64, source: &mut dyn Read) -> io::Result<()> {
        let name_length = u16::try_from(name.len()).map_err(io::Error::other)?;
        let mut head = vec![kind.number()];
        head.extend_from_slice(&name_length.to_le_bytes());
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(&length.to_le_bytes());
        let mut hasher = hasher(self.entries);
        hasher.update(&head);
        self.target.write_all(&head)?;
        copy(source, &mut self.target, length, &mut hasher)?;
        self.target.write_all(hasher.finalize().as_bytes())?;
        self.entries += 1;
        Ok(())
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.add(Kind::End, "", 0, &mut io::empty())?;
        self.target.flush()?;
        Ok(self.target)
    }
}

fn hasher(entry: u64) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&entry.to_le_bytes());
    hasher
}

fn copy(source: &mut dyn Read, target: &mut dyn Write, length: u64, hasher: &mut blake3::Hasher) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut left = length;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let chunk = buffer.get_mut(..count).unwrap_or_default();
        source.read_exact(chunk)?;
        hasher.update(chunk);
        target.write_all(chunk)?;
        left -= count as u64;
    }
    Ok(())
}

/// Reads entries.
#[derive(Debug)]
pub(super) struct Reader<R> {
    source: R,
    entries: u64,
}

/// The beginning of an entry, whose bytes come next.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) name: String,
    length: u64,
    hasher: blake3::Hasher,
}

impl<R: Read> Reader<R> {
    /// Nothing if the file does not begin as backups do.
    pub(super) fn new(mut source: R) -> io::Result<Option<Self>> {
        let mut magic = [0; MAGIC.len()];
        match source.read_exact(&mut magic) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            result => result?,
        }
        Ok((magic == *MAGIC).then_some(Self { source, entries: 0 }))
    }

    /// The next entry. [`body`](Self::body) must follow.
    pub(super) fn entry(&mut self) -> io::Result<Entry> {
        let mut hasher = hasher(self.entries);
        let mut field = |length: usize| -> io::Result<Vec<u8>> {
            let mut bytes = vec![0; length];
            self.source.read_exact(&mut bytes)?;
            hasher.update(&bytes);
            Ok(bytes)
        };
        let damaged = || io::Error::from(io::ErrorKind::InvalidData);
        let kind = field(1)?.first().copied().and_then(Kind::from_number).ok_or_else(damaged)?;
        let name_length = u16::from_le_bytes(field(2)?.try_into().map_err(|_| damaged())?);
        let name = String::from_utf8(field(usize::from(name_length))?).map_err(|_| damaged())?;
        let length = u64::from_le_bytes(field(8)?.try_into().map_err(|_| damaged())?);
        self.entries += 1;
        Ok(Entry { kind, name, length, hasher })
    }

    /// Writes the bytes of the entry to `target`, and fails if they are not those that were written.
    pub(super) fn body(&mut self, entry: &mut Entry, target: &mut dyn Write) -> io::Result<()> {
        copy(&mut self.source, target, entry.length, &mut entry.hasher)?;
        let mut hash = [0; 32];
        self.source.read_exact(&mut hash)?;
        if entry.hasher.finalize() == blake3::Hash::from_bytes(hash) {
            Ok(())
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}
