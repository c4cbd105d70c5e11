//! A section of a parsed page.

use std::sync::Arc;

use crate::dom::{Dom, NodeId, Slice};

/// Parsed markup of a section: a whole document, or a slice of one. Only the formats of this crate can build one.
#[derive(Clone, Debug)]
pub struct SectionTree {
    pub(crate) dom: Arc<Dom>,
    /// The part of the document that is the section; `None` for all of it.
    pub(crate) slice: Option<Slice>,
    /// Whether the page has a fixed layout (EPUB 3.3 §8.2.2.2).
    pub(crate) fixed: bool,
}

impl SectionTree {
    /// A whole document with reflowable layout.
    pub(crate) const fn reflowable(dom: Arc<Dom>) -> Self {
        Self { dom, slice: None, fixed: false }
    }

    /// The root of both views.
    pub(crate) fn body(&self) -> NodeId {
        body(&self.dom)
    }
}

/// The body of a page, or the document if it has none.
pub(crate) fn body(dom: &Dom) -> NodeId {
    let root = dom.children(Dom::DOCUMENT).find(|id| dom.local(*id) == "html");
    root.and_then(|root| dom.children(root).find(|id| dom.local(*id) == "body")).unwrap_or(Dom::DOCUMENT)
}
