//! Styles (ODF 1.3 part 3 §16), as far as they say what a text is.

use std::collections::HashMap;

use super::list::ListStyle;
use crate::dom::{Dom, NodeId};
use crate::error::ExtractError;
use crate::language;
use crate::limits::Guard;
use crate::markup::TextFormat;

/// Maximum number of styles that one is derived from; a cycle ends there.
const MAX_ANCESTORS: usize = 32;

/// What one style sets; `None` where it says nothing.
#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    bold: Option<bool>,
    italic: Option<bool>,
    underline: Option<bool>,
    strike: Option<bool>,
    /// Above the line (`Some(true)`) or below it.
    raised: Option<bool>,
    hidden: Option<bool>,
    language: Option<String>,
    right_to_left: Option<bool>,
    list: Option<String>,
}

/// What a paragraph style says of its paragraphs.
#[derive(Clone, Debug, Default)]
pub(super) struct ParagraphStyle {
    pub(super) is_title: bool,
    pub(super) is_quote: bool,
    pub(super) hidden: bool,
    pub(super) right_to_left: bool,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    paragraphs: HashMap<String, Style>,
    texts: HashMap<String, Style>,
    lists: HashMap<String, ListStyle>,
    language: String,
}

impl Styles {
    /// Reads the styles of a part. Those of the content come last, and count.
    pub(super) fn read(&mut self, dom: &Dom, guard: &Guard) -> Result<(), ExtractError> {
        let mut edges = dom.edges(Dom::DOCUMENT, None);
        let mut count = 0_usize;
        while let Some(edge) = edges.next() {
            count += 1;
            if count.is_multiple_of(4096) {
                guard.check_time()?;
            }
            let crate::dom::Edge::Open(id) = edge else { continue };
            let family = dom.local_attribute(id, "family");
            match dom.local(id) {
                // The text has no styles in it.
                "body" => edges.skip_content(id),
                "style" => {
                    let Some(name) = dom.attribute(id, "style:name") else { continue };
                    let styles = match family {
                        Some("paragraph") => &mut self.paragraphs,
                        Some("text") => &mut self.texts,
                        _ => continue,
                    };
                    styles.insert(name.to_owned(), Style::of(dom, id));
                }
                "default-style" if family == Some("paragraph") => {
                    self.language = Style::of(dom, id).language.unwrap_or_default();
                }
                "list-style" => {
                    if let Some(name) = dom.attribute(id, "style:name") {
                        self.lists.insert(name.to_owned(), ListStyle::of(dom, id));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn paragraph(&self, name: &str) -> ParagraphStyle {
        let mut found = ParagraphStyle::default();
        let (mut hidden, mut right_to_left) = (None, None);
        for (name, style) in chain(&self.paragraphs, name) {
            found.is_title |= name == "Title";
            found.is_quote |= name == "Quotations";
            if let Some(style) = style {
                hidden = hidden.or(style.hidden);
                right_to_left = right_to_left.or(style.right_to_left);
            }
        }
        ParagraphStyle { hidden: hidden == Some(true), right_to_left: right_to_left == Some(true), ..found }
    }

    /// The format of a run with that style, inside text of another format.
    pub(super) fn text(&self, name: &str, outer: &TextFormat, document_language: &str) -> TextFormat {
        let mut found = Style::default();
        for style in chain(&self.texts, name).filter_map(|(_, style)| style) {
            found.fill_from(style);
        }
        let language = found.language.filter(|tag| tag != document_language);
        TextFormat {
            bold: found.bold.unwrap_or(outer.bold),
            italic: found.italic.unwrap_or(outer.italic),
            underline: found.underline.unwrap_or(outer.underline),
            strike: found.strike.unwrap_or(outer.strike),
            superscript: found.raised.map_or(outer.superscript, |raised| raised),
            subscript: found.raised.map_or(outer.subscript, |raised| !raised),
            hidden: found.hidden.unwrap_or(outer.hidden),
            language: language.unwrap_or_else(|| outer.language.clone()),
        }
    }

    pub(super) fn list(&self, name: &str) -> Option<&ListStyle> {
        self.lists.get(name)
    }

    /// The list style of a paragraph style.
    pub(super) fn list_of_paragraph<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        chain(&self.paragraphs, name).find_map(|(_, style)| style?.list.as_deref())
    }

    /// The language of the document; empty if the file does not say.
    pub(super) fn language(&self) -> &str {
        &self.language
    }
}

/// A style and those it is derived from, nearest first, each with its name.
fn chain<'a>(styles: &'a HashMap<String, Style>, name: &'a str) -> impl Iterator<Item = (&'a str, Option<&'a Style>)> {
    let with_style = |name: &'a str| (name, styles.get(name));
    let next = move |(_, style): &(&'a str, Option<&'a Style>)| Some(with_style((*style)?.parent.as_deref()?));
    std::iter::successors(Some(with_style(name)), next).take(MAX_ANCESTORS)
}

impl Style {
    fn of(dom: &Dom, id: NodeId) -> Self {
        let mut style = Self {
            parent: dom.local_attribute(id, "parent-style-name").map(str::to_owned),
            list: dom.local_attribute(id, "list-style-name").map(str::to_owned),
            ..Self::default()
        };
        if let Some(properties) = dom.child(id, "paragraph-properties") {
            let mode = dom.local_attribute(properties, "writing-mode");
            style.right_to_left = mode.map(|mode| mode.starts_with("rl"));
        }
        let Some(properties) = dom.child(id, "text-properties") else { return style };
        let value = |name: &str| dom.attribute(properties, name);
        let is_line = |value: &str| value != "none";
        style.bold = value("fo:font-weight").map(|weight| weight == "bold" || weight.parse().unwrap_or(0) >= 600);
        style.italic = value("fo:font-style").map(|style| style != "normal");
        style.underline = value("style:text-underline-style").map(is_line);
        style.strike = value("style:text-line-through-style").map(is_line);
        style.raised = value("style:text-position").and_then(|position| match position.split_whitespace().next()? {
            "super" => Some(true),
            "sub" => Some(false),
            percent => {
                let percent: f32 = percent.trim_end_matches('%').parse().ok()?;
                (percent.abs() > f32::EPSILON).then_some(percent > 0.0)
            }
        });
        style.hidden = value("text:display").map(|display| display == "none");
        let country = value("fo:country").filter(|country| *country != "none");
        style.language = value("fo:language").and_then(|language| match country {
            Some(country) => language::normalise(&format!("{language}-{country}")),
            None => language::normalise(language),
        });
        style
    }

    /// Takes what this style does not set from one that it is derived from.
    fn fill_from(&mut self, base: &Self) {
        self.bold = self.bold.or(base.bold);
        self.italic = self.italic.or(base.italic);
        self.underline = self.underline.or(base.underline);
        self.strike = self.strike.or(base.strike);
        self.raised = self.raised.or(base.raised);
        self.hidden = self.hidden.or(base.hidden);
        if self.language.is_none() {
            self.language.clone_from(&base.language);
        }
    }
}
