//! Bounds on what is read of an untrusted file.

use std::io::Read;
use std::time::{Duration, Instant};

use crate::error::{ExtractError, LimitKind};

/// Maximum depth of a table of contents; deeper entries are left out.
pub const MAX_TOC_DEPTH: usize = 32;
/// Maximum number of entries of a table of contents.
pub const MAX_TOC_ENTRIES: usize = 50_000;

/// Bounds on one file; one field for each quantity that a hostile file can inflate. The defaults admit every book seen in practice, with an order of magnitude to spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes. Default 512 MiB: comics and picture books reach 200.
    pub file_bytes: u64,
    /// Files in an archive. Default 20,000.
    pub archive_entries: u64,
    /// Sum of the declared sizes of all files of an archive, in bytes. Default 2 GiB.
    pub expanded_bytes: u64,
    /// Unpacked size over packed size of one file over 1 MiB. Default 200; prose reaches 4, repetitive tables 40.
    pub expansion_ratio: u64,
    /// Size in bytes of one file of an archive. Default 256 MiB: a chapter of an audio book.
    pub entry_bytes: u64,
    /// Size in bytes of one page, one package document, one style sheet, or one text file, and of the texts and attributes
    /// of a parsed page: the parser reopens an unclosed element in each paragraph. Default 64 MiB.
    pub markup_bytes: u64,
    /// Nesting depth of elements. Default 1,000; browsers flatten what is deeper than 512.
    pub depth: u64,
    /// Elements and texts of one page, and as many attributes. Default 2 million.
    pub nodes: u64,
    /// Sections of a publication. Default 20,000.
    pub sections: u64,
    /// Blocks of text of a publication. Default 2 million.
    pub blocks: u64,
    /// Size of the text of a publication in bytes. Default 256 MiB; the longest novels reach 10.
    pub text_bytes: u64,
    /// Size of a cover in bytes. Default 32 MiB; a larger cover is left out.
    pub cover_bytes: u64,
    /// Time for one call. Default 60 seconds; the largest novels take a tenth of one.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            file_bytes: 512 * MIB,
            archive_entries: 20_000,
            expanded_bytes: 2048 * MIB,
            expansion_ratio: 200,
            entry_bytes: 256 * MIB,
            markup_bytes: 64 * MIB,
            depth: 1_000,
            nodes: 2_000_000,
            sections: 20_000,
            blocks: 2_000_000,
            text_bytes: 256 * MIB,
            cover_bytes: 32 * MIB,
            time: Duration::from_secs(60),
        }
    }
}

/// The limits of one call, with the time it started.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// The limits.
    pub limits: Limits,
    started: Instant,
}

impl Guard {
    /// Starts the time of a call.
    #[must_use]
    pub fn start(limits: &Limits) -> Self {
        Self { limits: *limits, started: Instant::now() }
    }

    /// Fails once [`Limits::time`] is over. Cheap enough for every few thousand steps of a loop, not for each.
    ///
    /// # Errors
    /// [`ExtractError::Limit`] of [`LimitKind::Milliseconds`].
    pub fn check_time(&self) -> Result<(), ExtractError> {
        if self.started.elapsed() <= self.limits.time {
            return Ok(());
        }
        let limit = u64::try_from(self.limits.time.as_millis()).unwrap_or(u64::MAX);
        Err(ExtractError::Limit { what: LimitKind::Milliseconds, limit })
    }

    /// Reads all of `source`; an error if it is longer than `limit` bytes.
    pub(crate) fn read(&self, source: impl Read, what: LimitKind, limit: u64) -> Result<Vec<u8>, ExtractError> {
        let mut bytes = Vec::new();
        let mut source = source.take(limit.saturating_add(1));
        let mut chunk = vec![0; 64 << 10];
        loop {
            let read = match source.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            bytes.extend_from_slice(chunk.get(..read).unwrap_or_default());
            self.check_time()?;
        }
        within(bytes.len(), what, limit)?;
        Ok(bytes)
    }
}

/// Fails if `count` is over `limit`.
pub(crate) fn within(count: usize, what: LimitKind, limit: u64) -> Result<(), ExtractError> {
    if count as u64 > limit { Err(ExtractError::Limit { what, limit }) } else { Ok(()) }
}
