//! The outline of a document as a table of contents, and where its pages are in it.

use alexandria_domain::TocEntry;
use alexandria_domain::label::{self, shortened};
use alexandria_pdf::OutlineEntry;

use super::href::href;

/// The entries of the table of contents.
pub(super) fn entries(outline: &[OutlineEntry]) -> Vec<TocEntry> {
    let entry = |entry: &OutlineEntry| TocEntry {
        label: shortened(&entry.title, label::MAX_BYTES).into_owned(),
        href: entry.page.map(href),
        children: entries(&entry.children),
    };
    outline.iter().map(entry).collect()
}

/// For each page the labels above it: those of the last entry that leads to it or to a page before it. If several lead to
/// the page itself, those of the first of them.
pub(super) fn paths(outline: &[OutlineEntry], pages: u32) -> Vec<Vec<String>> {
    let mut starts: Vec<(u32, Vec<String>)> = Vec::new();
    collect(outline, &mut Vec::new(), &mut starts);
    // The order of the file decides between entries of one page.
    starts.sort_by_key(|(page, _)| *page);
    let mut starts = starts.into_iter().peekable();
    let mut current: Vec<String> = Vec::new();
    let mut paths = Vec::new();
    for page in 0..pages {
        let mut first = None;
        while let Some((_, path)) = starts.next_if(|(start, _)| *start <= page) {
            first.get_or_insert_with(|| path.clone());
            current = path;
        }
        paths.push(first.unwrap_or_else(|| current.clone()));
    }
    paths
}

fn collect<'o>(entries: &'o [OutlineEntry], above: &mut Vec<&'o str>, starts: &mut Vec<(u32, Vec<String>)>) {
    for entry in entries {
        above.push(&entry.title);
        if let Some(page) = entry.page {
            starts.push((page, label::path(above.iter().copied())));
        }
        collect(&entry.children, above, starts);
        above.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(title: &str, page: u32, children: Vec<OutlineEntry>) -> OutlineEntry {
        OutlineEntry { title: title.to_owned(), page: Some(page), children }
    }

    #[test]
    fn paths_are_those_of_the_last_entry_before_a_page() {
        let outline =
            [entry("A", 1, vec![entry("A.1", 1, Vec::new()), entry("A.2", 3, Vec::new())]), entry("B", 4, Vec::new())];
        let paths: Vec<String> = paths(&outline, 6).into_iter().map(|path| path.join("/")).collect();
        assert_eq!(paths, ["", "A", "A/A.1", "A/A.2", "B", "B"]);
    }
}
