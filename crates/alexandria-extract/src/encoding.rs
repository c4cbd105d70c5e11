//! Decoding bytes to text: by the byte order mark, by what the file declares, as UTF-8, or by detection.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes searched for a declaration (WHATWG HTML §13.2.3.2 says 1,024 too).
const DECLARATION_BYTES: usize = 1024;
/// Bytes given to the detector.
const DETECTION_BYTES: usize = 256 << 10;

/// Decodes a page or an XML file. Invalid bytes become U+FFFD.
pub(crate) fn decode_markup(bytes: &[u8]) -> String {
    decode(bytes, declared(bytes))
}

/// Decodes plain text. Invalid bytes become U+FFFD.
pub(crate) fn decode_plain(bytes: &[u8]) -> String {
    decode(bytes, None)
}

fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0.into_owned();
    }
    // Valid UTF-8 is no accident, whatever the file declares.
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        return text.to_owned();
    }
    // What declares to be UTF-8 and is not has the encoding of the program that wrote it.
    let declared = declared.filter(|declared| *declared != UTF_8);
    let encoding = utf_16(bytes).or(declared).unwrap_or_else(|| detect(bytes));
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-16 without a byte order mark: every other byte of its white space and ASCII letters is zero.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(DECLARATION_BYTES)).unwrap_or_default();
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = sample.len() / 8;
    match () {
        () if odd > many && even < odd / 8 => Some(UTF_16LE),
        () if even > many && odd < even / 8 => Some(UTF_16BE),
        () => None,
    }
}

/// The encoding in `<?xml encoding="…"?>`, `<meta charset="…">` or `<meta content="…; charset=…">`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(DECLARATION_BYTES)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let label = ["encoding=", "charset="].iter().find_map(|key| {
        let (_, value) = head.split_once(key)?;
        let value = value.trim_start_matches(['"', '\'', ' ']);
        value.split(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).next()
    })?;
    Encoding::for_label(label.as_bytes())
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let sample = bytes.get(..bytes.len().min(DETECTION_BYTES)).unwrap_or_default();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let allow = if std::str::from_utf8(sample).is_ok() { Utf8Detection::Allow } else { Utf8Detection::Deny };
    // A few invalid bytes in text that is otherwise UTF-8 are damage, not another encoding.
    let broken = sample.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let valid = sample.utf8_chunks().flat_map(|chunk| chunk.valid().chars()).filter(|c| !c.is_ascii()).count();
    if valid > broken * 4 { UTF_8 } else { detector.guess(None, allow) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        assert_eq!(decode_markup(bytes), expect, "{bytes:?}");
    }

    #[test]
    fn decode_follows_byte_order_marks_and_declarations() {
        check(b"\xef\xbb\xbfcaf\xc3\xa9", "café");
        check(b"\xff\xfeh\0i\0", "hi");
        check(b"\xfe\xff\0h\0i", "hi");
        check(b"<?xml version='1.0' encoding='iso-8859-2'?>\xb3", "<?xml version='1.0' encoding='iso-8859-2'?>ł");
        check(b"<meta charset=windows-1251>\xcc\xe8\xf0", "<meta charset=windows-1251>Мир");
        check("<?xml encoding='latin1'?>é".as_bytes(), "<?xml encoding='latin1'?>é");
        check(b"<meta charset=nonsense>plain", "<meta charset=nonsense>plain");
    }

    #[test]
    fn decode_detects_undeclared_encodings() {
        let wide: Vec<u8> = "A wide text".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&wide, "A wide text");
        let russian = encoding_rs::WINDOWS_1251.encode("Все счастливые семьи похожи друг на друга").0.into_owned();
        check(&russian, "Все счастливые семьи похожи друг на друга");
        let french = encoding_rs::WINDOWS_1252.encode("déjà vu à l’été, où naît la forêt").0.into_owned();
        check(&french, "déjà vu à l’été, où naît la forêt");
        check(b"caf\xc3\xa9 na\xc3\xafve \xc3\xa9t\xc3\xa9 \xc3\xa0 l\xff", "café naïve été à l\u{fffd}");
        check(b"", "");
    }

    proptest::proptest! {
        /// Property: decoding never fails, and valid UTF-8 without zero bytes is unchanged.
        #[test]
        fn decode_accepts_any_bytes(bytes: Vec<u8>, text in "[^\0\u{feff}]{0,80}") {
            decode_plain(&bytes);
            proptest::prop_assert_eq!(decode_plain(text.as_bytes()), text);
        }
    }
}
