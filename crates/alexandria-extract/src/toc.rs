//! From a table of contents to the labels above each section, for formats whose table is a list of its own.

use std::collections::HashMap;

use alexandria_domain::{TocEntry, label};

/// The path of labels to each section, outermost first. An entry without fragment is preferred to one with.
pub(crate) fn paths(toc: &[TocEntry]) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, (bool, Vec<String>)> = HashMap::new();
    let mut open: Vec<(usize, &TocEntry)> = toc.iter().rev().map(|entry| (0, entry)).collect();
    let mut path: Vec<&str> = Vec::new();
    while let Some((depth, entry)) = open.pop() {
        path.truncate(depth);
        path.push(&entry.label);
        if let Some(href) = &entry.href {
            let (file, whole) = href.split_once('#').map_or((href.as_str(), true), |(file, _)| (file, false));
            let known = found.get(file).is_some_and(|(known_whole, _)| *known_whole || !whole);
            if !known {
                found.insert(file.to_owned(), (whole, label::path(path.iter().copied())));
            }
        }
        open.extend(entry.children.iter().rev().map(|child| (depth + 1, child)));
    }
    found.into_iter().map(|(file, (_, path))| (file, path)).collect()
}
