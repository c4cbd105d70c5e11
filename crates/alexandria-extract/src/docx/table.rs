//! Cells that span rows: WordprocessingML marks the first cell and those that continue it (ECMA-376 part 1 §17.4.84).

use std::collections::HashMap;

use crate::dom::{Dom, NodeId};

/// Maximum number of columns that a cell spans: browsers allow no more.
const MAX_SPAN: u32 = 1_000;

/// Rows that cells span, for those that span more than one; 0 for those that continue one above.
pub(super) fn row_spans(dom: &Dom, table: NodeId) -> HashMap<NodeId, u32> {
    let mut spans: HashMap<NodeId, u32> = HashMap::new();
    // The cell that began above, by column.
    let mut started: HashMap<u32, NodeId> = HashMap::new();
    for row in dom.children(table).filter(|id| dom.local(*id) == "tr") {
        let mut column = 0_u32;
        for cell in dom.children(row).filter(|id| dom.local(*id) == "tc") {
            match merge(dom, cell) {
                Merge::None => {
                    started.remove(&column);
                }
                Merge::Begins => {
                    started.insert(column, cell);
                }
                Merge::Continues => {
                    if let Some(first) = started.get(&column) {
                        *spans.entry(*first).or_insert(1) += 1;
                        spans.insert(cell, 0);
                    }
                }
            }
            column = column.saturating_add(column_span(dom, cell));
        }
    }
    spans
}

/// How a cell is merged with those above and below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    None,
    Begins,
    Continues,
}

pub(super) fn merge(dom: &Dom, cell: NodeId) -> Merge {
    let merge = dom.child(cell, "tcpr").and_then(|properties| dom.child(properties, "vmerge"));
    match merge.map(|merge| dom.local_attribute(merge, "val")) {
        None => Merge::None,
        Some(Some("restart")) => Merge::Begins,
        Some(_) => Merge::Continues,
    }
}

pub(super) fn column_span(dom: &Dom, cell: NodeId) -> u32 {
    let span = dom.child(cell, "tcpr").and_then(|properties| dom.child(properties, "gridspan"));
    let span = span.and_then(|span| dom.local_attribute(span, "val")).and_then(|span| span.trim().parse().ok());
    span.unwrap_or(1).clamp(1, MAX_SPAN)
}

/// Whether the row is a heading that is repeated on each page.
pub(super) fn is_header(dom: &Dom, row: NodeId) -> bool {
    let header = dom.child(row, "trpr").and_then(|properties| dom.child(properties, "tblheader"));
    header.is_some_and(|header| super::toggles::is_on(dom, header))
}

/// Whether the row was deleted while changes were tracked.
pub(super) fn is_deleted(dom: &Dom, row: NodeId) -> bool {
    dom.child(row, "trpr").is_some_and(|properties| dom.child(properties, "del").is_some())
}
