//! The pictures of a book, which are texts in its XML: taken out before it is parsed, because they are most of it.

use std::collections::HashMap;

use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};

/// Maximum length of the start tag of a picture, in bytes.
const MAX_TAG_BYTES: usize = 1 << 10;
const START: &[u8] = b"<binary";
const END: &[u8] = b"</binary";

/// The pictures, by their ids in the book.
#[derive(Debug, Default)]
pub(super) struct Binaries {
    numbers: HashMap<String, usize>,
    /// In base64.
    contents: Vec<Vec<u8>>,
}

impl Binaries {
    /// The number of the picture that a reference (`#id`) leads to.
    pub(super) fn number_of(&self, reference: &str) -> Option<usize> {
        self.numbers.get(reference.trim().strip_prefix('#')?).copied()
    }

    pub(super) fn into_contents(self) -> Vec<Vec<u8>> {
        self.contents
    }
}

/// The book without its pictures, and the pictures. A book in UTF-16 keeps them, and loses them when it is parsed.
pub(super) fn separate(bytes: &[u8], guard: &Guard) -> Result<(Vec<u8>, Binaries), ExtractError> {
    let limit = guard.limits.markup_bytes;
    let mut binaries = Binaries::default();
    let mut markup = Vec::new();
    let mut rest = bytes;
    while let Some(start) = find(rest, START) {
        guard.check_time()?;
        let (before, tag) = rest.split_at(start);
        let head = tag.get(..tag.len().min(MAX_TAG_BYTES)).unwrap_or_default();
        let Some(content_start) = find(head, b">") else { break };
        markup.extend_from_slice(before);
        let (tag, content) = tag.split_at(content_start + 1);
        // A picture that does not end reaches to the end of the file.
        let length = find(content, END).unwrap_or(content.len());
        let (content, after) = content.split_at(length);
        within(content.len() / 4 * 3, LimitKind::EntryBytes, guard.limits.entry_bytes)?;
        within(binaries.contents.len(), LimitKind::ArchiveEntries, guard.limits.archive_entries)?;
        if let Some(id) = id_of(tag) {
            binaries.numbers.entry(id).or_insert(binaries.contents.len());
            binaries.contents.push(content.to_vec());
        }
        // The end tag stays, and closes nothing.
        rest = after;
        within(markup.len(), LimitKind::MarkupBytes, limit)?;
    }
    markup.extend_from_slice(rest);
    within(markup.len(), LimitKind::MarkupBytes, limit)?;
    Ok((markup, binaries))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The `id` in a start tag.
fn id_of(tag: &[u8]) -> Option<String> {
    let tag = String::from_utf8_lossy(tag);
    let (_, value) = tag.split_once("id=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (id, _) = value.get(1..)?.split_once(quote)?;
    Some(id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn separate_takes_pictures_out_of_the_markup() {
        let check = |book: &str, markup: &str, picture: Option<&str>| {
            let guard = Guard::start(&Limits::default());
            let (found, binaries) = separate(book.as_bytes(), &guard).expect("no limit");
            assert_eq!(String::from_utf8_lossy(&found), markup, "{book}");
            let content = binaries.number_of("#a").map(|number| binaries.contents[number].as_slice());
            assert_eq!(content, picture.map(str::as_bytes), "{book}");
        };
        check("<p/><binary content-type='image/png' id=\"a\">QQ==</binary><x/>", "<p/></binary><x/>", Some("QQ=="));
        check("<binary id='a'>QQ", "", Some("QQ"));
        check("<binary>QQ</binary>", "</binary>", None);
        check("<binary id='b'>QQ</binary>", "</binary>", None);
        check("<binary id='a'", "<binary id='a'", None);
        check("", "", None);
    }
}
