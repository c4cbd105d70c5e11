//! The page of a section of markup: allowlisted elements and attributes, with every address rewritten.

use html5ever::ns;

use super::allowlist::{self, Tag};
use super::css;
use super::links::{PageLinks, Target};
use super::role::{Role, hides, role};
use super::section::SectionTree;
use super::viewport::size_in;
use super::xhtml::XhtmlWriter;
use crate::dom::{Dom, Edge, NodeId};
use crate::error::ExtractError;
use crate::limits::Guard;

/// Marks elements that are rendered but are not part of the text.
const SKIP: &str = "data-alx-skip";

/// The page of parsed markup.
pub(super) fn page(tree: &SectionTree, links: &PageLinks<'_>, guard: &Guard) -> Result<String, ExtractError> {
    let mut writer =
        Writer { dom: &tree.dom, links, out: XhtmlWriter::default(), open: Vec::new(), foreign: 0, links_open: 0 };
    writer.head(tree.fixed);
    writer.body(tree, guard)?;
    writer.out.raw("</html>\n");
    Ok(writer.out.finish())
}

struct Writer<'a> {
    dom: &'a Dom,
    links: &'a PageLinks<'a>,
    out: XhtmlWriter,
    /// Pending end tags, innermost last; `None` for elements without tags.
    open: Vec<Option<&'a str>>,
    /// Number of open SVG and MathML elements.
    foreign: usize,
    /// Number of open links.
    links_open: usize,
}

impl<'a> Writer<'a> {
    fn head(&mut self, fixed: bool) {
        self.out.open_root();
        let root = self.dom.children(Dom::DOCUMENT).find(|id| self.dom.local(*id) == "html");
        if let Some(root) = root {
            self.attributes(root, "html");
        }
        self.out.open_head();
        let head = root.and_then(|root| self.dom.children(root).find(|id| self.dom.local(*id) == "head"));
        for id in head.into_iter().flat_map(|head| self.dom.children(head)) {
            match self.dom.local(id) {
                "title" => {
                    self.out.raw("<title>");
                    self.out.text(&self.dom.text_content(id));
                    self.out.raw("</title>\n");
                }
                "link" => self.style_sheet(id),
                "meta" if fixed => self.size(id),
                "style" => {
                    let text: String = self.dom.children(id).filter_map(|child| self.dom.text(child)).collect();
                    let css = css::rewrite(&text, &|target| self.links.resource(target));
                    self.out.style(&css);
                }
                _ => {}
            }
        }
        self.out.raw("</head>\n");
    }

    /// The size of a page with a fixed layout. The renderer scales the page by it.
    fn size(&mut self, id: NodeId) {
        let content = self.dom.attribute(id, "content").filter(|_| self.dom.attribute(id, "name") == Some("viewport"));
        if let Some((width, height)) = content.and_then(size_in) {
            self.out.viewport(width, height);
        }
    }

    fn style_sheet(&mut self, id: NodeId) {
        let rel = self.dom.attribute(id, "rel").unwrap_or_default().to_ascii_lowercase();
        let mut words = rel.split_ascii_whitespace();
        let is_sheet = words.clone().any(|word| word == "stylesheet") && !words.any(|word| word == "alternate");
        let target = self.dom.attribute(id, "href").and_then(|href| self.links.link(href));
        if let (true, Some(Target::Inside(href))) = (is_sheet, target) {
            self.out.open_start("link");
            self.out.attribute("rel", "stylesheet");
            self.out.attribute("href", &href);
            if let Some(media) = self.dom.attribute(id, "media") {
                self.out.attribute("media", media);
            }
            self.out.close_start(true);
            self.out.raw("\n");
        }
    }

    fn body(&mut self, tree: &'a SectionTree, guard: &Guard) -> Result<(), ExtractError> {
        let body = tree.body();
        // Without a body element the document itself is traversed, and it has no tag.
        let implied = self.dom.name(body).is_none() || role(self.dom, body) == Role::Dropped;
        if implied {
            self.out.raw("<body>");
        }
        let mut edges = self.dom.edges(body, tree.slice);
        let mut steps = 0_usize;
        while let Some(edge) = edges.next() {
            steps += 1;
            if steps.is_multiple_of(4096) {
                guard.check_time()?;
            }
            match edge {
                Edge::Open(id) => match (self.dom.text(id), role(self.dom, id)) {
                    (Some(text), _) => self.out.text(text),
                    (None, Role::Dropped) => {
                        self.object(id);
                        edges.skip_content(id);
                    }
                    // Without a tag there is nothing to mark, so it is not rendered either.
                    (None, role @ Role::Skipped) if self.tag(id, role).is_none() => edges.skip_content(id),
                    (None, role) => self.start(id, role),
                },
                Edge::Close(id) if self.dom.text(id).is_none() => self.end(id),
                Edge::Close(_) => {}
            }
        }
        if implied {
            self.out.raw("</body>\n");
        }
        Ok(())
    }

    fn start(&mut self, id: NodeId, role: Role) {
        let tag = self.tag(id, role);
        self.open.push(tag.filter(|tag| !allowlist::is_void(tag)));
        self.foreign += usize::from(self.is_foreign(id));
        self.links_open += usize::from(self.is_link(id));
        let Some(tag) = tag else { return };
        self.out.open_start(tag);
        self.attributes(id, tag);
        if role == Role::Skipped {
            self.out.attribute(SKIP, "");
        }
        self.out.close_start(allowlist::is_void(tag));
    }

    fn end(&mut self, id: NodeId) {
        self.foreign -= usize::from(self.is_foreign(id));
        self.links_open -= usize::from(self.is_link(id));
        if let Some(Some(tag)) = self.open.pop() {
            self.out.end(tag);
        }
    }

    fn is_foreign(&self, id: NodeId) -> bool {
        matches!(self.dom.namespace(id), Some(&ns!(svg) | &ns!(mathml)))
    }

    fn is_link(&self, id: NodeId) -> bool {
        !self.is_foreign(id) && self.dom.local(id) == "a"
    }

    fn tag(&self, id: NodeId, role: Role) -> Option<&'a str> {
        let (namespace, local) = (self.dom.namespace(id)?, self.dom.local(id));
        if *namespace == ns!(html) && local == "body" {
            return Some("body");
        }
        // An HTML element inside SVG or MathML would end them for an HTML parser.
        if *namespace == ns!(html) && self.foreign > 0 {
            return None;
        }
        // A link inside a link would end the outer one.
        if self.is_link(id) && self.links_open > 0 {
            return Some("span");
        }
        match allowlist::tag(namespace, local) {
            // For an HTML parser the next heading or block ends these, and the mark with them.
            Tag::As("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p") if role == Role::Skipped => Some("section"),
            Tag::As(tag) => Some(tag),
            Tag::Content => None,
        }
    }

    /// Writes the image of an `object`; nothing else of it is rendered.
    fn object(&mut self, id: NodeId) {
        let is_image = self.dom.attribute(id, "type").is_some_and(|media_type| media_type.starts_with("image/"));
        let source = self.dom.attribute(id, "data").and_then(|data| self.links.resource(data));
        if let (true, "object", Some(source)) = (is_image, self.dom.local(id), source) {
            self.out.open_start("img");
            self.out.attribute("src", &source);
            self.out.attribute("alt", "");
            self.out.close_start(true);
        }
    }

    fn attributes(&mut self, id: NodeId, tag: &str) {
        let dom = self.dom;
        let mut written: Vec<String> = Vec::new();
        for (name, value) in dom.attributes(id) {
            for (name, value) in self.attribute(id, tag, name, value) {
                // XML forbids duplicate attributes, such as `lang` from `lang` and `xml:lang`.
                if !written.contains(&name) {
                    self.out.attribute(&name, &value);
                    written.push(name);
                }
            }
        }
        if tag == "a"
            && !written.iter().any(|name| name == "id")
            && let Some(anchor) = dom.attribute(id, "name")
        {
            self.out.attribute("id", anchor);
        }
        if matches!(tag, "audio" | "video") {
            self.out.attribute("controls", "");
        }
    }

    /// The attributes that an attribute is written as; empty if it is dropped.
    fn attribute(&self, id: NodeId, tag: &str, name: &str, value: &str) -> Vec<(String, String)> {
        let own = |name: &str, value: String| vec![(name.to_owned(), value)];
        let resource = |name: &str| self.links.resource(value).map_or_else(Vec::new, |url| own(name, url));
        match (name, tag) {
            ("id" | "epub:type", _) => own(name, value.to_owned()),
            ("xml:lang", _) => own("lang", value.to_owned()),
            ("style", _) if hides(value) => Vec::new(),
            ("style", _) => own(name, css::rewrite(value, &|target| self.links.resource(target))),
            ("href", "a") if !self.is_foreign(id) => self.link(value),
            ("href", "use") if value.starts_with('#') => own(name, value.to_owned()),
            ("href", "image") => resource("href"),
            ("src", "img" | "audio" | "video" | "source" | "track") | ("poster", "video") => resource(name),
            _ => {
                let Some(namespace) = self.dom.namespace(id) else { return Vec::new() };
                let allowed =
                    allowlist::attribute(namespace, tag, name) && (*namespace == ns!(html) || !refers_elsewhere(value));
                if allowed { own(name, value.to_owned()) } else { Vec::new() }
            }
        }
    }

    fn link(&self, reference: &str) -> Vec<(String, String)> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        match self.links.link(reference) {
            Some(Target::Inside(url)) => vec![pair("href", &url)],
            Some(Target::Outside(url)) => {
                vec![pair("href", &url), pair("rel", "noreferrer noopener"), pair("target", "_blank")]
            }
            None => Vec::new(),
        }
    }
}

/// Whether a presentation attribute refers to anything outside the same drawing.
fn refers_elsewhere(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    // Besides `url(…)`, `src(…)`, `image(…)` and `image-set(…)` load images.
    ["\\", "src(", "image"].iter().any(|way| value.contains(way))
        || value.match_indices("url(").any(|(at, _)| !value.split_at(at + 4).1.trim_start().starts_with('#'))
}
