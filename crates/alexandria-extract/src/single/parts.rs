//! Cutting a long page into sections that a reader can turn to without waiting.

use std::collections::HashMap;

use crate::dom::{Dom, Edge, NodeId, Slice};
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};
use crate::view::{Role, body, role};

/// Bytes of text up to which a page is one section.
const WHOLE: usize = 150 << 10;
/// Bytes of text after which a section ends before the next heading.
const LONG: usize = 48 << 10;
/// Bytes of text after which a section ends before the next block, heading or not.
const TOO_LONG: usize = 160 << 10;

/// The sections of a page: runs of children of one element, or the whole (`None`).
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
        let cut = (size >= LONG && starts_with_heading(dom, child)) || (size >= TOO_LONG && is_block(dom, child));
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
    if total <= WHOLE || slices.len() < 2 {
        return Ok(vec![None]);
    }
    Ok(slices)
}

/// For each node, the section it is in; ancestors of the sections are in the first.
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

/// The innermost element that holds all there is.
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
