//! The two views of a parsed page: the text that is searched and the page that is shown.
//!
//! Both ask [`role`](role::role) what an element is, and so agree on what the reader reads. The law: the significant
//! characters of the page's body, less what is marked `data-alx-skip`, are those of the blocks, in order. It holds for the
//! page as it is served, as XML; an HTML parser may regroup markup that was misnested to begin with.

mod blocks;
mod css;
mod markup;
mod page;
mod role;
#[cfg(test)]
mod tests;
mod viewport;
mod vocabulary;

pub(crate) use blocks::blocks;
pub(crate) use css::rewrite as rewrite_css;
pub(crate) use page::{PageLinks, page};
pub(crate) use role::{Role, role};

use std::sync::Arc;

use crate::dom::{Dom, NodeId, Slice, Syntax, parse_html};
use crate::limits::Guard;

/// A section's part of a parsed page.
#[derive(Clone, Debug)]
pub(crate) struct SectionTree {
    pub(crate) dom: Arc<Dom>,
    pub(crate) slice: Option<Slice>,
    /// Whether it is a page of its own size, laid out to the pixel.
    pub(crate) fixed: bool,
}

impl SectionTree {
    /// The element both views begin at.
    pub(crate) fn body(&self) -> NodeId {
        body(&self.dom)
    }
}

/// The body of a page, or the document if it has none.
pub(crate) fn body(dom: &Dom) -> NodeId {
    let root = dom.children(Dom::DOCUMENT).find(|id| dom.local(*id) == "html");
    root.and_then(|root| dom.children(root).find(|id| dom.local(*id) == "body")).unwrap_or(Dom::DOCUMENT)
}

/// A text that may be HTML, such as a description, without its markup. `None` if no words are left.
pub(crate) fn plain_text(text: &str, guard: &Guard) -> Option<String> {
    if !text.contains(['<', '&']) {
        return crate::words::collapsed(text);
    }
    let tree = SectionTree { dom: Arc::new(parse_html(text, Syntax::Html, guard).ok()?), slice: None, fixed: false };
    let blocks = blocks(&tree, 0, guard).ok()?;
    let texts: Vec<String> = blocks.into_iter().map(|block| block.text).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}
