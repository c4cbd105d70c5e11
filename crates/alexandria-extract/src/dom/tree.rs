//! The arena of nodes.

use std::num::NonZeroU32;
use std::ops::Range;

use alexandria_domain::{slice_part, text_part};
use html5ever::{LocalName, Namespace, QualName};

/// A node of one [`Dom`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(pub(super) NonZeroU32);

impl NodeId {
    const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A tree. Its first node is the document.
#[derive(Debug)]
pub(crate) struct Dom {
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    /// All texts and attribute values, concatenated.
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) parent: Option<NodeId>,
    pub(super) previous: Option<NodeId>,
    pub(super) next: Option<NodeId>,
    pub(super) first: Option<NodeId>,
    pub(super) last: Option<NodeId>,
    pub(super) depth: u32,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Document,
    Element { name: QualName, attributes: Range<u32> },
    Text(Range<u32>),
}

#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) name: LocalName,
    pub(super) value: Range<u32>,
}

impl Dom {
    pub(crate) const DOCUMENT: NodeId = NodeId(NonZeroU32::MIN);

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.index()]
    }

    /// Name of an element; `None` for a text node and the document.
    pub(crate) fn name(&self, id: NodeId) -> Option<&QualName> {
        match &self.node(id).kind {
            Kind::Element { name, .. } => Some(name),
            Kind::Document | Kind::Text(_) => None,
        }
    }

    /// Local name of an element; empty for other nodes.
    pub(crate) fn local(&self, id: NodeId) -> &str {
        self.name(id).map_or("", |name| &name.local)
    }

    pub(crate) fn namespace(&self, id: NodeId) -> Option<&Namespace> {
        self.name(id).map(|name| &name.ns)
    }

    /// Content of a text node; `None` for other nodes.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).kind {
            Kind::Text(range) => Some(self.at(range)),
            Kind::Document | Kind::Element { .. } => None,
        }
    }

    /// Attributes of an element in source order. `xlink:href` of SVG is named `href`.
    pub(crate) fn attributes(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let range = match &self.node(id).kind {
            Kind::Element { attributes, .. } => attributes.start as usize..attributes.end as usize,
            Kind::Document | Kind::Text(_) => 0..0,
        };
        slice_part(&self.attributes, range).iter().map(|a| (&*a.name, self.at(&a.value)))
    }

    pub(crate) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        self.attributes(id).find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The attribute of that local name, whatever its prefix.
    pub(crate) fn local_attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        let local = |found: &str| found.rsplit_once(':').map_or(found, |(_, local)| local) == name;
        self.attributes(id).find(|(found, _)| local(found)).map(|(_, value)| value)
    }

    /// The first child element of that local name.
    pub(crate) fn child(&self, id: NodeId, local: &str) -> Option<NodeId> {
        self.children(id).find(|child| self.local(*child) == local)
    }

    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).first, |child| self.node(*child).next)
    }

    fn at(&self, range: &Range<u32>) -> &str {
        text_part(&self.text, range.start as usize..range.end as usize)
    }
}
