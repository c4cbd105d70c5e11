//! Styles (ECMA-376 part 1 §17.7), as far as they say what a text is.

use std::collections::HashMap;

use super::numbering::NumberingRef;
use super::toggles::Toggles;
use crate::dom::{Dom, NodeId};
use crate::error::ExtractError;
use crate::language;
use crate::limits::Guard;

/// Maximum number of styles that one is derived from; a cycle ends there.
const MAX_ANCESTORS: usize = 32;

/// One style.
#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    /// In lower case. Word writes the English names of its own styles in all languages.
    name: String,
    /// From 0; 9 is body text.
    outline_level: Option<u8>,
    numbering: Option<NumberingRef>,
    toggles: Toggles,
}

/// What a paragraph style says of its paragraphs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ParagraphStyle {
    /// From 1.
    pub(super) heading: Option<u8>,
    pub(super) is_title: bool,
    pub(super) is_quote: bool,
    pub(super) is_contents: bool,
    pub(super) numbering: Option<NumberingRef>,
    pub(super) hidden: bool,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default_paragraph: String,
    language: String,
}

impl Styles {
    pub(super) fn read(dom: &Dom, guard: &Guard) -> Result<Self, ExtractError> {
        let mut styles = Self::default();
        for (count, id) in dom.elements(Dom::DOCUMENT).enumerate() {
            if count.is_multiple_of(4096) {
                guard.check_time()?;
            }
            match dom.local(id) {
                "style" => styles.add(dom, id),
                "rprdefault" => {
                    let language = dom.child(id, "rpr").and_then(|properties| dom.child(properties, "lang"));
                    let tag = language.and_then(|language| dom.local_attribute(language, "val"));
                    styles.language = tag.and_then(language::normalise).unwrap_or_default();
                }
                _ => {}
            }
        }
        Ok(styles)
    }

    fn add(&mut self, dom: &Dom, id: NodeId) {
        let value = |name: &str| dom.child(id, name).and_then(|child| dom.local_attribute(child, "val"));
        let paragraph = dom.child(id, "ppr");
        let style_id = dom.local_attribute(id, "styleid").unwrap_or_default().to_owned();
        let is_paragraph = dom.local_attribute(id, "type") == Some("paragraph");
        if is_paragraph && matches!(dom.local_attribute(id, "default"), Some("1" | "true" | "on")) {
            self.default_paragraph.clone_from(&style_id);
        }
        let style = Style {
            based_on: value("basedon").map(str::to_owned),
            name: value("name").unwrap_or_default().to_lowercase(),
            outline_level: paragraph.and_then(|properties| outline_level(dom, properties)),
            numbering: paragraph.and_then(|properties| NumberingRef::of(dom, properties)),
            toggles: dom.child(id, "rpr").map(|properties| Toggles::of(dom, properties)).unwrap_or_default(),
        };
        self.by_id.entry(style_id).or_insert(style);
    }

    /// The style and those it is derived from, nearest first.
    fn chain<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Style> {
        let next = |style: &&'a Style| self.by_id.get(style.based_on.as_deref()?);
        std::iter::successors(self.by_id.get(id), next).take(MAX_ANCESTORS)
    }

    /// What a paragraph style says; without an id, the default style.
    pub(super) fn paragraph(&self, id: Option<&str>) -> ParagraphStyle {
        let id = id.unwrap_or(&self.default_paragraph);
        let mut found = ParagraphStyle::default();
        let mut level = None;
        for style in self.chain(id) {
            let by_name = style.name.strip_prefix("heading ").and_then(|level| level.trim().parse::<u8>().ok());
            level = level.or(style.outline_level).or(by_name.and_then(|level| level.checked_sub(1)));
            found.is_title |= style.name == "title";
            found.is_quote |= matches!(style.name.as_str(), "quote" | "intense quote" | "block text");
            found.is_contents |= style.name.starts_with("toc ");
            found.numbering = found.numbering.or(style.numbering);
            found.hidden |= style.toggles.hidden == Some(true);
        }
        found.heading = level.and_then(heading_of_level);
        found
    }

    /// The formatting of a character style.
    pub(super) fn character(&self, id: &str) -> Toggles {
        self.chain(id).fold(Toggles::default(), |found, style| found.or(style.toggles))
    }

    /// The language of the document; empty if the file does not say.
    pub(super) fn language(&self) -> &str {
        &self.language
    }
}

/// The outline level among the properties of a paragraph, from 0.
pub(super) fn outline_level(dom: &Dom, properties: NodeId) -> Option<u8> {
    let level = dom.child(properties, "outlinelvl").and_then(|child| dom.local_attribute(child, "val"));
    level.and_then(|level| level.trim().parse().ok())
}

/// The level of a heading; HTML has six, and the tenth level is body text.
pub(super) fn heading_of_level(level: u8) -> Option<u8> {
    (level < 9).then(|| level.saturating_add(1).min(6))
}
