//! Markdown to HTML: CommonMark with tables, footnotes, strikethrough and task lists.

use alexandria_domain::Metadata;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::front_matter;
use crate::error::ExtractError;
use crate::limits::Guard;

/// Events after which the time is checked.
const STEP: usize = 4096;

/// The page and what the front matter says. HTML in the text is kept: the page is cleaned where every page is.
pub(super) fn to_html(text: &str, guard: &Guard) -> Result<(String, Metadata), ExtractError> {
    let (metadata, text) = front_matter::read(text, guard);
    let text = &without_divs(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    let mut late = None;
    let mut raw = false;
    let events = Parser::new_ext(text, options).enumerate().map_while(|(count, event)| {
        if count.is_multiple_of(STEP) {
            late = guard.check_time().err();
        }
        late.is_none().then(|| translated(event, &mut raw))
    });
    let mut page = String::with_capacity(text.len() + text.len() / 4);
    html::push_html(&mut page, events);
    late.map_or(Ok((page, metadata)), Err)
}

/// Footnotes get the role that tells them from running text. A block of code in `{=html}` is HTML, as pandoc writes it;
/// `raw` is whether this is inside one.
fn translated<'a>(event: Event<'a>, raw: &mut bool) -> Event<'a> {
    let nothing = || Event::Html(CowStr::Borrowed("\n"));
    match event {
        Event::Start(Tag::FootnoteDefinition(label)) => {
            let id = label.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
            Event::Html(CowStr::from(format!("<aside role=\"doc-footnote\" id=\"{id}\">\n")))
        }
        Event::End(TagEnd::FootnoteDefinition) => Event::Html(CowStr::Borrowed("</aside>\n")),
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) if &*kind == "{=html}" => {
            *raw = true;
            nothing()
        }
        Event::End(TagEnd::CodeBlock) if std::mem::take(raw) => nothing(),
        Event::Text(text) if *raw => Event::Html(text),
        event => event,
    }
}

/// The text without pandoc's lines of colons around divisions, and without its empty anchors (`[]{#id}`).
fn without_divs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        code ^= start.starts_with("```") || start.starts_with("~~~");
        if !code && start.starts_with(":::") {
            out.push('\n');
            continue;
        }
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("[]{#").filter(|_| !code) {
            out.push_str(before);
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        out.push_str(rest);
    }
    out
}
