//! Converting Markdown to HTML: CommonMark with tables, footnotes, strikethrough and task lists.

use alexandria_domain::Metadata;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::front_matter;
use crate::error::ExtractError;
use crate::limits::Guard;

/// Parser events between two checks of the time.
const TIME_CHECK_INTERVAL: usize = 4096;

/// The document and the metadata of its front matter. Raw HTML passes through: every page is sanitised when it is rendered.
pub(super) fn to_html(text: &str, guard: &Guard) -> Result<(String, Metadata), ExtractError> {
    let (metadata, text) = front_matter::read(text, guard);
    let text = &strip_divs(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    let mut timeout = None;
    let mut raw = false;
    let events = Parser::new_ext(text, options).enumerate().map_while(|(count, event)| {
        if count.is_multiple_of(TIME_CHECK_INTERVAL) {
            timeout = guard.check_time().err();
        }
        timeout.is_none().then(|| translate(event, &mut raw))
    });
    let mut page = String::with_capacity(text.len() + text.len() / 4);
    html::push_html(&mut page, events);
    timeout.map_or(Ok((page, metadata)), Err)
}

/// Footnotes get a role, to tell them from running text. A code block in `{=html}` is raw HTML, as pandoc writes it; `raw`
/// is whether the event is inside one.
fn translate<'a>(event: Event<'a>, raw: &mut bool) -> Event<'a> {
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

/// Removes pandoc's fences around divisions (`:::`) and its empty anchors (`[]{#id}`).
fn strip_divs(text: &str) -> String {
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
