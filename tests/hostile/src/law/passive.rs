//! A page that only shows: read back by an XML parser that is not the one it was made with, and addresses by the parser
//! that browsers agree on (WHATWG URL).

use roxmltree::{Attribute, Document, Node, ParsingOptions};
use url::Url;

use super::address::{PAGE, is_inside_from};
use super::significant::significant;
use super::style;

/// Elements that act, load or take input, wherever they come from.
const ACTIVE: &[&str] = &[
    "animate",
    "animatemotion",
    "animatetransform",
    "applet",
    "base",
    "button",
    "dialog",
    "embed",
    "fencedframe",
    "foreignobject",
    "form",
    "frame",
    "frameset",
    "handler",
    "iframe",
    "input",
    "isindex",
    "listener",
    "noscript",
    "object",
    "option",
    "param",
    "plaintext",
    "portal",
    "script",
    "select",
    "set",
    "template",
    "textarea",
    "xmp",
];

/// Attributes that hold addresses and have no place on a page, or that act.
const BANNED: &[&str] = &[
    "action",
    "archive",
    "autofocus",
    "background",
    "cite",
    "classid",
    "codebase",
    "data",
    "download",
    "dynsrc",
    "formaction",
    "imagesrcset",
    "is",
    "longdesc",
    "lowsrc",
    "manifest",
    "ping",
    "profile",
    "slot",
    "srcdoc",
    "srcset",
    "usemap",
];

/// Checks a page whose publication is served under `base`. Gives the significant characters that count as its text.
pub(super) fn check_page(page: &str, base: &str) -> String {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(page, options);
    assert!(document.is_ok(), "a page is well-formed: {document:?} in {page}");
    let Ok(document) = document else { return String::new() };
    let elements = || document.descendants().filter(Node::is_element);
    for element in elements() {
        check_element(element, base);
    }
    let body = elements().find(|node| node.tag_name().name() == "body");
    assert!(body.is_some(), "a page has a body: {page}");
    let texts = body.into_iter().flat_map(|body| body.descendants()).filter(Node::is_text);
    let counted = texts.filter(|node| node.ancestors().all(|above| above.attribute("data-alx-skip").is_none()));
    counted.map(|node| significant(node.text().unwrap_or_default())).collect()
}

fn check_element(element: Node<'_, '_>, base: &str) {
    let name = element.tag_name().name();
    assert!(!ACTIVE.contains(&name.to_ascii_lowercase().as_str()), "<{name}> acts");
    if name == "meta" {
        let policy = element.attribute("http-equiv") == Some("Content-Security-Policy");
        assert!(policy || element.attribute("charset") == Some("utf-8"), "an unknown <meta>");
        return;
    }
    if name == "style" {
        style::check(PAGE, element.text().unwrap_or_default(), base);
    }
    if name == "link" {
        assert_eq!(element.attribute("rel"), Some("stylesheet"));
    }
    for attribute in element.attributes() {
        check_attribute(element, &attribute, base);
    }
}

fn check_attribute(element: Node<'_, '_>, attribute: &Attribute<'_, '_>, base: &str) {
    let (tag, name, value) = (element.tag_name().name(), attribute.name().to_ascii_lowercase(), attribute.value());
    assert!(!name.starts_with("on"), "{name}={value} is a handler");
    assert!(!BANNED.contains(&name.as_str()), "{name}={value} has no place on a page");
    match (tag, name.as_str()) {
        ("a", "href") => check_link(element, value, base),
        ("use", "href") => assert!(value.starts_with('#'), "{value} is not in the same picture"),
        (_, "href" | "src" | "poster") => {
            let picture = value.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("data:image/"));
            assert!(picture || is_inside(value, base), "{tag} {name}={value} leads out");
        }
        (_, "style") => style::check(PAGE, value, base),
        // Presentation attributes of SVG are style sheets in small.
        (_, "fill" | "stroke" | "mask" | "clip-path" | "marker-start" | "marker-mid" | "marker-end") => {
            style::check_local(value, base);
        }
        _ => {}
    }
}

fn check_link(link: Node<'_, '_>, value: &str, base: &str) {
    if is_inside(value, base) {
        return;
    }
    let scheme = Url::parse(value).map(|url| url.scheme().to_owned());
    let asks = matches!(scheme.as_deref(), Ok("http" | "https" | "mailto") | Err(_));
    assert!(asks, "a link to {value}");
    let marked = (link.attribute("rel"), link.attribute("target")) == (Some("noreferrer noopener"), Some("_blank"));
    assert!(marked, "{value} leads out and is not marked");
}

/// Whether a browser would fetch the address, which stands in a page, from the publication's own place.
fn is_inside(address: &str, base: &str) -> bool {
    is_inside_from(PAGE, address, base)
}
