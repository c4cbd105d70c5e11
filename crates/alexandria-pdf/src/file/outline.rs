//! The outline: a document's table of contents (ISO 32000-2 §12.3.3).

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, ObjectIdentifier, String as PdfString};

use super::destination::Destinations;
use super::text::text_string;

/// Maximum number of entries.
const MAX_ENTRIES: usize = 50_000;
/// Maximum depth; deeper entries are left out.
const MAX_DEPTH: usize = 32;

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineEntry {
    /// Its text, with white space collapsed; never empty.
    pub title: String,
    /// Index of the page it leads to, from 0; `None` if it leads nowhere, or outside of the document.
    pub page: Option<u32>,
    /// Entries below it.
    pub children: Vec<Self>,
}

/// The entries of a document, in the order of the file.
pub(crate) fn outline(pdf: &Pdf, destinations: &Destinations) -> Vec<OutlineEntry> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let root = catalog.and_then(|catalog| catalog.get::<Dict<'_>>(b"Outlines"));
    let mut reading = Reading { destinations, visited: HashSet::new(), count: 0 };
    root.map(|root| reading.level(&root, 0)).unwrap_or_default()
}

struct Reading<'d> {
    destinations: &'d Destinations,
    visited: HashSet<ObjectIdentifier>,
    count: usize,
}

impl Reading<'_> {
    /// The entries below one. Its depth is bounded, and no entry is read twice.
    fn level(&mut self, above: &Dict<'_>, depth: usize) -> Vec<OutlineEntry> {
        let mut entries = Vec::new();
        let mut next = above.get::<Dict<'_>>(b"First");
        while let Some(entry) = next {
            if self.count >= MAX_ENTRIES || entry.obj_id().is_none_or(|id| !self.visited.insert(id)) {
                break;
            }
            self.count += 1;
            let title = entry.get::<PdfString<'_>>(b"Title").map(|title| text_string(title.as_bytes()));
            let title = title.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            let title: String = title.chars().filter(|char| !char.is_control()).collect();
            let children = if depth + 1 < MAX_DEPTH { self.level(&entry, depth + 1) } else { Vec::new() };
            if title.is_empty() {
                entries.extend(children);
            } else {
                entries.push(OutlineEntry { title, page: self.destinations.target(&entry), children });
            }
            next = entry.get::<Dict<'_>>(b"Next");
        }
        entries
    }
}
