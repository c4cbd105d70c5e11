//! A table of contents for a page that has none, from its headings.

use std::collections::HashMap;

use alexandria_domain::{TocEntry, label};

use crate::dom::{Dom, Edge, NodeId};
use crate::publication::SpineItem;
use crate::view::{Role, body, role};

/// Deepest level of heading that is listed.
const LISTED: u8 = 3;
/// Most headings that are listed; beyond that the contents are no help.
const MAX_LISTED: usize = 5_000;

/// A heading that is listed.
#[derive(Debug)]
pub(super) struct Heading {
    node: NodeId,
    level: u8,
    label: String,
    id: String,
}

impl Heading {
    /// Its words.
    pub(super) fn label(&self) -> &str {
        &self.label
    }
}

/// The page's headings in order. Those without an id get one, so that each can be linked to.
pub(super) fn headings(dom: &mut Dom) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut edges = dom.edges(body(dom), None);
    while let Some(edge) = edges.next() {
        let Edge::Open(node) = edge else { continue };
        match role(dom, node) {
            Role::Heading(level) => {
                edges.leap(node);
                let label = label::shortened(&dom.words(node), label::MAX_BYTES).into_owned();
                if level <= LISTED && !label.is_empty() && found.len() < MAX_LISTED {
                    let id = dom.attribute(node, "id").unwrap_or_default().to_owned();
                    found.push(Heading { node, level, label, id });
                }
            }
            Role::Dropped | Role::Skipped | Role::Note => edges.leap(node),
            _ => {}
        }
    }
    for (number, heading) in found.iter_mut().enumerate() {
        if heading.id.is_empty() {
            heading.id = format!("alx-heading-{number}");
            dom.add_attribute(heading.node, "id", &heading.id);
        }
    }
    found
}

/// The contents, nested by level.
pub(super) fn contents(headings: &[Heading], sections: &HashMap<NodeId, usize>, hrefs: &[String]) -> Vec<TocEntry> {
    let mut open: Vec<(u8, TocEntry)> = vec![(0, entry(String::new(), None))];
    for heading in headings {
        close(&mut open, heading.level);
        let href = section_of(heading, sections).and_then(|number| hrefs.get(number));
        let href = href.map(|href| format!("{href}#{}", heading.id));
        open.push((heading.level, entry(heading.label.clone(), href)));
    }
    close(&mut open, 1);
    open.pop().map(|(_, root)| root.children).unwrap_or_default()
}

const fn entry(label: String, href: Option<String>) -> TocEntry {
    TocEntry { label, href, children: Vec::new() }
}

/// Puts entries of that level and below into the one above them.
fn close(open: &mut Vec<(u8, TocEntry)>, level: u8) {
    while open.len() > 1 && open.last().is_some_and(|(last, _)| *last >= level) {
        let Some((_, done)) = open.pop() else { return };
        if let Some((_, above)) = open.last_mut() {
            above.children.push(done);
        }
    }
}

fn section_of(heading: &Heading, sections: &HashMap<NodeId, usize>) -> Option<usize> {
    sections.get(&heading.node).copied()
}

/// The sections with the headings each begins under.
pub(super) fn spine(headings: &[Heading], sections: &HashMap<NodeId, usize>, hrefs: &[String]) -> Vec<SpineItem> {
    let mut headings = headings.iter().peekable();
    let mut path: Vec<(u8, String)> = Vec::new();
    let enter = |path: &mut Vec<(u8, String)>, heading: &Heading| {
        path.retain(|(level, _)| *level < heading.level);
        path.push((heading.level, heading.label.clone()));
    };
    let mut items = Vec::with_capacity(hrefs.len());
    for (number, href) in hrefs.iter().enumerate() {
        // A section is cut before a heading, so its first one is what it begins with, if it has any.
        let mut first = true;
        let mut toc_path = labels(&path);
        while let Some(heading) = headings.next_if(|heading| section_of(heading, sections) == Some(number)) {
            enter(&mut path, heading);
            if std::mem::take(&mut first) {
                toc_path = labels(&path);
            }
        }
        items.push(SpineItem { href: href.clone(), toc_path, linear: true });
    }
    items
}

fn labels(path: &[(u8, String)]) -> Vec<String> {
    label::path(path.iter().map(|(_, label)| label.as_str()))
}
