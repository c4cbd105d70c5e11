//! Going through a tree in document order, without recursion.

use super::{Dom, NodeId};

/// A step of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// A node begins.
    Open(NodeId),
    /// A node ends.
    Close(NodeId),
}

/// A run of children of one node: what a long page shows at a time. Ancestors are walked, other children are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) container: NodeId,
    pub(crate) first: NodeId,
    pub(crate) last: NodeId,
}

/// The walk itself.
#[derive(Debug)]
pub(crate) struct Edges<'a> {
    dom: &'a Dom,
    root: NodeId,
    slice: Option<Slice>,
    next: Option<Edge>,
}

impl Dom {
    /// Begin and end of each node from `root` on; of `slice`'s container only the children in it.
    pub(crate) const fn edges(&self, root: NodeId, slice: Option<Slice>) -> Edges<'_> {
        Edges { dom: self, root, slice, next: Some(Edge::Open(root)) }
    }
}

impl Edges<'_> {
    /// Goes on after `id` without what is in it, and without its [`Edge::Close`]. Call it right after its `Open`.
    pub(crate) fn leap(&mut self, id: NodeId) {
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
