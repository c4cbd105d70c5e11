//! Annotations as Markdown.

use std::fmt::Write as _;

use alexandria_domain::{Annotation, AnnotationKind};

use super::parts::{notes, one_line, one_word, place};
use crate::address::BookAddress;
use crate::annotations::list::AnnotatedBook;

/// A heading, then quotes with the notes below them.
pub(super) fn plain(book: &AnnotatedBook) -> String {
    let mut text = format!("# {}\n", one_line(&book.title));
    if !book.authors.is_empty() {
        push(&mut text, &format!("\n{}\n", one_line(&book.authors.join(", "))));
    }
    for annotation in &book.annotations {
        push(&mut text, &heading(annotation));
        push(&mut text, &quoted(&annotation.anchor.text.highlight, ""));
        for note in notes(annotation) {
            push(&mut text, &format!("\n{}\n", note.trim()));
        }
        if !annotation.tags.is_empty() {
            push(&mut text, &format!("\nTags: {}\n", tags(annotation, "").join(", ")));
        }
        push(&mut text, &format!("\n[Open]({})\n", BookAddress::of(annotation)));
    }
    text
}

/// Front matter, then a callout for each annotation, with a block id to link to.
pub(super) fn obsidian(book: &AnnotatedBook) -> String {
    let mut text = format!("---\ntitle: {}\nauthors:\n", yaml(&book.title));
    for author in &book.authors {
        push(&mut text, &format!("  - {}\n", yaml(author)));
    }
    push(&mut text, &format!("publication: {}\n---\n", book.publication));
    for annotation in &book.annotations {
        push(&mut text, &heading(annotation));
        push(
            &mut text,
            &format!("\n> [!quote] {} · [open]({})\n", annotation.colour.name(), BookAddress::of(annotation)),
        );
        push(&mut text, &quoted(&annotation.anchor.text.highlight, ""));
        for note in notes(annotation) {
            push(&mut text, &quoted(note.trim(), "\n>"));
        }
        if !annotation.tags.is_empty() {
            push(&mut text, &format!(">\n> {}\n", tags(annotation, "#").join(" ")));
        }
        push(&mut text, &format!("\n^a-{}\n", annotation.id));
    }
    text
}

/// A chapter's label before an annotation in it, if the place has one.
fn heading(annotation: &Annotation) -> String {
    let place = place(annotation);
    match annotation.kind {
        AnnotationKind::Bookmark => format!("\n## {place} (bookmark)\n"),
        _ => format!("\n## {place}\n"),
    }
}

/// A block quote.
fn quoted(text: &str, before: &str) -> String {
    let mut quoted = before.trim_start_matches('\n').to_owned();
    if !quoted.is_empty() {
        quoted.push('\n');
    }
    for line in text.lines() {
        push(&mut quoted, &format!("> {}\n", line.trim_end()));
    }
    quoted
}

/// Tags in a form that is one word if it begins with `#`.
fn tags(annotation: &Annotation, prefix: &str) -> Vec<String> {
    let word = |tag: &String| if prefix.is_empty() { tag.clone() } else { one_word(tag) };
    annotation.tags.iter().map(|tag| format!("{prefix}{}", word(tag))).collect()
}

/// A string of YAML, which is one of JSON.
fn yaml(text: &str) -> String {
    serde_json::Value::from(one_line(text)).to_string()
}

fn push(text: &mut String, more: &str) {
    // Writing to a string cannot fail.
    let _infallible = text.write_str(more);
}
