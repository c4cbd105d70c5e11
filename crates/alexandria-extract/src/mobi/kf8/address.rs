//! Addresses inside a KF8 book, after their scheme: `embed:0001?mime=image/jpeg`, `flow:0002?mime=text/css`,
//! `pos:fid:0001:off:00000003V`. Numbers are in base 32.

use std::ops::Range;

use super::super::bytes::{base_32, usize_at};

/// Bytes after a position in which the next named element is taken for its target.
const MAX_AFTER: usize = 1024;
/// Bytes before it in which the last named element is, if there is none after it.
const MAX_BEFORE: usize = 4096;

/// What an address refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A picture, counted from 0.
    Picture(usize),
    /// A flow with styles.
    StyleSheet(usize),
    /// A flow with a drawing.
    Drawing(usize),
    /// An offset in a fragment.
    Position { fragment: usize, offset: usize },
}

/// Reads an address.
pub(super) fn address_of(address: &str) -> Option<Address> {
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let mut fields = address.split(':');
    match (fields.next()?, fields.next()?, fields.next(), fields.next()) {
        ("embed", number, None, None) => Some(Address::Picture(base_32(number)?.checked_sub(1)?)),
        ("flow", number, None, None) if query.contains("svg") => Some(Address::Drawing(base_32(number)?)),
        ("flow", number, None, None) => Some(Address::StyleSheet(base_32(number)?)),
        ("pos", "fid", Some(fragment), Some("off")) => {
            Some(Address::Position { fragment: base_32(fragment)?, offset: base_32(fields.next()?)? })
        }
        _ => None,
    }
}

/// The ranges that a record of flows lists.
pub(super) fn ranges(record: &[u8]) -> Option<Vec<Range<usize>>> {
    let (start, count) = (usize_at(record, 4)?, usize_at(record, 8)?);
    let pairs = record.get(start..)?.chunks_exact(8).take(count);
    pairs.map(|pair| Some(usize_at(pair, 0)?..usize_at(pair, 4)?)).collect()
}

/// The name of the element at an offset: of the tag there or the next one with a name, or else of the last one before.
pub(super) fn name_near(markup: &[u8], offset: usize) -> Option<String> {
    let before = markup.get(..offset)?;
    // A position inside of a tag means that tag.
    let tag = before.iter().rposition(|byte| matches!(byte, b'<' | b'>')).filter(|at| before.get(*at) == Some(&b'<'));
    let start = tag.unwrap_or(offset);
    let after = markup.get(start..markup.len().min(start.saturating_add(MAX_AFTER)))?;
    let recent = markup.get(start.saturating_sub(MAX_BEFORE)..start)?;
    names(after).next().or_else(|| names(recent).last())
}

/// The values of attributes `id` and `name`.
fn names(markup: &[u8]) -> impl Iterator<Item = String> {
    markup.split(|byte| *byte == b'<').skip(1).filter_map(|tag| {
        let tag = tag.split(|byte| *byte == b'>').next()?;
        ["id", "name"].iter().find_map(|name| attribute(tag, name))
    })
}

fn attribute(tag: &[u8], name: &str) -> Option<String> {
    [b'"', b'\''].iter().find_map(|quote| {
        let start = [b" ", name.as_bytes(), b"=", &[*quote]].concat();
        let at = super::super::bytes::find(tag, &start, 0)? + start.len();
        let value = tag.get(at..)?.split(|byte| byte == quote).next()?;
        let value = std::str::from_utf8(value).ok()?;
        (!value.is_empty() && !value.contains(char::is_whitespace)).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_of_reads_each_kind() {
        let check = |address: &str, expect: Option<Address>| assert_eq!(address_of(address), expect, "{address}");
        check("embed:000A?mime=image/jpeg", Some(Address::Picture(9)));
        check("flow:0002?mime=text/css", Some(Address::StyleSheet(2)));
        check("flow:0003?mime=image/svg+xml", Some(Address::Drawing(3)));
        check("pos:fid:0010:off:000000000V", Some(Address::Position { fragment: 32, offset: 31 }));
        check("embed:0000", None);
        check("pos:fid:0010", None);
        check("pos:fid:0010:off", None);
        check("embed:../../etc", None);
        check("", None);
    }

    #[test]
    fn name_near_prefers_the_tag_at_the_position() {
        let markup = br#"<p id="before">x</p><p>y</p><h2 class="c" id='here'>z</h2>"#;
        let check = |offset: usize, expect: Option<&str>| {
            assert_eq!(name_near(markup, offset).as_deref(), expect, "{offset}");
        };
        check(0, Some("before"));
        check(5, Some("before"));
        check(20, Some("here"));
        check(30, Some("here"));
        check(markup.len() - 2, Some("here"));
        check(markup.len() + 1, None);
        assert_eq!(name_near(b"<p>no name</p>", 3), None);
    }

    #[test]
    fn ranges_are_pairs() {
        let record = [
            &b"FDST"[..],
            &12_u32.to_be_bytes(),
            &2_u32.to_be_bytes(),
            &[0, 0, 0, 0, 0, 0, 0, 9],
            &[0, 0, 0, 9, 0, 0, 0, 12],
        ];
        assert_eq!(ranges(&record.concat()), Some(vec![0..9, 9..12]));
        assert_eq!(ranges(b"FDST"), None);
    }
}
