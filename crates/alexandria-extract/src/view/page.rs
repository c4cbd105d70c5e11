//! The page of a section: what may be shown, with every address inside the publication or marked as outside.

use html5ever::ns;

use super::markup::Markup;
use super::role::hides;
use super::viewport::size_in;
use super::vocabulary::{self, Tag};
use super::{Role, SectionTree, css, role};
use crate::dom::{Dom, Edge, NodeId};
use crate::error::ExtractError;
use crate::href::{self, Href};
use crate::limits::Guard;

/// Policy of a page. Also sent as a header; it stands in the page because a renderer may show it from a `blob:` address.
const POLICY: &str = "default-src 'none'; img-src book: http://book.localhost data:; style-src book: http://book.localhost \
'unsafe-inline'; font-src book: http://book.localhost; media-src book: http://book.localhost";

/// Marks what is shown but is no text.
const SKIP: &str = "data-alx-skip";

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    /// To an address under the publication's own.
    Inside(String),
    /// To the web or to a mail program; the reader is asked first.
    Outside(String),
}

/// How addresses of one page are written.
pub(crate) struct PageLinks<'a> {
    /// Address of the publication, without a slash at the end.
    pub(crate) base_url: &'a str,
    /// Where a reference of this page leads inside the publication.
    pub(crate) resolve: &'a dyn Fn(&str) -> Option<Href>,
}

impl PageLinks<'_> {
    fn link(&self, reference: &str) -> Option<Target> {
        match href::scheme(reference).as_deref() {
            Some("http" | "https" | "mailto") => Some(Target::Outside(reference.trim().to_owned())),
            Some(_) => None,
            None => self.inside(reference).map(Target::Inside),
        }
    }

    fn resource(&self, reference: &str) -> Option<String> {
        if href::scheme(reference).as_deref() == Some("data") {
            let image = reference.trim().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("data:image/"));
            return image.then(|| reference.trim().to_owned());
        }
        self.inside(reference)
    }

    fn inside(&self, reference: &str) -> Option<String> {
        let Href { path, fragment } = (self.resolve)(reference)?;
        let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
        Some(format!("{}/{}{fragment}", self.base_url, href::encode(&path)))
    }
}

/// The whole page as a document.
pub(crate) fn page(tree: &SectionTree, links: &PageLinks<'_>, guard: &Guard) -> Result<String, ExtractError> {
    let mut writer =
        Writer { dom: &tree.dom, links, out: Markup::default(), open: Vec::new(), foreign: 0, links_open: 0 };
    writer.head(tree.fixed);
    writer.body(tree, guard)?;
    writer.out.raw("</html>\n");
    Ok(writer.out.finish())
}

struct Writer<'a> {
    dom: &'a Dom,
    links: &'a PageLinks<'a>,
    out: Markup,
    /// End tags that are due, innermost last.
    open: Vec<Option<&'a str>>,
    /// SVG and MathML elements around this place.
    foreign: usize,
    /// Links around this place.
    links_open: usize,
}

impl<'a> Writer<'a> {
    fn head(&mut self, fixed: bool) {
        self.out.raw("<!DOCTYPE html>\n");
        self.out.open_start("html");
        self.out.attribute("xmlns", "http://www.w3.org/1999/xhtml");
        self.out.attribute("xmlns:epub", "http://www.idpf.org/2007/ops");
        let root = self.dom.children(Dom::DOCUMENT).find(|id| self.dom.local(*id) == "html");
        if let Some(root) = root {
            self.attributes(root, "html");
        }
        self.out.close_start(false);
        self.out.raw("\n<head>\n<meta charset=\"utf-8\"/>\n");
        self.out.open_start("meta");
        self.out.attribute("http-equiv", "Content-Security-Policy");
        self.out.attribute("content", POLICY);
        self.out.close_start(true);
        self.out.raw("\n");
        let head = root.and_then(|root| self.dom.children(root).find(|id| self.dom.local(*id) == "head"));
        for id in head.into_iter().flat_map(|head| self.dom.children(head)) {
            match self.dom.local(id) {
                "title" => {
                    self.out.raw("<title>");
                    self.out.text(&self.dom.words(id));
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

    /// The size of a page that has one of its own. The renderer scales the page by it.
    fn size(&mut self, id: NodeId) {
        let content = self.dom.attribute(id, "content").filter(|_| self.dom.attribute(id, "name") == Some("viewport"));
        if let Some((width, height)) = content.and_then(size_in) {
            self.out.open_start("meta");
            self.out.attribute("name", "viewport");
            self.out.attribute("content", &format!("width={width}, height={height}"));
            self.out.close_start(true);
            self.out.raw("\n");
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
        // Without a body of its own the document itself is walked, and it has no tag.
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
                        edges.leap(id);
                    }
                    // No tag can carry the mark here, so what would have it is not shown either.
                    (None, role @ Role::Skipped) if self.tag(id, role).is_none() => edges.leap(id),
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
        self.open.push(tag.filter(|tag| !vocabulary::is_void(tag)));
        self.foreign += usize::from(self.is_foreign(id));
        self.links_open += usize::from(self.is_link(id));
        let Some(tag) = tag else { return };
        self.out.open_start(tag);
        self.attributes(id, tag);
        if role == Role::Skipped {
            self.out.attribute(SKIP, "");
        }
        self.out.close_start(vocabulary::is_void(tag));
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
        match vocabulary::tag(namespace, local) {
            // The next heading or block would end these, and the mark with them.
            Tag::As("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p") if role == Role::Skipped => Some("section"),
            Tag::As(tag) => Some(tag),
            Tag::Content => None,
        }
    }

    /// A picture that an `object` shows; nothing else of it is.
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
                // XML refuses a page that has an attribute twice, as when `lang` and `xml:lang` are both given.
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

    /// What an attribute is written as: nothing, itself, or with what has to stand beside it.
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
                let allowed = vocabulary::attribute(namespace, tag, name)
                    && (*namespace == ns!(html) || !refers_elsewhere(value));
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

/// Whether a presentation attribute refers to anything but a part of the same picture.
fn refers_elsewhere(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    // Besides `url(…)`, pictures can come by `src(…)`, `image(…)` and `image-set(…)`.
    ["\\", "src(", "image"].iter().any(|way| value.contains(way))
        || value.match_indices("url(").any(|(at, _)| !value.split_at(at + 4).1.trim_start().starts_with('#'))
}
