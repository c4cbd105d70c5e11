//! The invariant of the views: without marked elements, the significant characters of the page are those of the blocks.

use alexandria_domain::quote::is_significant;
use proptest::prelude::*;

use super::{guard, page_of, text_of, tree};
use crate::dom::{Edge, Syntax, parse_html};
use crate::view::body;

/// Significant characters of the body without marked elements, as an HTML parser reads the page.
pub(super) fn significant_by_html(page: &str) -> String {
    let dom = parse_html(page, Syntax::Html, &guard()).expect("parses");
    let mut edges = dom.edges(body(&dom), None);
    let mut found = String::new();
    while let Some(edge) = edges.next() {
        let Edge::Open(id) = edge else { continue };
        if dom.attribute(id, "data-alx-skip").is_some() {
            edges.skip_content(id);
        } else {
            found.extend(dom.text(id).unwrap_or_default().chars().filter(|c| is_significant(*c)));
        }
    }
    found
}

/// The same as an XML parser reads it, which also proves that the page is well-formed.
pub(super) fn significant_by_xml(page: &str) -> String {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document =
        roxmltree::Document::parse_with_options(page, options).unwrap_or_else(|error| panic!("{error}: {page}"));
    let body = document.descendants().find(|node| node.tag_name().name() == "body").expect("a body");
    let texts = body.descendants().filter(|node| node.is_text());
    let counted = texts.filter(|node| node.ancestors().all(|above| above.attribute("data-alx-skip").is_none()));
    counted.flat_map(|node| node.text().unwrap_or_default().chars()).filter(|c| is_significant(*c)).collect()
}

/// Holds for any markup when the page is parsed as it is served. Returns the page.
fn assert_agreement(markup: &str, syntax: Syntax) -> (String, String) {
    let tree = tree(markup, syntax);
    let text: String = text_of(&tree).iter().flat_map(|b| b.text.chars()).filter(|c| is_significant(*c)).collect();
    let page = page_of(&tree);
    assert_eq!(significant_by_xml(&page), text, "xml: {markup}\n{page}");
    (page, text)
}

/// Holds for properly nested markup, or nearly, even if the page is parsed as HTML.
fn assert_agreement_for_html(markup: &str, syntax: Syntax) {
    let (page, text) = assert_agreement(markup, syntax);
    assert_eq!(significant_by_html(&page), text, "html: {markup}\n{page}");
}

#[test]
fn page_and_text_agree_where_parsers_move_elements() {
    for markup in [
        "<table>a<tr>b<td>c</table>d",
        "<p>a<table><td><p>b</table>c",
        "<b><p>a</b>b</p><i>c<b>d</i>e</b>",
        "<a href=#1>a<table><td><a href=#2>[1]</a></table>",
        "<svg><p>a</svg><math><mtext><p>b</p></mtext><mi><svg><desc><p>c",
        "<ul hidden><li><fieldset><li>x</fieldset></ul><li>y",
        "<nav><li><fieldset><li>x</fieldset></nav><li>y",
        "<p><object><p>a</p></object>b</p>",
        "<select><option>a<p>b</select>c",
        "<frameset><frame></frameset><noframes>a",
        "<body epub:type=endnotes>a<body hidden>",
        "<plaintext>a</plaintext><b>",
        "\u{0}\u{1}a\u{fffe}\u{b}b&#1;&#13;&#0;",
        "<p title='a&#1;b' class='&#xffff;'>x",
        "<h1 epub:type=pagebreak><x-y><h2>a</h2></x-y></h1>b",
        "<style>]]><![CDATA[ a </style><p>x",
        "<div epub:type=noteref><table>a<tr><td>b",
        "",
    ] {
        assert_agreement_for_html(markup, Syntax::Html);
        assert_agreement_for_html(markup, Syntax::Xhtml);
    }
}

const PARTS: &[&str] = &[
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href='#x'>",
    "<a epub:type='noteref'>",
    "</a>",
    "<sup>",
    "</sup>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "</tr>",
    "<caption>",
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "<h1>",
    "</h1>",
    "<h2 role='doc-pagebreak'>",
    "</h2>",
    "<nav>",
    "</nav>",
    "<span hidden>",
    "<span style='display:none'>",
    "</span>",
    "<svg>",
    "</svg>",
    "<g>",
    "<desc>",
    "</desc>",
    "<title>",
    "</title>",
    "<foreignObject>",
    "</foreignObject>",
    "<math>",
    "</math>",
    "<mi>",
    "</mi>",
    "<mtext>",
    "</mtext>",
    "<annotation-xml encoding='text/html'>",
    "<form>",
    "</form>",
    "<fieldset>",
    "</fieldset>",
    "<select>",
    "</select>",
    "<option>",
    "<button>",
    "</button>",
    "<object>",
    "</object>",
    "<ruby>",
    "<rt>",
    "</rt>",
    "</ruby>",
    "<aside epub:type='footnote'>",
    "</aside>",
    "<br/>",
    "<hr>",
    "<img alt='x'>",
    "<x-y>",
    "</x-y>",
    "<nobr>",
    "</nobr>",
    "<pre>",
    "</pre>",
    "<template>",
    "</template>",
    "<noscript>",
    "</noscript>",
    "<dd>",
    "<dt>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<body>",
    "</body>",
    "<head>",
    "<html>",
    "<frameset>",
    "<hgroup>",
    "</hgroup>",
    "<audio>",
    "</audio>",
    "<center>",
    "<address>",
    "<dialog>",
    "<summary>",
    "<details>",
    "<font size=1>",
    "</font>",
    "<image>",
    "<input type=hidden>",
    "<colgroup>",
    "<col>",
    "<tbody>",
    "<th>",
    "<span epub:type='pagebreak'/>",
    "<p/>",
    "<td/>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&lt;b&gt;",
    "&#0;",
    "\u{ad}",
    "1",
    "[2]",
    "a",
    "b ",
    "c",
    " d",
    "\n",
    "é",
    "字",
];

/// Properly nested markup.
fn nested() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["a ", "b", "[1]", "&amp;", "é", "\u{ad}", "字"]).prop_map(str::to_owned);
    let around = |inner: BoxedStrategy<String>, tags: &'static [&'static str]| {
        (prop::collection::vec(inner, 0..4), prop::sample::select(tags)).prop_map(|(parts, tag)| {
            let name = tag.split(' ').next().unwrap_or_default();
            format!("<{tag}>{}</{name}>", parts.concat())
        })
    };
    let phrase = word.prop_recursive(3, 12, 4, move |inner| {
        around(
            inner.boxed(),
            &["b", "i", "sup", "span hidden=''", "span epub:type='pagebreak'", "q", "ruby", "rt", "x-y"],
        )
    });
    let line =
        around(phrase.boxed(), &["p", "h1", "h2", "pre", "div", "a href='#x'", "p hidden=''", "figcaption", "dt"]);
    line.prop_recursive(4, 24, 4, move |inner| {
        let row = around(around(inner.clone().boxed(), &["td", "th"]).boxed(), &["tr"]);
        prop_oneof![
            around(
                inner.clone().boxed(),
                &["div", "section", "nav", "aside epub:type='footnote'", "form", "blockquote"]
            ),
            around(around(inner.boxed(), &["li"]).boxed(), &["ul", "ol"]),
            around(around(row.boxed(), &["tbody"]).boxed(), &["table"]),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Property: for any markup, the page without marked elements has the significant characters of the blocks.
    #[test]
    fn page_and_text_agree(parts in prop::collection::vec(prop::sample::select(PARTS), 0..40), xhtml: bool) {
        assert_agreement(&parts.concat(), if xhtml { Syntax::Xhtml } else { Syntax::Html });
    }

    /// Property: for properly nested markup the same holds for an HTML parser.
    #[test]
    fn page_and_text_agree_for_html(markup in nested(), xhtml: bool) {
        assert_agreement_for_html(&markup, if xhtml { Syntax::Xhtml } else { Syntax::Html });
    }

    /// Property: no page has an event handler, a script, a frame, or an address with a scheme that is not listed.
    #[test]
    fn pages_are_passive(
        element in prop::sample::select(vec!["a", "img", "svg", "image", "use", "math", "video", "iframe", "p", "form", "link", "base"]),
        name in prop::sample::select(vec!["href", "src", "xlink:href", "onclick", "srcset", "style", "action", "formaction", "poster", "background", "srcdoc"]),
        value in prop::sample::select(vec!["javascript:x", "http://e.org/", "//e.org", "data:text/html,x", "file:///x", "x y"]),
    ) {
        let value = if name == "style" { format!("background:url({value})") } else { value.to_owned() };
        let page = page_of(&tree(&format!("<{element} {name}='{value}'>text"), Syntax::Html));
        let (_, body) = page.split_once("<body").expect("a body");
        let body = body.replace("href=\"http://e.org/\" rel=\"noreferrer noopener\" target=\"_blank\"", "");
        for forbidden in ["=\"javascript:x\" ", "href=\"javascript", "src=\"javascript", "e.org", "text/html", "file:", "onclick", "srcset", "action", "srcdoc", "<iframe", "<form", "<link", "<base"] {
            prop_assert!(!body.contains(forbidden), "{forbidden} in {body}");
        }
    }
}
