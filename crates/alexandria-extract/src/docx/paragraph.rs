//! Properties of a paragraph (ECMA-376 part 1 §17.3.1).

use super::numbering::NumberingRef;
use super::styles::{Styles, heading_of_level, outline_level};
use crate::dom::{Dom, NodeId};

/// What a paragraph is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// From 1 to 6.
    pub(super) heading: Option<u8>,
    pub(super) is_title: bool,
    pub(super) is_quote: bool,
    /// It is a line of a table of contents.
    pub(super) is_contents: bool,
    pub(super) numbering: Option<NumberingRef>,
    pub(super) right_to_left: bool,
    /// Its style hides its text.
    pub(super) hidden: bool,
}

impl Paragraph {
    pub(super) fn of(dom: &Dom, id: NodeId, styles: &Styles) -> Self {
        let properties = dom.child(id, "ppr");
        let child = |name: &str| properties.and_then(|properties| dom.child(properties, name));
        let style = child("pstyle").and_then(|style| dom.local_attribute(style, "val"));
        let style = styles.paragraph(style);
        let own_level = properties.and_then(|properties| outline_level(dom, properties));
        let own_list = properties.and_then(|properties| NumberingRef::of(dom, properties));
        Self {
            heading: own_level.map_or(style.heading, heading_of_level).filter(|_| !style.is_contents),
            is_title: style.is_title,
            is_quote: style.is_quote,
            is_contents: style.is_contents,
            numbering: own_list.or(style.numbering).filter(|numbering| numbering.list != 0),
            right_to_left: child("bidi").is_some_and(|toggle| super::toggles::is_on(dom, toggle)),
            hidden: style.hidden,
        }
    }
}
