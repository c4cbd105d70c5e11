//! Characters, from bytes in several encodings and from `\u`.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::charset::Charset;
use crate::symbol;

/// Collects the characters of a run.
#[derive(Debug)]
pub(super) struct TextDecoder {
    /// Encoding of the document.
    pub(super) encoding: &'static Encoding,
    bytes: Vec<u8>,
    text: String,
    /// The first half of a character in UTF-16.
    high: Option<u16>,
    /// Characters to skip, which stand for one of Unicode in older programs.
    skip: usize,
}

impl TextDecoder {
    pub(super) fn new() -> Self {
        Self { encoding: WINDOWS_1252, bytes: Vec::new(), text: String::new(), high: None, skip: 0 }
    }

    /// Whether a character stands for one that was there already.
    pub(super) const fn skips(&mut self) -> bool {
        let skips = self.skip > 0;
        self.skip = self.skip.saturating_sub(1);
        skips
    }

    /// Nothing more stands for the last character.
    pub(super) const fn end_skip(&mut self) {
        self.skip = 0;
    }

    pub(super) fn byte(&mut self, byte: u8) {
        if !self.skips() {
            self.bytes.push(byte);
        }
    }

    /// A unit of UTF-16 as a signed number, and how many characters stand for it.
    pub(super) fn unicode(&mut self, number: i32, skip: usize, charset: Charset) {
        self.decode(charset);
        self.skip = skip;
        let unit = u16::try_from(number.rem_euclid(0x1_0000)).unwrap_or_default();
        match (self.high.take(), unit) {
            (_, 0xd800..=0xdbff) => self.high = Some(unit),
            (Some(high), 0xdc00..=0xdfff) => {
                self.text.extend(char::decode_utf16([high, unit]).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
            (_, 0xf000..=0xf0ff) => {
                let symbol = symbol::to_unicode("symbol", u32::from(unit)).filter(|_| charset == Charset::Symbol);
                self.text.extend(symbol.or(char::from_u32(u32::from(unit))));
            }
            (_, unit) => self.text.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }

    pub(super) fn char(&mut self, c: char, charset: Charset) {
        if !self.skips() {
            self.decode(charset);
            self.text.push(c);
        }
    }

    fn decode(&mut self, charset: Charset) {
        if self.bytes.is_empty() {
            return;
        }
        let encoding = match charset {
            Charset::Symbol => {
                let text = self.bytes.iter().filter_map(|byte| symbol::to_unicode("symbol", u32::from(*byte)));
                self.text.extend(text);
                self.bytes.clear();
                return;
            }
            Charset::Document => self.encoding,
            Charset::Encoding(encoding) => encoding,
        };
        self.text.push_str(&encoding.decode_without_bom_handling(&self.bytes).0);
        self.bytes.clear();
    }

    /// The characters collected.
    pub(super) fn take(&mut self, charset: Charset) -> String {
        self.decode(charset);
        std::mem::take(&mut self.text)
    }

    /// Whether there are any.
    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.text.is_empty()
    }
}
