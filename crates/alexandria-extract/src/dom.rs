//! A parsed page: one arena, no allocation per node, and no recursion.
//!
//! The text and the page are both made from it. It is `Send`, unlike the trees that come with the parser. Comments,
//! processing instructions and doctypes are dropped.

mod build;
mod parse;
mod tree;
mod walk;
mod xml;

pub(crate) use parse::{Syntax, parse_html};
pub(crate) use tree::{Dom, NodeId};
pub(crate) use walk::{Edge, Slice};
pub(crate) use xml::parse_xml;
