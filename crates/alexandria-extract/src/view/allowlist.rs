//! Elements and attributes of a rendered page. What is not listed is not written.

use html5ever::{Namespace, ns};

/// How an element is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag<'a> {
    /// With that name.
    As(&'a str),
    /// Without its tags.
    Content,
}

/// How an element is written. An unknown HTML element becomes `section` or `span`, never bare content, so that HTML parsers
/// keep the nesting. No element can break out of SVG or MathML, so bare content is safe there.
pub(super) fn tag<'a>(namespace: &Namespace, local: &'a str) -> Tag<'a> {
    let listed = match *namespace {
        ns!(svg) => lists(SVG, local),
        ns!(mathml) => lists(MATHML, local),
        ns!(html) => match local {
            "dialog" | "fieldset" | "form" | "search" => return Tag::As("section"),
            "dir" | "menu" => return Tag::As("ul"),
            "listing" | "plaintext" | "xmp" => return Tag::As("pre"),
            _ if lists(HTML, local) => true,
            _ => return Tag::As("span"),
        },
        _ => false,
    };
    if listed { Tag::As(local) } else { Tag::Content }
}

/// Whether an element has no end tag.
pub(super) fn is_void(local: &str) -> bool {
    matches!(local, "br" | "col" | "hr" | "img" | "source" | "track" | "wbr")
}

/// Whether an attribute is copied. Addresses, `style` and `id` are handled by the writer.
pub(super) fn attribute(namespace: &Namespace, element: &str, name: &str) -> bool {
    if name.starts_with("aria-") {
        return name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    }
    if matches!(name, "class" | "lang" | "dir" | "role") {
        return true;
    }
    match *namespace {
        ns!(svg) => lists(SVG_ATTRIBUTES, name),
        ns!(mathml) => lists(MATHML_ATTRIBUTES, name),
        _ => name == "title" || is_html_attribute(element, name),
    }
}

fn is_html_attribute(element: &str, name: &str) -> bool {
    match element {
        "img" => matches!(name, "alt" | "width" | "height" | "align" | "border" | "hspace" | "vspace"),
        "td" | "th" => matches!(
            name,
            "colspan" | "rowspan" | "headers" | "scope" | "align" | "valign" | "width" | "height" | "nowrap"
        ),
        "col" | "colgroup" => matches!(name, "span" | "width" | "align" | "valign"),
        "table" => {
            matches!(name, "border" | "width" | "cellpadding" | "cellspacing" | "align" | "frame" | "rules")
        }
        "ol" | "ul" | "li" => matches!(name, "start" | "type" | "reversed" | "value"),
        "font" => matches!(name, "size" | "color" | "face"),
        "time" => name == "datetime",
        "details" => name == "open",
        "track" => matches!(name, "kind" | "srclang" | "label" | "default"),
        "source" => name == "type",
        "audio" | "video" => matches!(name, "width" | "height" | "loop"),
        _ => name == "align",
    }
}

/// Whether a space-separated list contains a name.
fn lists(names: &str, name: &str) -> bool {
    names.split(' ').any(|listed| listed == name)
}

/// Elements of text, tables, pictures and sound.
const HTML: &str = "\
    a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col \
    colgroup data dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup \
    hr i img ins kbd li main mark nav ol p pre q rb rp rt rtc ruby s samp section small source span strike \
    strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr";

/// Elements that draw; none that animates, links or embeds.
const SVG: &str = "\
    circle clipPath defs desc ellipse g image line linearGradient marker mask path pattern polygon polyline \
    radialGradient rect stop svg symbol text textPath title tspan use";

/// Elements of presentation MathML.
const MATHML: &str = "\
    maction math menclose merror mfenced mfrac mi mlabeledtr mmultiscripts mn mo mover mpadded mphantom \
    mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none \
    semantics";

/// Attributes of shapes, lines and gradients.
const SVG_ATTRIBUTES: &str = "\
    clip-path clip-rule clipPathUnits cx cy d dominant-baseline dx dy fill fill-opacity fill-rule font-family \
    font-size font-style font-weight fx fy gradientTransform gradientUnits height letter-spacing marker-end \
    marker-mid marker-start markerHeight markerUnits markerWidth mask offset opacity orient patternContentUnits \
    patternTransform patternUnits points preserveAspectRatio r refX refY rotate rx ry spreadMethod stop-color \
    stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit \
    stroke-opacity stroke-width text-anchor textLength transform version viewBox width x x1 x2 y y1 y2";

/// Attributes of formulas.
const MATHML_ATTRIBUTES: &str = "\
    accent accentunder alttext close columnalign columnlines columnspacing columnspan depth display \
    displaystyle fence form frame height largeop linethickness lspace mathcolor mathsize mathvariant maxsize \
    minsize movablelimits notation open rowalign rowlines rowspacing rowspan rspace scriptlevel separator \
    separators stretchy symmetric voffset width";
