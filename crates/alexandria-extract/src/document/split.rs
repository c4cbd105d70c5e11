//! Splitting a long document into sections that load without delay.

use std::collections::HashMap;

use crate::dom::{Dom, Edge, NodeId, Slice};
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};
use crate::view::{Role, body, role};

/// Size of the text in bytes up to which a document is one section.
const MAX_UNSPLIT_BYTES: usize = 150 << 10;
/// Size of the text in bytes after which a section ends before the next heading.
const MIN_SECTION_BYTES: usize = 48 << 10;
/// Size of the text in bytes after which a section ends before the next block, heading or not.
const MAX_SECTION_BYTES: usize = 160 << 10;

/// The sections of a document: consecutive children of one element, or the whole document (`None`).
pub(super) fn split(dom: &Dom, guard: &Guard) -> Result<Vec<Option<Slice>>, ExtractError> {
    let container = container(dom);
    let mut slices = Vec::new();
    let mut first = None;
    let (mut size, mut total) = (0, 0);
    let mut last = None;
    for (count, child) in dom.children(container).enumerate() {
        if count.is_multiple_of(1024) {
            guard.check_time()?;
        }
        let cut = (size >= MIN_SECTION_BYTES && starts_with_heading(dom, child))
            || (size >= MAX_SECTION_BYTES && is_block(dom, child));
        if let (true, Some(start), Some(end)) = (cut, first, last) {
            slices.push(Some(Slice { container, first: start, last: end }));
            first = None;
            size = 0;
        }
        first = first.or(Some(child));
        last = Some(child);
        let length = text_length(dom, child);
        size += length;
        total += length;
    }
    if let (Some(first), Some(last)) = (first, last) {
        slices.push(Some(Slice { container, first, last }));
    }
    within(slices.len(), LimitKind::Sections, guard.limits.sections)?;
    if total <= MAX_UNSPLIT_BYTES || slices.len() < 2 {
        return Ok(vec![None]);
    }
    Ok(slices)
}

/// The index of each node's section; ancestors of the sections count as part of the first.
pub(super) fn sections_of(dom: &Dom, slices: &[Option<Slice>]) -> HashMap<NodeId, usize> {
    let mut sections = HashMap::new();
    for (number, slice) in slices.iter().enumerate() {
        for edge in dom.edges(body(dom), *slice) {
            if let Edge::Open(id) = edge {
                sections.entry(id).or_insert(number);
            }
        }
    }
    sections
}

/// The innermost element that contains everything.
fn container(dom: &Dom) -> NodeId {
    let mut container = body(dom);
    loop {
        let blank = |id: &NodeId| dom.text(*id).is_some_and(|text| text.chars().all(char::is_whitespace));
        let mut children = dom.children(container).filter(|id| !blank(id));
        match (children.next(), children.next()) {
            (Some(only), None) if matches!(dom.local(only), "div" | "main" | "article" | "section") => container = only,
            _ => return container,
        }
    }
}

fn starts_with_heading(dom: &Dom, id: NodeId) -> bool {
    for edge in dom.edges(id, None) {
        let Edge::Open(id) = edge else { continue };
        match dom.text(id) {
            Some(text) if text.chars().all(char::is_whitespace) => {}
            Some(_) => return false,
            None => {
                if let Role::Heading(level) = role(dom, id) {
                    return level <= 3;
                }
            }
        }
    }
    false
}

fn is_block(dom: &Dom, id: NodeId) -> bool {
    dom.name(id).is_some() && !matches!(role(dom, id), Role::Inline | Role::LineBreak)
}

fn text_length(dom: &Dom, id: NodeId) -> usize {
    dom.edges(id, None).map(|edge| if let Edge::Open(id) = edge { dom.text(id).map_or(0, str::len) } else { 0 }).sum()
}
