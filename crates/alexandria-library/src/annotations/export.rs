//! Annotations as text that other programs read.
//!
//! What is exported is plaintext: whoever asks for it says where it goes.

mod anki;
mod csv;
mod html;
mod json;
mod markdown;
mod parts;

use super::list::AnnotatedBook;

/// A form of exported annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Markdown with a heading for each book.
    Markdown,
    /// Markdown for Obsidian: front matter, callouts and block ids.
    Obsidian,
    /// The columns that Readwise imports.
    Csv,
    /// A web page.
    Html,
    /// Cards for Anki.
    Anki,
    /// W3C Web Annotations in the profile of Readium, one set.
    JsonLd,
}

/// Writes annotations of books.
#[must_use]
pub fn export(books: &[AnnotatedBook], format: ExportFormat) -> String {
    match format {
        ExportFormat::Markdown => books.iter().map(markdown::plain).collect::<Vec<_>>().join("\n"),
        ExportFormat::Obsidian => books.iter().map(markdown::obsidian).collect::<Vec<_>>().join("\n"),
        ExportFormat::Csv => csv::readwise(books),
        ExportFormat::Html => html::page(books),
        ExportFormat::Anki => anki::cards(books),
        ExportFormat::JsonLd => json::annotation_set(books),
    }
}
