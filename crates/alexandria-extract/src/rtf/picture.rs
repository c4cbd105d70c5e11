//! Pictures in hexadecimal digits or as bytes.

use crate::picture::Stored;

/// A picture being read.
#[derive(Debug, Default)]
pub(super) struct PictureData {
    /// Whether it is in a format that is kept.
    pub(super) is_kept: bool,
    bytes: Vec<u8>,
    /// The first digit of a byte.
    high: Option<u8>,
}

impl PictureData {
    pub(super) fn digit(&mut self, byte: u8) {
        let Some(digit) = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else { return };
        if !self.is_kept {
            return;
        }
        match self.high.take() {
            Some(high) => self.bytes.push(high << 4 | digit),
            None => self.high = Some(digit),
        }
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        if self.is_kept {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// The picture; `None` if it is not kept, or empty.
    pub(super) fn finish(self) -> Option<Stored> {
        (!self.bytes.is_empty()).then_some(Stored::Bytes(self.bytes))
    }
}
