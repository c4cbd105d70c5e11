//! The two views of a section: the text that is searched and the page that is rendered.
//!
//! Both ask [`role`](role::role) what an element is, so they agree on what the reader reads. The invariant: the
//! significant characters of the page's body, without elements marked `data-alx-skip`, are those of the blocks, in order.
//! It holds for the page as it is served, as XML; an HTML parser may regroup markup that was misnested to begin with.
//!
//! Every page is written here, whatever the section is ([`PageContent`]): no format passes its own markup through.

mod allowlist;
mod blocks;
mod content;
mod csp;
mod css;
mod image;
mod links;
mod markup;
mod page;
mod plain;
mod role;
mod section;
#[cfg(test)]
mod tests;
mod viewport;
mod xhtml;

pub(crate) use blocks::{blocks, plain_text};
pub use content::{FixedLayout, GlyphRun, PageContent, PageImage};
pub use csp::BOOK_CSP;
pub(crate) use css::rewrite as rewrite_css;
pub(crate) use links::PageLinks;
pub(crate) use page::page;
pub(crate) use role::{Role, role};
pub use section::SectionTree;
pub(crate) use section::body;
