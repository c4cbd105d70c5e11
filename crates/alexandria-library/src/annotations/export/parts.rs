//! What every form of export says about an annotation.

use alexandria_domain::Annotation;

/// The note, and other versions of it.
pub(super) fn notes(annotation: &Annotation) -> impl Iterator<Item = &str> {
    let all = std::iter::once(&annotation.note).chain(&annotation.other_notes);
    all.map(String::as_str).filter(|note| !note.trim().is_empty())
}

/// The label of the chapter, or the position in the book.
pub(super) fn place(annotation: &Annotation) -> String {
    let place = annotation.anchor.title.as_deref().map(one_line);
    place.filter(|place| !place.is_empty()).unwrap_or_else(|| format!("Position {}", annotation.anchor.position))
}

/// Text with single spaces and without line breaks.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A tag as one word.
pub(super) fn one_word(tag: &str) -> String {
    tag.replace(char::is_whitespace, "-")
}

/// Text in HTML, where it may also be the value of an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Text in HTML, with its line breaks.
pub(super) fn escaped_lines(text: &str) -> String {
    text.trim().lines().map(escaped).collect::<Vec<_>>().join("<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trap of the research table: words of a book or a note are never markup of the page that is exported.
    #[test]
    fn words_are_no_markup() {
        let check = |text: &str, expect: &str| assert_eq!(escaped_lines(text), expect);
        check("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;");
        check("a \"b\" & 'c'\n<br>", "a &quot;b&quot; &amp; &#39;c&#39;<br>&lt;br&gt;");
    }
}
