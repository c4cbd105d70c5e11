//! Rendered pages without a window: their text, and whether a search result opens at its quote.
//!
//! The parser of tags is only good enough for the library's own pages, which are well-formed.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use alexandria_library::domain::{PublicationId, quote};
use alexandria_library::{Hit, Library};

/// Maximum difference between progression and position on the page, as a fraction of the section: only one of them counts
/// white space.
const MAX_DEVIATION: f64 = 0.1;

/// The text of a section's page, without marked elements.
///
/// # Panics
/// If there is no such page.
pub async fn page_text(library: &Library, publication: PublicationId, href: &str) -> String {
    visible(&library.page(publication, href, "book://localhost/x").await.unwrap().html)
}

/// The significant characters of a text in lower case.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| quote::is_significant(*c)).flat_map(char::to_lowercase).collect()
}

/// Opens the publication of a hit and the page of its locator. The page must have the quote with its context, about at the
/// locator's progression.
///
/// # Panics
/// If it does not.
pub async fn assert_opens(library: &Library, hit: &Hit) {
    let locator = &hit.locator;
    let reading = library.open_publication(hit.publication).await.unwrap();
    assert!(reading.sections.iter().any(|section| section.extent.href == locator.href), "no such section: {locator:?}");
    let text = page_text(library, hit.publication, &locator.href).await;
    let found = quote::find(&text, &locator.text, locator.progression);
    assert!(found.is_some(), "the page does not have this quote, in {}: {locator:?}", reading.title);
    let found = found.unwrap();
    let before = folded(text.get(..found.start).unwrap());
    let after = folded(text.get(found.end..).unwrap());
    let words = folded(text.get(found).unwrap());
    assert_eq!(words, folded(&locator.text.highlight), "{locator:?}");
    assert!(before.ends_with(&folded(&locator.text.before)), "other text before it: {locator:?}");
    assert!(after.starts_with(&folded(&locator.text.after)), "other text after it: {locator:?}");
    let [before, all] = [before.len(), before.len() + words.len() + after.len()].map(|length| length as f64);
    assert!((before / all - locator.progression).abs() < MAX_DEVIATION, "it is at {before} of {all}: {locator:?}");
}

/// Text between tags, outside the head and marked elements.
fn visible(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut text = String::new();
    // The name of the marked element, and how many of that name are open.
    let mut skipping: Option<(&str, u32)> = None;
    for part in body.split('<') {
        let Some((tag, words)) = part.split_once('>') else { continue };
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
    // `&amp;` last, so that `&amp;lt;` does not become a bracket.
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_text_excludes_head_and_marked_elements() {
        let check = |html: &str, expect: &str| assert_eq!(visible(html), expect, "{html}");
        check("<head><title>no</title></head><body class=\"a\">one <b>two</b> three</body>", "one two three");
        check("<body><p>one<span data-alx-skip=\"\">no<span>no</span>no</span> two</p></body>", "one two");
        check("<body>one<img data-alx-skip=\"\"/> two<span data-alx-skip=\"\">no<span/>no</span></body>", "one two");
        check("<body><p>a &lt; b &amp;lt; c &gt; d</p></body>", "a < b &lt; c > d");
    }
}
