//! The pages of a book as a reader sees them, without a window: their text, and whether a hit opens at its words there.
//!
//! Tags are read just well enough for the pages that the library makes, which are well-formed.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use alexandria_library::domain::{PublicationId, quote};
use alexandria_library::{Hit, Library};

/// How far from its place a quote may stand, as a part of the section. White space counts in the one place and not in
/// the other.
const STRAY: f64 = 0.1;

/// The text of a section's page: what is shown, but for what is marked as no text.
///
/// # Panics
/// When there is no such page.
pub async fn page_text(library: &Library, publication: PublicationId, href: &str) -> String {
    visible(&library.page(publication, href, "book://localhost/x").await.unwrap().html)
}

/// The significant characters of a text in lower case.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| quote::is_significant(*c)).flat_map(char::to_lowercase).collect()
}

/// Opens the publication of a hit anew, and the page that its locator names. There the words have to stand that it
/// quotes, between the others that it quotes, and about where it says.
///
/// # Panics
/// When they do not.
pub async fn assert_opens(library: &Library, hit: &Hit) {
    let place = &hit.locator;
    let reading = library.open_publication(hit.publication).await.unwrap();
    assert!(reading.sections.iter().any(|section| section.extent.href == place.href), "no section has this: {place:?}");
    let text = page_text(library, hit.publication, &place.href).await;
    let found = quote::find(&text, &place.text, place.progression);
    assert!(found.is_some(), "in {}, the page does not have these words: {place:?}", reading.title);
    let found = found.unwrap();
    let before = folded(text.get(..found.start).unwrap());
    let after = folded(text.get(found.end..).unwrap());
    let words = folded(text.get(found).unwrap());
    assert_eq!(words, folded(&place.text.highlight), "{place:?}");
    assert!(before.ends_with(&folded(&place.text.before)), "other words stand before it: {place:?}");
    assert!(after.starts_with(&folded(&place.text.after)), "other words stand after it: {place:?}");
    let [before, all] = [before.len(), before.len() + words.len() + after.len()].map(|length| length as f64);
    assert!((before / all - place.progression).abs() < STRAY, "it stands at {before} of {all}: {place:?}");
}

/// Text between tags, outside the head and outside of what is marked as no text.
fn visible(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut text = String::new();
    // The name of the element that is marked, and how many of that name are open.
    let mut skipping: Option<(&str, u32)> = None;
    for piece in body.split('<') {
        let Some((tag, words)) = piece.split_once('>') else { continue };
        let (closes, is_empty) = (tag.starts_with('/'), tag.ends_with('/'));
        let name = tag.trim_start_matches('/').split(|c: char| c.is_whitespace() || c == '/').next();
        let name = name.unwrap_or_default();
        skipping = match skipping {
            Some((open, depth)) if open == name && closes => (depth > 1).then(|| (open, depth - 1)),
            Some((open, depth)) if open == name && !is_empty => Some((open, depth + 1)),
            None if tag.contains("data-alx-skip") && !closes && !is_empty => Some((name, 1)),
            other => other,
        };
        if skipping.is_none() {
            text.push_str(words);
        }
    }
    // The last first: what was written as `&amp;lt;` is no bracket.
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_and_not_marked_is_text() {
        let check = |html: &str, expect: &str| assert_eq!(visible(html), expect, "{html}");
        check("<head><title>no</title></head><body class=\"a\">one <b>two</b> three</body>", "one two three");
        check("<body><p>one<span data-alx-skip=\"\">no<span>no</span>no</span> two</p></body>", "one two");
        check("<body>one<img data-alx-skip=\"\"/> two<span data-alx-skip=\"\">no<span/>no</span></body>", "one two");
        check("<body><p>a &lt; b &amp;lt; c &gt; d</p></body>", "a < b &lt; c > d");
    }
}
