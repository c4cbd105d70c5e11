//! A range of a file that reads like a file of its own.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// `length` bytes of a file from `start` on.
#[derive(Debug)]
pub(super) struct FileSlice<'a> {
    file: &'a File,
    start: u64,
    length: u64,
    position: u64,
}

impl<'a> FileSlice<'a> {
    pub(super) fn new(file: &'a File, start: u64, length: u64) -> Self {
        Self { file, start, length, position: 0 }
    }
}

impl Read for FileSlice<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.position);
        self.file.seek(SeekFrom::Start(self.start.saturating_add(self.position)))?;
        let read = self.file.take(left).read(buffer)?;
        self.position = self.position.saturating_add(read as u64);
        Ok(read)
    }
}

impl Seek for FileSlice<'_> {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
