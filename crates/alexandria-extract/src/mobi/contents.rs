//! The table of contents from the index of it (NCX). Entries of one level stand together, and name their parents.

use std::collections::BTreeMap;

use alexandria_domain::{TocEntry, label};
use encoding_rs::Encoding;

use super::index::{Index, IndexEntry, string_of};
use crate::limits::{MAX_TOC_DEPTH, MAX_TOC_ENTRIES};
use crate::text::collapse;

/// The tags of an entry.
const LABEL: u8 = 3;
const PARENT: u8 = 21;

/// The entries as a tree. `target` is the address of an entry, if it has one.
pub(super) fn tree(
    index: &Index,
    encoding: &'static Encoding,
    target: &dyn Fn(&IndexEntry) -> Option<String>,
) -> Vec<TocEntry> {
    let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (number, entry) in index.entries.iter().enumerate().take(MAX_TOC_ENTRIES) {
        // Parents come first; an entry that names another is at the top, so there is no circle.
        let parent = entry.size(PARENT, 0).filter(|parent| *parent < number);
        children.entry(parent).or_default().push(number);
    }
    let label = |entry: &IndexEntry| {
        let text = collapse(&string_of(index, entry.number(LABEL, 0), encoding)).unwrap_or_default();
        label::shortened(&text, label::MAX_BYTES).into_owned()
    };
    below(None, &children, MAX_TOC_DEPTH, &|number| {
        let entry = index.entries.get(number)?;
        Some(TocEntry { label: label(entry), href: target(entry), children: Vec::new() })
    })
}

/// The entries below one, or those at the top.
fn below(
    parent: Option<usize>,
    children: &BTreeMap<Option<usize>, Vec<usize>>,
    depth: usize,
    entry: &dyn Fn(usize) -> Option<TocEntry>,
) -> Vec<TocEntry> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    let numbers = children.get(&parent).into_iter().flatten();
    numbers
        .filter_map(|number| {
            let children = below(Some(*number), children, depth, entry);
            entry(*number).map(|entry| TocEntry { children, ..entry }).filter(|entry| !entry.label.is_empty())
        })
        .collect()
}
