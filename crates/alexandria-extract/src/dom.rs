//! A parsed page: one arena, no allocation for each node, and nothing that recurses.
//!
//! Both views (text and page) are made from it. It is `Send`, unlike the trees that come with the parser.
//! Comments, processing instructions and doctypes are not kept.

mod build;
mod parse;
mod walk;
mod xml;

use std::num::NonZeroU32;
use std::ops::Range;

use html5ever::{LocalName, Namespace, QualName};

pub(crate) use parse::{Syntax, parse_html};
pub(crate) use walk::{Edge, Slice};
pub(crate) use xml::parse_xml;

/// A node of one [`Dom`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(NonZeroU32);

impl NodeId {
    const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The tree. The first node is the document.
#[derive(Debug)]
pub(crate) struct Dom {
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    /// Every text and attribute value, one after the other.
    text: String,
}

#[derive(Debug)]
struct Node {
    parent: Option<NodeId>,
    previous: Option<NodeId>,
    next: Option<NodeId>,
    first: Option<NodeId>,
    last: Option<NodeId>,
    depth: u32,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Document,
    Element { name: QualName, attributes: Range<u32> },
    Text(Range<u32>),
}

#[derive(Clone, Debug)]
struct Attribute {
    name: LocalName,
    value: Range<u32>,
}

impl Dom {
    /// The document node.
    pub(crate) const DOCUMENT: NodeId = NodeId(NonZeroU32::MIN);

    fn new() -> Self {
        let mut dom = Self { nodes: Vec::new(), attributes: Vec::new(), text: String::new() };
        dom.add(Kind::Document);
        dom
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.index()]
    }

    /// Name of an element; `None` for a text and for the document.
    pub(crate) fn name(&self, id: NodeId) -> Option<&QualName> {
        match &self.node(id).kind {
            Kind::Element { name, .. } => Some(name),
            Kind::Document | Kind::Text(_) => None,
        }
    }

    /// Local name of an element, or nothing.
    pub(crate) fn local(&self, id: NodeId) -> &str {
        self.name(id).map_or("", |name| &name.local)
    }

    /// Namespace of an element.
    pub(crate) fn namespace(&self, id: NodeId) -> Option<&Namespace> {
        self.name(id).map(|name| &name.ns)
    }

    /// Content of a text node.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).kind {
            Kind::Text(range) => Some(self.at(range)),
            Kind::Document | Kind::Element { .. } => None,
        }
    }

    /// Attributes of an element in source order. `xlink:href` in SVG is given as `href`.
    pub(crate) fn attributes(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let range = match &self.node(id).kind {
            Kind::Element { attributes, .. } => attributes.start as usize..attributes.end as usize,
            Kind::Document | Kind::Text(_) => 0..0,
        };
        self.attributes.get(range).unwrap_or_default().iter().map(|a| (&*a.name, self.at(&a.value)))
    }

    /// Value of an attribute.
    pub(crate) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        self.attributes(id).find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// Gives an element an attribute it does not have.
    pub(crate) fn add_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        let value = self.push_text(value);
        self.extend_attributes(id, vec![Attribute { name: LocalName::from(name), value }]);
    }

    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    /// Children in order.
    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).first, |child| self.node(*child).next)
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

    /// All text below `root`, collapsed; empty if there is none.
    pub(crate) fn words(&self, root: NodeId) -> String {
        let mut words = crate::words::Words::default();
        for edge in self.edges(root, None) {
            if let Edge::Open(id) = edge {
                words.push(self.text(id).unwrap_or_default());
            }
        }
        words.take().unwrap_or_default()
    }

    fn at(&self, range: &Range<u32>) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}
