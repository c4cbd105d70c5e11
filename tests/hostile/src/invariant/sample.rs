//! A book of one page and one style sheet.

use crate::archive::{Entry, archive};

/// Href of the page of a [`Book`].
pub(super) const PAGE: &str = "text/one.xhtml";
/// Href of its style sheet.
pub(super) const STYLE: &str = "text/s.css";

/// The content of the book.
pub(super) struct Book<'a> {
    pub(super) page: &'a [u8],
    pub(super) style: &'a [u8],
}

impl Book<'_> {
    /// The book as an EPUB.
    pub(super) fn archive(&self) -> Vec<u8> {
        let container = "<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>";
        let package = format!(
            "<package><metadata><title>T</title></metadata><manifest><item id='a' href='{PAGE}' \
             media-type='application/xhtml+xml'/><item href='{STYLE}' media-type='text/css'/></manifest>\
             <spine><itemref idref='a'/></spine></package>"
        );
        archive(&[
            Entry::new("mimetype", "application/epub+zip"),
            Entry::new("META-INF/container.xml", container),
            Entry::new("p.opf", package),
            Entry::new(PAGE, self.page),
            Entry::new(STYLE, self.style),
        ])
    }
}
