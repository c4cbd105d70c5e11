//! Text and page of small sections.

mod agreement;
mod content;

use std::sync::Arc;

use alexandria_domain::{Block, BlockKind};

use super::{PageContent, PageLinks, SectionTree, blocks, page};
use crate::dom::{Dom, Edge, Syntax, parse_html};
use crate::href;
use crate::limits::{Guard, Limits};

fn guard() -> Guard {
    Guard::start(&Limits::default())
}

fn tree(markup: &str, syntax: Syntax) -> SectionTree {
    SectionTree::reflowable(Arc::new(parse_html(markup, syntax, &guard()).expect("parses")))
}

fn text_of(tree: &SectionTree) -> Vec<Block> {
    blocks(tree, &guard()).expect("reads")
}

fn page_of(tree: &SectionTree) -> String {
    render(&PageContent::Markup(tree.clone()))
}

fn render(content: &PageContent) -> String {
    let resolve = |reference: &str| href::resolve("text/one.xhtml", reference);
    page(content, &PageLinks { base_url: "book://localhost/1", resolve: &resolve }, &guard()).expect("writes")
}

/// The body of the rendered page.
fn body_of(markup: &str) -> String {
    let page = page_of(&tree(markup, Syntax::Xhtml));
    let (_, body) = page.split_once("<body>").expect("a body");
    body.split_once("</body>").expect("its end").0.to_owned()
}

/// Blocks, one per line: `h2 heading`, `- text`, `* note`.
fn read(markup: &str) -> String {
    let line = |block: Block| match block.kind {
        BlockKind::Heading(level) => format!("h{level} {}", block.text),
        BlockKind::Text => format!("- {}", block.text),
        BlockKind::Note => format!("* {}", block.text),
    };
    text_of(&tree(markup, Syntax::Xhtml)).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn blocks_follow_block_elements() {
    let check = |markup: &str, expect: &str| assert_eq!(read(markup), expect, "{markup}");
    check("<h1>A</h1><p>b <i>c</i>d</p>e", "h1 A\n- b cd\n- e");
    check("<div>direct<p>inner</p>after</div>", "- direct\n- inner\n- after");
    check("<ul><li>one</li><li><p>two</p><ol><li>three</li></ol></li></ul>", "- one\n- two\n- three");
    check("<table><tr><td>a</td><td>b</td></tr><tr><th><p>c</p></th></tr></table>", "- a b\n- c");
    check("<dl><dt>t</dt><dd>d</dd></dl>", "- t\n- d");
    check("<blockquote><p>q</p><footer>who</footer></blockquote>", "- q\n- who");
    check("<p>line<br/>two<br></br>three</p>", "- line two three");
    check("<pre>a\n  b</pre>", "- a b");
    check("<p>co\u{ad}op\u{2060} a\u{a0}\u{3000}b\u{200b}c</p>", "- coop a bc");
    check("<p>\u{645}\u{6cc}\u{200c}\u{62e}</p>", "- \u{645}\u{6cc}\u{200c}\u{62e}");
    check("<figure><img alt='words'/><figcaption>c</figcaption></figure>", "- c");
    check("<hgroup><h2>I</h2><p>Loomings</p></hgroup><p>x</p>", "h2 I Loomings\n- x");
    check("<h2>A<br/>B</h2>", "h2 A B");
    check("<p> </p><p>\u{200b}</p>", "");
    check("<p>x = <math><mi>a</mi><mo>+</mo><mn>1</mn><annotation>tex</annotation></math></p>", "- x = a+1");
}

#[test]
fn blocks_leave_out_marks_and_distinguish_notes() {
    let check = |markup: &str, expect: &str| assert_eq!(read(markup), expect, "{markup}");
    check("<p>word<a epub:type='noteref' href='#n'>1</a>.</p>", "- word.");
    check("<p>word<a role='doc-noteref' href='#n'>1</a>.</p>", "- word.");
    check("<p>word<sup><a href='n.xhtml#n'>12</a></sup>.</p>", "- word.");
    check("<p>word<a href='#n'><sup>*</sup></a>.</p>", "- word.");
    check("<p>word<a href='#n'>[3]</a>.</p>", "- word.");
    check("<p>2<sup>nd</sup> <a href='#x'>see</a></p>", "- 2nd see");
    check(
        "<p><a epub:type='noteref'>a long text that was wrongly marked</a></p>",
        "- a long text that was wrongly marked",
    );
    check("<p>a<span epub:type='pagebreak'>17</span>b</p>", "- ab");
    check("<p>a<span role='doc-pagebreak' id='p'/>b</p>", "- ab");
    check("<nav><ol><li>x</li></ol></nav><p>y</p>", "- y");
    check("<p hidden=''>x</p><p style='color:red; DISPLAY : none'>y</p><p>z</p>", "- z");
    check("<body><script>x</script><style>y</style><template><p>t</p></template><noscript>n</noscript><p>z</p>", "- z");
    check("<svg><title>t</title><text>s</text></svg><p>z</p>", "- z");
    check("<form><input value='x'/><button>b</button><select><option>o</option></select>f</form>", "- f");
    check("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "- 漢");
    check("<aside epub:type='footnote' hidden='hidden'><p>n</p></aside><p>z</p>", "* n\n- z");
    check(
        "<section role='doc-endnotes'><h2>Notes</h2><ol><li><p>n<a role='doc-backlink' href='#r'>↩</a></p></li></ol></section>",
        "h2 Notes\n* n",
    );
}

#[test]
fn blocks_follow_xhtml_syntax() {
    let check = |markup: &str, expect: &str| assert_eq!(read(markup), expect, "{markup}");
    check("<?xml version='1.0'?><html><head><title/></head><body><p>a</p></body></html>", "- a");
    check("<html><head><script src='x'/></head><body><a id='x'/><p/><p>a</p></body></html>", "- a");
    check("<p>a <![CDATA[<b>]]> c</p>", "- a <b> c");
    check("<p>a<b/>b</p><p>c</p>", "- ab\n- c");
    check("<h:p xmlns:h='x'>a</h:p><h:p>b</h:p>", "- a\n- b");
    check("<p>&nbsp;a&mdash;b &amp c</p>", "- a—b & c");
    check("<svg:svg><svg:text>x</svg:text></svg:svg><p>y</p>", "- y");
}

#[test]
fn page_has_only_allowlisted_elements_and_attributes() {
    let check = |markup: &str, expect: &str| assert_eq!(body_of(markup), expect, "{markup}");
    check(
        "<p class='a' onclick='x()' data-x='1' epub:type='z' xml:lang='en' lang='fr'>x</p>",
        r#"<p class="a" epub:type="z" lang="en">x</p>"#,
    );
    check("<script>alert(1)</script><iframe src='x'></iframe><object data='x'>o</object><embed src='x'/>", "");
    check("<meta http-equiv='refresh' content='0;x'/><base href='http://e.org/'/><p>x</p>", "<p>x</p>");
    check("<form action='x'><p>y</p></form>", "<section><p>y</p></section>");
    check("<custom-tag><p>x</p></custom-tag>", "<span><p>x</p></span>");
    check("<p style='background:url(http://e.org/)'>x</p>", r#"<p style="background:url(&quot;data:,&quot;)">x</p>"#);
    check(
        "<p style='background:url(i.png)'>x</p>",
        r#"<p style="background:url(&quot;book://localhost/1/text/i.png&quot;)">x</p>"#,
    );
    check("<a name='n'>x</a>", r#"<a id="n">x</a>"#);
    check("<nav>n</nav>", r#"<nav data-alx-skip="">n</nav>"#);
    check(
        "<sup><a href='#f'>1</a></sup>",
        r##"<sup data-alx-skip=""><a href="book://localhost/1/text/one.xhtml#f">1</a></sup>"##,
    );
    check(
        "<br/>a<hr/>b<img src='../i/a b.png' alt='\"A\" &lt; B' onerror='x'/>",
        r#"<br/>a<hr/>b<img src="book://localhost/1/i/a%20b.png" alt="&quot;A&quot; &lt; B"/>"#,
    );
    check(
        "<object type='image/svg+xml' data='a.svg'>fallback</object>",
        r#"<img src="book://localhost/1/text/a.svg" alt=""/>"#,
    );
    check(
        "<audio autoplay='' src='a.mp3'>no</audio>",
        r#"<audio src="book://localhost/1/text/a.mp3" controls="" data-alx-skip="">no</audio>"#,
    );
}

#[test]
fn page_links_are_internal_or_marked_external() {
    let check = |href: &str, expect: &str| {
        assert_eq!(body_of(&format!("<a href='{href}'>x</a>")), format!("<a{expect}>x</a>"), "{href}");
    };
    check("two.xhtml#a", r##" href="book://localhost/1/text/two.xhtml#a""##);
    check("https://e.org/?a=b&amp;c", r#" href="https://e.org/?a=b&amp;c" rel="noreferrer noopener" target="_blank""#);
    check("mailto:a@e.org", r#" href="mailto:a@e.org" rel="noreferrer noopener" target="_blank""#);
    check("javascript:alert(1)", "");
    check(" java\tscript:alert(1)", "");
    check("data:text/html,x", "");
    check("vbscript:x", "");
    check("file:///etc/passwd", "");
    check("//e.org/x", "");
    check("../../../x", "");
    let image = |src: &str, expect: &str| {
        assert_eq!(body_of(&format!("<img src='{src}'/>")), format!("<img{expect}/>"), "{src}");
    };
    image("data:image/png;base64,AA", r#" src="data:image/png;base64,AA""#);
    image("data:text/html,x", "");
    image("http://e.org/track.gif", "");
}

#[test]
fn page_sanitises_svg_and_mathml() {
    let check = |markup: &str, expect: &str| assert_eq!(body_of(markup), expect, "{markup}");
    check(
        "<svg viewBox='0 0 1 1' onload='x'><script>x</script><image xlink:href='a.png' width='1'/><use href='http://e.org/#a'/><a href='javascript:x'><rect fill='url(#g)' stroke='url(http://e.org)'/></a></svg>",
        r#"<svg viewBox="0 0 1 1" data-alx-skip=""><image href="book://localhost/1/text/a.png" width="1"></image><use></use><rect fill="url(#g)"></rect></svg>"#,
    );
    check(
        "<svg><foreignObject><p>x</p></foreignObject><desc><b>y</b></desc></svg>",
        r#"<svg data-alx-skip=""><desc>y</desc></svg>"#,
    );
    check(
        r#"<svg><g mask="image-set('http://e.org/x' 1x)" fill="src('//e.org')"></g></svg>"#,
        r#"<svg data-alx-skip=""><g></g></svg>"#,
    );
    check(
        "<math display='block' href='http://e.org'><mtext><b>x</b></mtext></math>",
        r#"<math display="block"><mtext>x</mtext></math>"#,
    );
}

#[test]
fn page_head_has_policy_and_styles() {
    let markup = "<html lang='en' dir='rtl'><head><title>A &amp; B</title><meta http-equiv='refresh' content='0'/>\
        <link rel='stylesheet' href='../s.css' media='screen'/><link rel='stylesheet' href='http://e.org/s.css'/>\
        <link rel='alternate stylesheet' href='n.css'/><link rel='icon' href='i.png'/>\
        <style>@import 'http://e.org/'; p > a { color: red } </style></head><body class='b'/></html>";
    insta::assert_snapshot!(page_of(&tree(markup, Syntax::Xhtml)), @r#"
    <!DOCTYPE html>
    <html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" dir="rtl">
    <head>
    <meta charset="utf-8"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src book: http://book.localhost data:; style-src book: http://book.localhost 'unsafe-inline'; font-src book: http://book.localhost; media-src book: http://book.localhost; form-action 'none'; base-uri 'none'"/>
    <title>A &amp; B</title>
    <link rel="stylesheet" href="book://localhost/1/s.css" media="screen"/>
    <style> p > a { color: red } </style>
    </head>
    <body class="b"></body></html>
    "#);
}

#[test]
fn page_style_writes_form_feed_as_line_break() {
    let page = page_of(&tree("<style>p{\u{c}color:red}</style><p>x", Syntax::Html));
    assert!(page.contains("<style>p{\ncolor:red}</style>"), "{page}");
}

#[test]
fn long_blocks_are_split_between_words() {
    let found = text_of(&tree(&format!("<p>{}</p>", "word ".repeat(20_000)), Syntax::Html));
    assert!(found.len() > 2 && found.iter().all(|block| block.text.len() <= 33 << 10 && block.text.ends_with("word")));
}

#[test]
fn dom_opens_and_closes_every_node() {
    let dom = parse_html("<table>a<b>c<tr><td>d</b>e</table>f", Syntax::Html, &guard()).expect("parses");
    let opened = dom.edges(Dom::DOCUMENT, None).filter(|edge| matches!(edge, Edge::Open(_))).count();
    let closed = dom.edges(Dom::DOCUMENT, None).filter(|edge| matches!(edge, Edge::Close(_))).count();
    assert_eq!(opened, closed);
    assert_eq!(dom.text_content(Dom::DOCUMENT), "acdef");
}
