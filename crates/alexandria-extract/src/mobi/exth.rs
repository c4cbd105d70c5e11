//! The extended header: metadata as a list of typed values. The types are those that kindlegen and calibre write.

use alexandria_domain::{Identifier, Metadata};
use encoding_rs::Encoding;

use super::bytes::{base_32, u32_at, usize_at};
use crate::language;
use crate::limits::Guard;
use crate::metadata_field;

/// Bytes of the header before its values.
const HEADER_BYTES: usize = 12;
/// Bytes of type and length before each value.
const VALUE_HEADER_BYTES: usize = 8;

/// The values that are used.
#[derive(Debug, Default)]
pub(super) struct Exth {
    /// The title is empty if there is none here.
    pub(super) metadata: Metadata,
    /// In a file that holds two books, the record with the header of the second one (type 121).
    pub(super) boundary: Option<usize>,
    /// Number of the cover among the resources, from 0.
    pub(super) cover: Option<usize>,
    /// Pages with a fixed layout.
    pub(super) fixed: bool,
}

/// Reads the header at the start of `bytes`. What is damaged is left out.
pub(super) fn read(bytes: &[u8], encoding: &'static Encoding, guard: &Guard) -> Exth {
    let mut exth = Exth::default();
    if !bytes.starts_with(b"EXTH") {
        return exth;
    }
    let count = usize_at(bytes, 8).unwrap_or(0);
    let mut at = HEADER_BYTES;
    for _ in 0..count {
        let (Some(kind), Some(length)) = (u32_at(bytes, at), usize_at(bytes, at + 4)) else { break };
        let end = at.saturating_add(length);
        // Each value is at least as long as its own header, so the loop ends with the bytes.
        let Some(value) = bytes.get(at + VALUE_HEADER_BYTES..end) else { break };
        exth.add(kind, value, encoding, guard);
        at = end;
    }
    exth
}

impl Exth {
    fn add(&mut self, kind: u32, value: &[u8], encoding: &'static Encoding, guard: &Guard) {
        let number = || usize_at(value, 0).filter(|number| *number != u32::MAX as usize);
        match kind {
            121 => self.boundary = number(),
            201 => self.cover = self.cover.or_else(number),
            _ => {
                let text = encoding.decode_without_bom_handling(value).0;
                self.add_text(kind, text.trim_matches('\0'), guard);
            }
        }
    }

    fn add_text(&mut self, kind: u32, text: &str, guard: &Guard) {
        let metadata = &mut self.metadata;
        if kind == 103 {
            metadata.description = metadata_field::description(text, guard);
            return;
        }
        let Some(value) = metadata_field::value(text) else { return };
        match kind {
            100 => metadata_field::extend(&mut metadata.authors, std::iter::once(value)),
            101 => metadata.publisher = Some(value),
            104 if metadata.identifiers.len() < metadata_field::MAX_VALUES => {
                metadata.identifiers.push(Identifier { scheme: "isbn".to_owned(), value });
            }
            105 => {
                let subjects = value.split(';').filter_map(metadata_field::value);
                metadata_field::extend(&mut metadata.subjects, subjects);
            }
            106 => metadata.published = Some(value),
            122 => self.fixed = value.eq_ignore_ascii_case("true"),
            // `kindle:embed:000A`, counted from 1.
            129 => self.cover = value.rsplit(':').next().and_then(base_32).and_then(|number| number.checked_sub(1)),
            503 => metadata.title = value,
            524 => metadata.language = language::normalise(&value).unwrap_or_default(),
            527 => metadata.right_to_left = value.eq_ignore_ascii_case("rtl"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn exth(values: &[(u32, &[u8])]) -> Vec<u8> {
        let mut bytes = [b"EXTH", &[0; 4][..], &u32::try_from(values.len()).unwrap().to_be_bytes()].concat();
        for (kind, value) in values {
            bytes.extend(kind.to_be_bytes());
            bytes.extend(u32::try_from(value.len() + 8).unwrap().to_be_bytes());
            bytes.extend(*value);
        }
        bytes
    }

    fn check(bytes: &[u8]) -> Exth {
        read(bytes, encoding_rs::UTF_8, &Guard::start(&Limits::default()))
    }

    #[test]
    fn exth_values_become_metadata() {
        let bytes = exth(&[
            (100, "Niccolò Machiavelli".as_bytes()),
            (100, b"W. K. Marriott"),
            (105, b"Politics; Princes"),
            (503, b"The Prince"),
            (524, b"en-GB"),
            (527, b"rtl"),
            (121, &[0, 0, 1, 0]),
            (201, &[0, 0, 0, 2]),
            (103, b"<p>A <b>book</b></p>"),
        ]);
        let exth = check(&bytes);
        assert_eq!(exth.metadata.authors, ["Niccolò Machiavelli", "W. K. Marriott"]);
        assert_eq!(exth.metadata.subjects, ["Politics", "Princes"]);
        assert_eq!((exth.metadata.title.as_str(), exth.metadata.language.as_str()), ("The Prince", "en-gb"));
        assert_eq!(exth.metadata.description.as_deref(), Some("A book"));
        assert!(exth.metadata.right_to_left);
        assert_eq!((exth.boundary, exth.cover), (Some(256), Some(2)));
        assert_eq!(check(&exth_with_cover_address()).cover, Some(31));
    }

    fn exth_with_cover_address() -> Vec<u8> {
        exth(&[(129, b"kindle:embed:0010")])
    }

    #[test]
    fn damaged_exth_keeps_what_comes_before_the_damage() {
        let mut bytes = exth(&[(503, b"The Prince"), (101, b"Publisher")]);
        bytes.truncate(bytes.len() - 3);
        let exth = check(&bytes);
        assert_eq!((exth.metadata.title.as_str(), exth.metadata.publisher), ("The Prince", None));
        // A value that claims to be shorter than its header.
        let mut short = exth_with_cover_address();
        short[16..20].fill(0);
        assert_eq!(check(&short).cover, None);
        assert_eq!(check(b"").cover, None);
    }
}
