//! Frames and the values in them.

use std::io::{self, Read, Write};

/// Maximum length of a frame. The largest is the metadata.
const MAX_FRAME_BYTES: usize = 8 << 20;

/// Why output of a worker is no result.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It cannot be read.
    #[error("the output cannot be read: {0}")]
    Io(#[source] io::Error),
    /// It ends too early.
    #[error("the output ends early")]
    Truncated,
    /// It is something else.
    #[error("the output is invalid: {0}")]
    Invalid(&'static str),
}

impl From<io::Error> for DecodeError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof { Self::Truncated } else { Self::Io(error) }
    }
}

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Version and sandbox; the first frame.
    Greeting,
    /// Why the file cannot be read; the last frame.
    Failure,
    /// Format and metadata.
    Head,
    /// Entries of the table of contents, each with its depth.
    Toc,
    /// A section without its text.
    Section,
    /// Text of the last section.
    Blocks,
    /// The media type of the cover.
    Cover,
    /// Bytes of the cover.
    CoverBytes,
    /// The last frame.
    End,
    /// The index of the page that is read next, before the head.
    Progress,
    /// How much of the pages was read, before the head.
    Coverage,
    /// A document is open, with so many pages.
    Opened,
    /// Size of a page of an open document.
    Page,
    /// Text of that page with where it is.
    Runs,
}

impl Kind {
    const ALL: [Self; 14] = [
        Self::Greeting,
        Self::Failure,
        Self::Head,
        Self::Toc,
        Self::Section,
        Self::Blocks,
        Self::Cover,
        Self::CoverBytes,
        Self::End,
        Self::Progress,
        Self::Coverage,
        Self::Opened,
        Self::Page,
        Self::Runs,
    ];

    const fn code(self) -> u8 {
        self as u8
    }
}

/// The bytes of a frame that is being written.
#[derive(Debug, Default)]
pub(super) struct Payload {
    bytes: Vec<u8>,
}

impl Payload {
    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.byte(flag.into());
    }

    pub(super) fn number(&mut self, number: u64) {
        self.raw(&number.to_le_bytes());
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A text. One that is too long for a frame makes the frame too long, which [`write`](Self::write) reports.
    pub(super) fn text(&mut self, text: &str) {
        self.raw(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.raw(text.as_bytes());
    }

    pub(super) fn optional_text(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    pub(super) fn texts<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a String>) {
        self.raw(&u16::try_from(texts.len()).unwrap_or(u16::MAX).to_le_bytes());
        texts.for_each(|text| self.text(text));
    }

    /// Writes the frame and empties it.
    pub(super) fn write(&mut self, kind: Kind, to: &mut impl Write) -> io::Result<()> {
        let length = u32::try_from(self.bytes.len()).ok().filter(|_| self.bytes.len() <= MAX_FRAME_BYTES);
        let length = length.ok_or_else(|| io::Error::other("a frame is too long"))?;
        to.write_all(&[kind.code()])?;
        to.write_all(&length.to_le_bytes())?;
        to.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}

/// Reads frames that together are not longer than a budget.
pub(super) struct Frames<R> {
    source: R,
    budget: u64,
}

impl<R: Read> Frames<R> {
    pub(super) const fn new(source: R, budget: u64) -> Self {
        Self { source, budget }
    }

    /// The next frame. Memory grows with the bytes that arrive, not with the announced length.
    pub(super) fn next(&mut self) -> Result<(Kind, Vec<u8>), DecodeError> {
        let mut header = [0; 5];
        self.source.read_exact(&mut header)?;
        let [code, length @ ..] = header;
        let kind = Kind::ALL.into_iter().find(|kind| kind.code() == code);
        let kind = kind.ok_or(DecodeError::Invalid("unknown frame"))?;
        let length = u64::from(u32::from_le_bytes(length));
        if length > MAX_FRAME_BYTES as u64 {
            return Err(DecodeError::Invalid("a frame is too long"));
        }
        self.budget = self.budget.checked_sub(length).ok_or(DecodeError::Invalid("the output is too long"))?;
        let mut bytes = Vec::new();
        self.source.by_ref().take(length).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < length { Err(DecodeError::Truncated) } else { Ok((kind, bytes)) }
    }
}

/// The values of a frame, in the order in which they were written.
#[derive(Debug)]
pub(super) struct Values<'a> {
    rest: &'a [u8],
}

impl<'a> Values<'a> {
    pub(super) const fn of(frame: &'a [u8]) -> Self {
        Self { rest: frame }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(SHORT)?;
        self.rest = rest;
        Ok(*array)
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn flag(&mut self) -> Result<bool, DecodeError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::Invalid("neither true nor false")),
        }
    }

    pub(super) fn number(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn text(&mut self) -> Result<String, DecodeError> {
        let length = usize::try_from(u32::from_le_bytes(self.array()?)).map_err(|_| SHORT)?;
        let (text, rest) = self.rest.split_at_checked(length).ok_or(SHORT)?;
        self.rest = rest;
        std::str::from_utf8(text).map(str::to_owned).map_err(|_| DecodeError::Invalid("a text is not UTF-8"))
    }

    pub(super) fn optional_text(&mut self) -> Result<Option<String>, DecodeError> {
        if self.flag()? { self.text().map(Some) } else { Ok(None) }
    }

    /// At most `limit` texts.
    pub(super) fn texts(&mut self, limit: usize) -> Result<Vec<String>, DecodeError> {
        let count = usize::from(u16::from_le_bytes(self.array()?));
        if count > limit {
            return Err(DecodeError::Invalid("too many texts"));
        }
        (0..count).map(|_| self.text()).collect()
    }

    /// Fails if something is left.
    pub(super) const fn end(&self) -> Result<(), DecodeError> {
        if self.rest.is_empty() { Ok(()) } else { Err(DecodeError::Invalid("a frame is longer than its values")) }
    }
}

const SHORT: DecodeError = DecodeError::Invalid("a frame is shorter than its values");
