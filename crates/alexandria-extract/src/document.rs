//! Publications that are one document: plain text, Markdown and HTML. The document is converted to HTML, parsed once, and
//! split into sections.

mod front_matter;
mod html;
mod markdown;
mod outline;
mod plain;
mod split;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use alexandria_domain::{Block, Cover, Metadata, TocEntry};

use crate::dom::{self, Dom, Edge, Slice, parse_html};
use crate::encoding::{decode_markup, decode_plain};
use crate::error::ExtractError;
use crate::href::{self, Href};
use crate::limits::Guard;
use crate::publication::{Presentation, Publication, Resource, Resources, SpineItem, Text};
use crate::view::{PageContent, SectionTree, blocks, body};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Plain,
    Markdown,
    Html,
}

/// A parsed document and its sections.
#[derive(Debug)]
pub(crate) struct Document {
    metadata: Metadata,
    toc: Vec<TocEntry>,
    spine: Vec<SpineItem>,
    dom: Arc<Dom>,
    /// One per section; a short document is one section (`None`).
    slices: Vec<Option<Slice>>,
    /// Index of the section that an id is in.
    anchors: HashMap<String, usize>,
}

impl Document {
    pub(crate) fn open(bytes: &[u8], syntax: Syntax, guard: &Guard) -> Result<Self, ExtractError> {
        let (markup, mut metadata) = match syntax {
            Syntax::Plain => plain::to_html(&decode_plain(bytes), guard)?,
            Syntax::Markdown => markdown::to_html(&decode_plain(bytes), guard)?,
            Syntax::Html => (decode_markup(bytes), Metadata::default()),
        };
        let mut dom = parse_html(&markup, dom::Syntax::Html, guard)?;
        drop(markup);
        if syntax == Syntax::Html {
            metadata = html::metadata(&dom, guard)?;
        }
        let headings = outline::headings(&mut dom);
        // The headings of plain text are guesses, and not good enough for a title.
        if syntax == Syntax::Markdown && metadata.title.is_empty() {
            metadata.title = headings.first().map(|heading| heading.label().to_owned()).unwrap_or_default();
        }
        let slices = split::split(&dom, guard)?;
        let sections = split::sections_of(&dom, &slices);
        let hrefs: Vec<String> = (1..=slices.len()).map(|number| format!("part-{number}.xhtml")).collect();
        let spine = outline::spine(&headings, &sections, &hrefs);
        let toc = outline::contents(&headings, &sections, &hrefs);
        let anchors = anchors(&dom, &slices);
        Ok(Self { metadata, toc, spine, dom: Arc::new(dom), slices, anchors })
    }
}

/// The index of the section that each id is in. The first of two equal ids counts, as in a browser.
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

impl Document {
    fn section(&self, number: usize) -> Result<SectionTree, ExtractError> {
        let slice = *self.slices.get(number).ok_or(ExtractError::NotFound)?;
        Ok(SectionTree { slice, ..SectionTree::reflowable(Arc::clone(&self.dom)) })
    }
}

impl Publication for Document {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn toc(&self) -> &[TocEntry] {
        &self.toc
    }
}

impl Text for Document {
    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    fn blocks(&mut self, section: usize, guard: &Guard) -> Result<Vec<Block>, ExtractError> {
        blocks(&self.section(section)?, guard)
    }
}

impl Presentation for Document {
    fn page(&mut self, section: usize, _: &Guard) -> Result<PageContent, ExtractError> {
        Ok(PageContent::Markup(self.section(section)?))
    }

    /// Only fragments resolve: the file was imported alone.
    fn resolve(&self, section: usize, reference: &str) -> Option<Href> {
        let fragment = reference.trim().strip_prefix('#')?;
        let target = [fragment, &*href::decode(fragment)].iter().find_map(|id| self.anchors.get(*id)).copied();
        let path = self.spine.get(target.unwrap_or(section))?.href.clone();
        Some(Href { path, fragment: (!fragment.is_empty()).then(|| fragment.to_owned()) })
    }
}

impl Resources for Document {
    fn resource(&mut self, _: &str, _: &Guard) -> Result<Resource, ExtractError> {
        Err(ExtractError::NotFound)
    }

    fn cover(&mut self, _: &Guard) -> Result<Option<Cover>, ExtractError> {
        Ok(None)
    }
}
