//! Building the tree from the calls of the parser.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};
use std::num::NonZeroU32;
use std::ops::Range;

use alexandria_domain::slice_part;
use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{LocalName, QualName};

use super::tree::{Attribute, Dom, Kind, Node, NodeId};
use crate::text::is_forbidden_in_xml;

/// Maximum number of attributes an element gains from repeated `<html>` and `<body>` tags, each of which copies them all.
const MAX_MERGED_ATTRIBUTES: usize = 64;

impl Dom {
    pub(super) fn new() -> Self {
        let mut dom = Self { nodes: Vec::new(), attributes: Vec::new(), text: String::new() };
        dom.add(Kind::Document);
        dom
    }

    /// Adds an attribute that the element does not have.
    pub(crate) fn add_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        let value = self.push_text(value);
        self.extend_attributes(id, vec![Attribute { name: LocalName::from(name), value }]);
    }

    pub(super) fn add(&mut self, kind: Kind) -> NodeId {
        self.nodes.push(Node { parent: None, previous: None, next: None, first: None, last: None, depth: 0, kind });
        // The number of nodes is bounded by the size of the markup, which is bounded far below `u32::MAX`.
        NodeId(u32::try_from(self.nodes.len()).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN))
    }

    pub(super) fn add_element(&mut self, name: QualName, attributes: Vec<html5ever::Attribute>) -> NodeId {
        let start = self.attribute_count();
        for attribute in attributes {
            let value = self.push_text(&attribute.value);
            self.attributes.push(Attribute { name: attribute.name.local, value });
        }
        let attributes = start..self.attribute_count();
        self.add(Kind::Element { name, attributes })
    }

    fn attribute_count(&self) -> u32 {
        u32::try_from(self.attributes.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn push_text(&mut self, text: &str) -> Range<u32> {
        let start = self.text.len();
        if text.contains(is_forbidden_in_xml) {
            self.text.extend(text.chars().filter(|c| !is_forbidden_in_xml(*c)));
        } else {
            self.text.push_str(text);
        }
        u32::try_from(start).unwrap_or(u32::MAX)..u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn extend_attributes(&mut self, id: NodeId, more: Vec<Attribute>) {
        let Kind::Element { attributes, .. } = &self.node(id).kind else { return };
        let old = attributes.start as usize..attributes.end as usize;
        if old.len() + more.len() > MAX_MERGED_ATTRIBUTES {
            return;
        }
        let mut all = slice_part(&self.attributes, old).to_vec();
        for new in more {
            if !all.iter().any(|attribute| attribute.name == new.name) {
                all.push(new);
            }
        }
        let start = self.attribute_count();
        self.attributes.extend(all);
        let end = self.attribute_count();
        if let Kind::Element { attributes, .. } = &mut self.node_mut(id).kind {
            *attributes = start..end;
        }
    }

    /// Appends text to `parent`; to its last text node if that text was the last to be stored.
    pub(super) fn append_text(&mut self, parent: NodeId, text: &str) {
        let last = self.node(parent).last;
        let range = self.push_text(text);
        if let Some(last) = last
            && let Kind::Text(before) = &mut self.node_mut(last).kind
            && before.end == range.start
        {
            before.end = range.end;
            return;
        }
        let node = self.add(Kind::Text(range));
        self.append(parent, node);
    }

    pub(super) fn append(&mut self, parent: NodeId, child: NodeId) {
        self.detach(child);
        let last = self.node(parent).last;
        let depth = self.node(parent).depth + 1;
        let node = self.node_mut(child);
        node.parent = Some(parent);
        node.previous = last;
        node.depth = depth;
        match last {
            Some(last) => self.node_mut(last).next = Some(child),
            None => self.node_mut(parent).first = Some(child),
        }
        self.node_mut(parent).last = Some(child);
    }

    fn insert_before(&mut self, sibling: NodeId, child: NodeId) {
        self.detach(child);
        let (parent, previous, depth) = {
            let node = self.node(sibling);
            (node.parent, node.previous, node.depth)
        };
        let Some(parent) = parent else { return };
        let node = self.node_mut(child);
        node.parent = Some(parent);
        node.previous = previous;
        node.next = Some(sibling);
        node.depth = depth;
        self.node_mut(sibling).previous = Some(child);
        match previous {
            Some(previous) => self.node_mut(previous).next = Some(child),
            None => self.node_mut(parent).first = Some(child),
        }
    }

    fn detach(&mut self, id: NodeId) {
        let node = self.node_mut(id);
        let (parent, previous, next) = (node.parent.take(), node.previous.take(), node.next.take());
        let Some(parent) = parent else { return };
        match previous {
            Some(previous) => self.node_mut(previous).next = next,
            None => self.node_mut(parent).first = next,
        }
        match next {
            Some(next) => self.node_mut(next).previous = previous,
            None => self.node_mut(parent).last = previous,
        }
    }

    /// Number of ancestors when the node was inserted.
    pub(super) fn depth(&self, id: NodeId) -> usize {
        self.node(id).depth as usize
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Attributes of all elements, including those that the parser reopens in each paragraph.
    pub(super) fn attributes_len(&self) -> usize {
        self.attributes.len()
    }

    /// Bytes of all texts and attribute values.
    pub(super) fn text_len(&self) -> usize {
        self.text.len()
    }
}

/// The sink of the HTML parser.
#[derive(Debug)]
pub(super) struct DomSink {
    pub(super) dom: RefCell<Dom>,
    /// Parent of whatever is dropped, such as the content of templates; never part of the tree.
    discard: NodeId,
    /// Greatest depth of a node so far.
    pub(super) deepest: std::cell::Cell<usize>,
}

impl DomSink {
    pub(super) fn new() -> Self {
        let mut dom = Dom::new();
        let discard = dom.add(Kind::Text(0..0));
        Self { dom: RefCell::new(dom), discard, deepest: std::cell::Cell::new(0) }
    }

    fn insert(&self, child: NodeOrText<NodeId>, insert: impl FnOnce(&mut Dom, NodeId)) {
        let mut dom = self.dom.borrow_mut();
        let child = match child {
            NodeOrText::AppendNode(id) => id,
            NodeOrText::AppendText(text) => {
                let range = dom.push_text(&text);
                dom.add(Kind::Text(range))
            }
        };
        if child != self.discard {
            insert(&mut dom, child);
            self.deepest.set(self.deepest.get().max(dom.depth(child)));
        }
    }
}

impl TreeSink for DomSink {
    type Handle = NodeId;
    type Output = Dom;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Dom {
        self.dom.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        Dom::DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        static NONE: std::sync::LazyLock<QualName> =
            std::sync::LazyLock::new(|| QualName::new(None, html5ever::ns!(html), LocalName::from("alx-none")));
        Ref::map(self.dom.borrow(), |dom| dom.name(*target).unwrap_or(&NONE))
    }

    fn create_element(&self, name: QualName, attrs: Vec<html5ever::Attribute>, _: ElementFlags) -> NodeId {
        self.dom.borrow_mut().add_element(name, attrs)
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.discard
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.discard
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendText(text) => self.dom.borrow_mut().append_text(*parent, &text),
            node @ NodeOrText::AppendNode(_) => self.insert(node, |dom, id| dom.append(*parent, id)),
        }
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if self.dom.borrow().parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// Templates are not rendered.
    fn get_template_contents(&self, _: &NodeId) -> NodeId {
        self.discard
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, new_node: NodeOrText<NodeId>) {
        self.insert(new_node, |dom, id| dom.insert_before(*sibling, id));
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<html5ever::Attribute>) {
        let mut dom = self.dom.borrow_mut();
        let more = attrs
            .into_iter()
            .take(MAX_MERGED_ATTRIBUTES)
            .map(|a| Attribute { value: dom.push_text(&a.value), name: a.name.local })
            .collect();
        dom.extend_attributes(*target, more);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut dom = self.dom.borrow_mut();
        while let Some(child) = dom.node(*node).first {
            dom.append(*new_parent, child);
        }
    }
}
