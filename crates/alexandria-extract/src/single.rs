//! Publications of one page: plain text, Markdown and HTML. Each becomes HTML, is parsed once, and is shown in parts.

mod front_matter;
mod html;
mod markdown;
mod outline;
mod parts;
mod plain;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use alexandria_domain::{Cover, Format, Metadata, TocEntry};

use crate::dom::{Dom, Edge, Slice, Syntax, parse_html};
use crate::encoding::{decode_markup, decode_plain};
use crate::error::ExtractError;
use crate::href::{self, Href};
use crate::limits::Guard;
use crate::open::Resource;
use crate::publication::{Publication, SpineItem};
use crate::view::{SectionTree, body};

/// A page in parts.
#[derive(Debug)]
pub(crate) struct SinglePage {
    metadata: Metadata,
    toc: Vec<TocEntry>,
    spine: Vec<SpineItem>,
    dom: Arc<Dom>,
    /// One for each section, unless the page is whole.
    slices: Vec<Option<Slice>>,
    /// Section that holds an id.
    anchors: HashMap<String, usize>,
}

impl SinglePage {
    pub(crate) fn open(bytes: &[u8], format: Format, guard: &Guard) -> Result<Self, ExtractError> {
        let (markup, mut metadata) = match format {
            Format::Text => plain::to_html(&decode_plain(bytes), guard)?,
            Format::Markdown => markdown::to_html(&decode_plain(bytes), guard)?,
            Format::Html | Format::Epub => (decode_markup(bytes), Metadata::default()),
        };
        let mut dom = parse_html(&markup, Syntax::Html, guard)?;
        drop(markup);
        if format == Format::Html {
            metadata = html::metadata(&dom, guard)?;
        }
        let headings = outline::headings(&mut dom);
        // Plain text has no marked headings, only guessed ones: those are not good enough for a title.
        if format == Format::Markdown && metadata.title.is_empty() {
            metadata.title = headings.first().map(|heading| heading.label().to_owned()).unwrap_or_default();
        }
        let slices = parts::split(&dom, guard)?;
        let sections = parts::sections_of(&dom, &slices);
        let hrefs: Vec<String> = (1..=slices.len()).map(|number| format!("part-{number}.xhtml")).collect();
        let spine = outline::spine(&headings, &sections, &hrefs);
        let toc = outline::contents(&headings, &sections, &hrefs);
        let anchors = anchors(&dom, &slices);
        Ok(Self { metadata, toc, spine, dom: Arc::new(dom), slices, anchors })
    }
}

/// Which section each id is in. The first of two equal ids counts, as in a browser.
fn anchors(dom: &Dom, slices: &[Option<Slice>]) -> HashMap<String, usize> {
    let mut anchors = HashMap::new();
    for (number, slice) in slices.iter().enumerate() {
        for edge in dom.edges(body(dom), *slice) {
            let Edge::Open(id) = edge else { continue };
            for name in ["id", "name"] {
                if let Some(value) = dom.attribute(id, name) {
                    anchors.entry(value.to_owned()).or_insert(number);
                }
            }
        }
    }
    anchors
}

impl Publication for SinglePage {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn toc(&self) -> &[TocEntry] {
        &self.toc
    }

    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    fn section(&mut self, number: usize, _: &Guard) -> Result<SectionTree, ExtractError> {
        let slice = *self.slices.get(number).ok_or(ExtractError::NotFound)?;
        Ok(SectionTree { dom: Arc::clone(&self.dom), slice, fixed: false })
    }

    /// Only a fragment leads somewhere: the file came alone.
    fn resolve(&self, number: usize, reference: &str) -> Option<Href> {
        let fragment = reference.trim().strip_prefix('#')?;
        let target = [fragment, &*href::decode(fragment)].iter().find_map(|id| self.anchors.get(*id)).copied();
        let path = self.spine.get(target.unwrap_or(number))?.href.clone();
        Some(Href { path, fragment: (!fragment.is_empty()).then(|| fragment.to_owned()) })
    }

    fn resource(&mut self, _: &str, _: &Guard) -> Result<Resource, ExtractError> {
        Err(ExtractError::NotFound)
    }

    fn cover(&mut self, _: &Guard) -> Result<Option<Cover>, ExtractError> {
        Ok(None)
    }
}
