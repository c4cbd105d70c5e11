//! Table of contents and spine of a document, from its headings.

use std::collections::HashMap;

use alexandria_domain::{TocEntry, label};

use crate::dom::{Dom, Edge, NodeId};
use crate::publication::SpineItem;
use crate::view::{Role, body, role};

/// Deepest level of heading in the table of contents.
const MAX_LEVEL: u8 = 3;
/// Maximum number of headings in the table of contents.
const MAX_HEADINGS: usize = 5_000;

/// A heading of the table of contents.
#[derive(Debug)]
pub(super) struct Heading {
    node: NodeId,
    level: u8,
    label: String,
    id: String,
}

/// The headings in order. Those without an id get one, so that each can be linked to.
pub(super) fn headings(dom: &mut Dom) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut edges = dom.edges(body(dom), None);
    while let Some(edge) = edges.next() {
        let Edge::Open(node) = edge else { continue };
        match role(dom, node) {
            Role::Heading(level) => {
                edges.skip_content(node);
                let label = label::shortened(&dom.text_content(node), label::MAX_BYTES).into_owned();
                if level <= MAX_LEVEL && !label.is_empty() && found.len() < MAX_HEADINGS {
                    let id = dom.attribute(node, "id").unwrap_or_default().to_owned();
                    found.push(Heading { node, level, label, id });
                }
            }
            Role::Dropped | Role::Skipped | Role::Note => edges.skip_content(node),
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

/// The table of contents, nested by level.
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

/// Moves open entries of that level and below into their parents.
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

/// The sections, with the path of headings that each begins under.
pub(super) fn spine(headings: &[Heading], sections: &HashMap<NodeId, usize>, hrefs: &[String]) -> Vec<SpineItem> {
    let mut headings = headings.iter().peekable();
    let mut path: Vec<(u8, String)> = Vec::new();
    let enter = |path: &mut Vec<(u8, String)>, heading: &Heading| {
        path.retain(|(level, _)| *level < heading.level);
        path.push((heading.level, heading.label.clone()));
    };
    let mut items = Vec::with_capacity(hrefs.len());
    for (number, href) in hrefs.iter().enumerate() {
        // Documents are split before headings, so a section begins with its first heading, if it has any.
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
