//! Passive pages: parsed by an XML parser that is independent of the code under test, and addresses by the parser that
//! browsers follow (WHATWG URL).

use roxmltree::{Attribute, Document, Node, ParsingOptions};
use url::Url;

use super::address::is_inside;
use super::sample::PAGE;
use super::significant::significant;
use super::style;

/// Elements that run, load or take input.
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

/// Attributes that run something, or hold addresses that a page does not need.
const FORBIDDEN: &[&str] = &[
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

/// Checks a page of the publication at `base`. Returns the significant characters of its text.
pub(super) fn check_page(page: &str, base: &str) -> String {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(page, options);
    assert!(document.is_ok(), "not well-formed: {document:?} in {page}");
    let Ok(document) = document else { return String::new() };
    let elements = || document.descendants().filter(Node::is_element);
    for element in elements() {
        check_element(element, base);
    }
    let body = elements().find(|node| node.tag_name().name() == "body");
    assert!(body.is_some(), "no body: {page}");
    let texts = body.into_iter().flat_map(|body| body.descendants()).filter(Node::is_text);
    let counted = texts.filter(|node| node.ancestors().all(|above| above.attribute("data-alx-skip").is_none()));
    counted.map(|node| significant(node.text().unwrap_or_default())).collect()
}

fn check_element(element: Node<'_, '_>, base: &str) {
    let name = element.tag_name().name();
    assert!(!ACTIVE.contains(&name.to_ascii_lowercase().as_str()), "<{name}> is active");
    if name == "meta" {
        let policy = element.attribute("http-equiv") == Some("Content-Security-Policy");
        let size = element.attribute("name") == Some("viewport");
        assert!(policy || size || element.attribute("charset") == Some("utf-8"), "an unknown <meta>");
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
    assert!(!name.starts_with("on"), "{name}={value} is an event handler");
    assert!(!FORBIDDEN.contains(&name.as_str()), "{name}={value} is forbidden");
    match (tag, name.as_str()) {
        ("a", "href") => check_link(element, value, base),
        ("use", "href") => assert!(value.starts_with('#'), "{value} is not in the same drawing"),
        (_, "href" | "src" | "poster") => {
            let image = value.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("data:image/"));
            assert!(image || is_inside(value, base), "{tag} {name}={value} is external");
        }
        (_, "style") => style::check(PAGE, value, base),
        // Presentation attributes of SVG are CSS values.
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
    let allowed = matches!(scheme.as_deref(), Ok("http" | "https" | "mailto") | Err(_));
    assert!(allowed, "a link to {value}");
    let marked = (link.attribute("rel"), link.attribute("target")) == (Some("noreferrer noopener"), Some("_blank"));
    assert!(marked, "{value} is external and not marked");
}
