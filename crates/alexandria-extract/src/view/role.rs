//! The role of an element in the text.

use html5ever::{local_name, ns};

use crate::dom::{Dom, Edge, NodeId};

/// Maximum number of significant characters of a note reference or page number; longer ones are wrongly marked text.
const MAX_MARK_CHARS: usize = 16;

/// The role of an element in the text. Text nodes have no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Part of a line.
    Inline,
    /// A block of its own.
    Block,
    /// A heading, or a group of heading lines, of that level.
    Heading(u8),
    /// A table cell: a separate word in the block of its row.
    Cell,
    /// A line break inside a block.
    LineBreak,
    /// A footnote or endnote, or all of them.
    Note,
    /// Rendered but not part of the text: note references, page numbers, navigation, ruby annotations, drawings with words.
    Skipped,
    /// Neither rendered nor part of the text: scripts, form controls, hidden elements.
    Dropped,
}

/// The role of an element.
pub(crate) fn role(dom: &Dom, id: NodeId) -> Role {
    let Some(name) = dom.name(id) else { return Role::Inline };
    if name.ns == ns!(svg) {
        return match &*name.local {
            "svg" => Role::Skipped,
            "foreignObject" | "metadata" | "script" | "style" => Role::Dropped,
            _ => Role::Inline,
        };
    }
    if name.ns == ns!(mathml) {
        return match &*name.local {
            "annotation" | "annotation-xml" => Role::Dropped,
            _ => Role::Inline,
        };
    }
    let by_name = of_name(dom, id, &name.local);
    if by_name == Role::Dropped {
        return Role::Dropped;
    }
    let semantics = Semantics::of(dom, id);
    if semantics.note {
        return Role::Note;
    }
    if semantics.hidden {
        return Role::Dropped;
    }
    let mark = semantics.mark || is_note_link(dom, id, &name.local);
    if mark && significant(dom, id, MAX_MARK_CHARS).is_some() { Role::Skipped } else { by_name }
}

fn of_name(dom: &Dom, id: NodeId, local: &html5ever::LocalName) -> Role {
    match *local {
        local_name!("a")
        | local_name!("b")
        | local_name!("em")
        | local_name!("i")
        | local_name!("span")
        | local_name!("strong") => Role::Inline,
        local_name!("h1") => Role::Heading(1),
        local_name!("h2") => Role::Heading(2),
        local_name!("h3") => Role::Heading(3),
        local_name!("h4") => Role::Heading(4),
        local_name!("h5") => Role::Heading(5),
        local_name!("h6") => Role::Heading(6),
        local_name!("hgroup") => heading_group(dom, id),
        local_name!("br") => Role::LineBreak,
        local_name!("td") | local_name!("th") => Role::Cell,
        local_name!("nav")
        | local_name!("rt")
        | local_name!("rp")
        | local_name!("rtc")
        | local_name!("audio")
        | local_name!("video") => Role::Skipped,
        _ => of_rare_name(local),
    }
}

fn of_rare_name(local: &str) -> Role {
    match local {
        "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "center" | "dd" | "details"
        | "dialog" | "dir" | "div" | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form"
        | "header" | "hr" | "html" | "legend" | "li" | "listing" | "main" | "menu" | "ol" | "option" | "optgroup"
        | "p" | "plaintext" | "pre" | "search" | "section" | "summary" | "table" | "tbody" | "tfoot" | "thead"
        | "tr" | "ul" | "xmp" => Role::Block,
        "applet" | "area" | "base" | "basefont" | "bgsound" | "button" | "canvas" | "datalist" | "embed" | "frame"
        | "frameset" | "head" | "iframe" | "input" | "keygen" | "link" | "map" | "marquee" | "meta" | "noembed"
        | "noframes" | "noscript" | "object" | "param" | "script" | "select" | "style" | "template" | "textarea"
        | "title" => Role::Dropped,
        _ => Role::Inline,
    }
}

/// An `hgroup` has the level of its highest heading; its other lines are part of that heading.
fn heading_group(dom: &Dom, id: NodeId) -> Role {
    let level = dom.children(id).filter_map(|child| match dom.local(child).as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    });
    level.min().map_or(Role::Block, Role::Heading)
}

/// What the attributes of an element declare.
#[derive(Default)]
struct Semantics {
    note: bool,
    mark: bool,
    hidden: bool,
}

impl Semantics {
    fn of(dom: &Dom, id: NodeId) -> Self {
        let mut semantics = Self::default();
        for (name, value) in dom.attributes(id) {
            match name {
                "epub:type" | "role" => value.split_ascii_whitespace().for_each(|word| semantics.read(word)),
                "hidden" => semantics.hidden = true,
                "style" => semantics.hidden |= hides(value),
                _ => {}
            }
        }
        semantics
    }

    /// A word of EPUB's structural vocabulary (EPUB SSV 1.1) or of DPUB-ARIA 1.1.
    fn read(&mut self, word: &str) {
        match word.trim_start_matches("doc-") {
            "footnote" | "footnotes" | "endnote" | "endnotes" | "rearnote" | "rearnotes" | "note" => self.note = true,
            "noteref" | "backlink" | "pagebreak" => self.mark = true,
            _ => {}
        }
    }
}

/// Whether a `style` attribute hides its element.
pub(super) fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.split(';').any(|declaration| matches!(declaration, "display:none" | "display:none!important"))
}

/// Whether it is a note reference without semantics: `<sup><a href="#n">1</a></sup>`, `<a>` around `<sup>`, or `[1]`.
fn is_note_link(dom: &Dom, id: NodeId, local: &str) -> bool {
    let is_link = |id: NodeId| dom.local(id) == "a" && dom.attribute(id, "href").is_some_and(|href| href.contains('#'));
    match local {
        "sup" => only_child(dom, id).is_some_and(is_link),
        "a" if is_link(id) => {
            only_child(dom, id).is_some_and(|child| dom.local(child) == "sup")
                || significant(dom, id, MAX_MARK_CHARS).is_some_and(|text| is_bracketed_number(&text))
        }
        _ => false,
    }
}

fn is_bracketed_number(text: &str) -> bool {
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inside.is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '*'))
}

/// The only child element, if there is no text besides.
fn only_child(dom: &Dom, id: NodeId) -> Option<NodeId> {
    let mut only = None;
    for child in dom.children(id) {
        match dom.text(child) {
            Some(text) if text.chars().all(char::is_whitespace) => {}
            Some(_) => return None,
            None if only.is_some() => return None,
            None => only = Some(child),
        }
    }
    only
}

/// The significant characters below an element; `None` if there are more than `limit`, or far too many nodes.
fn significant(dom: &Dom, id: NodeId, limit: usize) -> Option<String> {
    let mut found = String::new();
    let mut left = limit;
    for (step, edge) in dom.edges(id, None).enumerate() {
        if step > 8 * limit {
            return None;
        }
        let Edge::Open(node) = edge else { continue };
        for c in dom.text(node).unwrap_or_default().chars().filter(|c| alexandria_domain::quote::is_significant(*c)) {
            left = left.checked_sub(1)?;
            found.push(c);
        }
    }
    Some(found)
}
