//! Traversal in document order, without recursion.

use super::tree::{Dom, NodeId};
use crate::text::TextBuffer;

/// A step of a traversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// The start of a node.
    Open(NodeId),
    /// The end of a node.
    Close(NodeId),
}

/// Consecutive children of one node: one section of a long document. A traversal visits their ancestors, but no other
/// children of the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) container: NodeId,
    pub(crate) first: NodeId,
    pub(crate) last: NodeId,
}

/// The traversal.
#[derive(Debug)]
pub(crate) struct Edges<'a> {
    dom: &'a Dom,
    root: NodeId,
    slice: Option<Slice>,
    next: Option<Edge>,
}

impl Dom {
    /// Start and end of each node below `root`, `root` included; of the container of `slice` only the children in it.
    pub(crate) const fn edges(&self, root: NodeId, slice: Option<Slice>) -> Edges<'_> {
        Edges { dom: self, root, slice, next: Some(Edge::Open(root)) }
    }

    /// Elements below `root` in document order, `root` included.
    pub(crate) fn elements(&self, root: NodeId) -> impl Iterator<Item = NodeId> {
        self.edges(root, None).filter_map(|edge| match edge {
            Edge::Open(id) if self.name(id).is_some() => Some(id),
            _ => None,
        })
    }

    /// The first element below `root` with that local name.
    pub(crate) fn find(&self, root: NodeId, local: &str) -> Option<NodeId> {
        self.elements(root).find(|id| self.local(*id) == local)
    }

    /// All text below `root`, with white space collapsed.
    pub(crate) fn text_content(&self, root: NodeId) -> String {
        let mut buffer = TextBuffer::default();
        for edge in self.edges(root, None) {
            if let Edge::Open(id) = edge {
                buffer.push(self.text(id).unwrap_or_default());
            }
        }
        buffer.take().unwrap_or_default()
    }
}

impl Edges<'_> {
    /// Skips the content and the [`Edge::Close`] of `id`. Call it right after its [`Edge::Open`].
    pub(crate) fn skip_content(&mut self, id: NodeId) {
        self.next = self.after(id);
    }

    fn first_child(&self, id: NodeId) -> Option<NodeId> {
        match self.slice {
            Some(slice) if slice.container == id => Some(slice.first),
            _ => self.dom.node(id).first,
        }
    }

    fn after(&self, id: NodeId) -> Option<Edge> {
        if id == self.root {
            return None;
        }
        let last = self.slice.is_some_and(|slice| slice.last == id);
        let node = self.dom.node(id);
        match node.next {
            Some(next) if !last => Some(Edge::Open(next)),
            _ => node.parent.map(Edge::Close),
        }
    }
}

impl Iterator for Edges<'_> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        let now = self.next?;
        self.next = match now {
            Edge::Open(id) => Some(self.first_child(id).map_or(Edge::Close(id), Edge::Open)),
            Edge::Close(id) => self.after(id),
        };
        Some(now)
    }
}
