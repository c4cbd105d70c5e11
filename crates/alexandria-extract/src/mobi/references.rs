//! References in the markup, rewritten before it is parsed: what Kindle books have instead of paths and anchors.
//!
//! Only tags are changed, never the text between them.

use std::collections::BTreeSet;

use super::bytes::find;
use crate::picture;

/// A tag of markup, without its brackets, or what is between two tags.
enum Part<'a> {
    Tag(&'a [u8]),
    Between(&'a [u8]),
}

/// Markup in parts. A tag that does not end is text.
fn parts(markup: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut rest = markup;
    std::iter::from_fn(move || {
        let (part, after) = match rest.split_first()? {
            (b'<', tail) => match tail.iter().position(|byte| *byte == b'>') {
                Some(end) => (Part::Tag(tail.get(..end)?), tail.get(end + 1..)?),
                None => (Part::Between(rest), &[][..]),
            },
            _ => {
                let end = rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
                (Part::Between(rest.get(..end)?), rest.get(end..)?)
            }
        };
        rest = after;
        Some(part)
    })
}

/// Writes markup again with changed tags.
fn rewrite(markup: &[u8], change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(markup.len() + markup.len() / 16);
    for part in parts(markup) {
        match part {
            Part::Between(text) => out.extend_from_slice(text),
            Part::Tag(tag) => {
                out.push(b'<');
                out.extend(change(tag));
                out.push(b'>');
            }
        }
    }
    out
}

/// Addresses of KF8 as paths, which have no scheme: `kindle:embed:0001` becomes `kindle/embed:0001`.
pub(super) fn kindle_addresses(markup: &[u8]) -> Vec<u8> {
    rewrite(markup, |tag| replace(&replace(tag, b"\"kindle:", b"\"kindle/"), b"'kindle:", b"'kindle/"))
}

/// References of MOBI 6: the number of a picture becomes its address, and an offset an anchor.
pub(super) fn offsets_and_pictures(markup: &[u8]) -> Vec<u8> {
    rewrite(markup, |tag| {
        let (picture, offset) = (number_in(tag, b"recindex="), number_in(tag, b"filepos="));
        let (found, attribute) = match (picture, offset) {
            // Pictures are counted from 1.
            (Some(picture), _) => {
                let address = picture.value.checked_sub(1).map(picture::href).unwrap_or_default();
                (picture.range, format!("src=\"{address}\""))
            }
            (None, Some(offset)) => (offset.range, format!("href=\"#{}\"", anchor(offset.value))),
            (None, None) => return tag.to_vec(),
        };
        let (before, after) = (tag.get(..found.start), tag.get(found.end..));
        [before.unwrap_or_default(), attribute.as_bytes(), after.unwrap_or_default()].concat()
    })
}

/// Every offset that the markup refers to.
pub(super) fn offsets(markup: &[u8]) -> BTreeSet<usize> {
    let tag = |part| match part {
        Part::Tag(tag) => number_in(tag, b"filepos=").map(|found| found.value),
        Part::Between(_) => None,
    };
    parts(markup).filter_map(tag).collect()
}

/// Puts an anchor at each offset; at the beginning of the tag that an offset is in.
pub(super) fn with_anchors(markup: &[u8], offsets: &BTreeSet<usize>) -> Vec<u8> {
    let mut out = Vec::with_capacity(markup.len() + offsets.len() * 32);
    let (mut wanted, mut start) = (offsets.iter().copied().peekable(), 0);
    for part in parts(markup) {
        let (length, is_tag) = match &part {
            Part::Tag(tag) => (tag.len() + 2, true),
            Part::Between(text) => (text.len(), false),
        };
        let mut copied = 0;
        while let Some(offset) = wanted.next_if(|offset| *offset < start + length) {
            let at = if is_tag { 0 } else { offset - start };
            out.extend(markup.get(start + copied..start + at.max(copied)).unwrap_or_default());
            copied = at.max(copied);
            out.extend(format!("<a id=\"{}\"></a>", anchor(offset)).into_bytes());
        }
        out.extend(markup.get(start + copied..start + length).unwrap_or_default());
        start += length;
    }
    out
}

/// The name of the anchor at an offset.
pub(super) fn anchor(offset: usize) -> String {
    format!("filepos{offset}")
}

/// A number that is the value of an attribute.
struct NumberAttribute {
    /// Name and value in the tag.
    range: std::ops::Range<usize>,
    value: usize,
}

/// The attribute of a tag whose name and equals sign are `name`.
fn number_in(tag: &[u8], name: &[u8]) -> Option<NumberAttribute> {
    let start = find(tag, name, 0).filter(|at| at.checked_sub(1).and_then(|before| tag.get(before)) == Some(&b' '))?;
    let value = tag.get(start + name.len()..)?;
    let quote = usize::from(value.first().is_some_and(|byte| matches!(byte, b'"' | b'\'')));
    let digits: Vec<u8> = value.iter().skip(quote).copied().take_while(u8::is_ascii_digit).take(12).collect();
    let end = (start + name.len() + digits.len() + 2 * quote).min(tag.len());
    Some(NumberAttribute { range: start..end, value: std::str::from_utf8(&digits).ok()?.parse().ok()? })
}

fn replace(bytes: &[u8], wanted: &[u8], with: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(found) = find(bytes, wanted, at) {
        out.extend(bytes.get(at..found).unwrap_or_default());
        out.extend(with);
        at = found + wanted.len();
    }
    out.extend(bytes.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn addresses_become_paths_in_tags_only() {
        let check = |markup: &str, expect: &str| assert_eq!(text(kindle_addresses(markup.as_bytes())), expect);
        check(r#"<img src="kindle:embed:0001?mime=image/png"/>"#, r#"<img src="kindle/embed:0001?mime=image/png"/>"#);
        check("<a href='kindle:pos:fid:0:off:1'>x</a>", "<a href='kindle/pos:fid:0:off:1'>x</a>");
        check(r#"He said "kindle: the fire""#, r#"He said "kindle: the fire""#);
        check("unfinished <a \"kindle:", "unfinished <a \"kindle:");
    }

    #[test]
    fn offsets_become_anchors() {
        let markup = br#"<p><a filepos=0000000052>Go</a> <img recindex="00001"></p><h1>Target</h1>"#;
        assert_eq!(offsets(markup), BTreeSet::from([52]));
        let expect = r##"<p><a href="#filepos52">Go</a> <img src="picture-0"></p><h1>Target</h1>"##;
        assert_eq!(text(offsets_and_pictures(markup)), expect);
        let check = |offset: usize, expect: &str| {
            assert_eq!(text(with_anchors(b"<p>ab</p><i>c</i>", &BTreeSet::from([offset]))), expect);
        };
        check(0, r#"<a id="filepos0"></a><p>ab</p><i>c</i>"#);
        check(4, r#"<p>a<a id="filepos4"></a>b</p><i>c</i>"#);
        // Inside of a tag: before it.
        check(11, r#"<p>ab</p><a id="filepos11"></a><i>c</i>"#);
        check(99, "<p>ab</p><i>c</i>");
    }

    #[test]
    fn offset_may_be_quoted_and_is_an_attribute_of_its_own() {
        let check = |tag: &str, expect: &str| assert_eq!(text(offsets_and_pictures(tag.as_bytes())), expect);
        check("<a filepos='12' class=x>", "<a href=\"#filepos12\" class=x>");
        check("<a data-filepos=12>", "<a data-filepos=12>");
        check("<a filepos=>", "<a filepos=>");
    }
}
