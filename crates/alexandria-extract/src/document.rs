//! Publications that are one document: plain text, Markdown, HTML, and what word processors write. The document is
//! converted to HTML, parsed once, and split into sections.

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
use crate::picture::{self, NoPictures, PictureSource};
use crate::publication::{Presentation, Publication, Resource, Resources, SpineItem, Text};
use crate::toc;
use crate::view::{PageContent, SectionTree, blocks, body};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Plain,
    Markdown,
    Html,
}

/// What another format was converted to.
pub(crate) struct Converted<'s> {
    /// The body of an HTML document.
    pub(crate) markup: String,
    pub(crate) metadata: Metadata,
    pub(crate) pictures: Box<dyn PictureSource + 's>,
    /// Number of the picture that the file declares to be its cover, or else of one that may be it.
    pub(crate) cover: Option<usize>,
    /// Whether the file declares the cover.
    pub(crate) is_cover_declared: bool,
}

/// A parsed document and its sections.
pub(crate) struct Document<'s> {
    metadata: Metadata,
    toc: Vec<TocEntry>,
    spine: Vec<SpineItem>,
    dom: Arc<Dom>,
    /// One per section; a short document is one section (`None`).
    slices: Vec<Option<Slice>>,
    /// Index of the section that an id is in.
    anchors: HashMap<String, usize>,
    pictures: Box<dyn PictureSource + 's>,
    cover: Option<usize>,
    is_cover_declared: bool,
}

impl<'s> Document<'s> {
    pub(crate) fn open(bytes: &[u8], syntax: Syntax, guard: &Guard) -> Result<Self, ExtractError> {
        let (markup, mut metadata) = match syntax {
            Syntax::Plain => plain::to_html(&decode_plain(bytes), guard)?,
            Syntax::Markdown => markdown::to_html(&decode_plain(bytes), guard)?,
            Syntax::Html => (decode_markup(bytes), Metadata::default()),
        };
        let dom = parse_html(&markup, dom::Syntax::Html, guard)?;
        drop(markup);
        if syntax == Syntax::Html {
            metadata = html::metadata(&dom, guard)?;
        }
        let mut document = Self::of_dom(dom, metadata, guard)?;
        // The headings of plain text are guesses, and not good enough for a title.
        if syntax == Syntax::Markdown && document.metadata.title.is_empty() {
            document.metadata.title = document.toc.first().map(|entry| entry.label.clone()).unwrap_or_default();
        }
        Ok(document)
    }

    /// A document of another format.
    pub(crate) fn of_converted(converted: Converted<'s>, guard: &Guard) -> Result<Self, ExtractError> {
        let Converted { markup, metadata, pictures, cover, is_cover_declared } = converted;
        let mut page = String::with_capacity(markup.len() + 64);
        page.push_str("<html");
        if !metadata.language.is_empty() {
            page.push_str(&format!(" lang=\"{}\"", metadata.language));
        }
        page.push_str("><body>");
        page.push_str(&markup);
        drop(markup);
        let dom = parse_html(&page, dom::Syntax::Html, guard)?;
        drop(page);
        Ok(Self { pictures, cover, is_cover_declared, ..Self::of_dom(dom, metadata, guard)? })
    }

    /// The same document with a table of contents that the file has beside its headings.
    pub(crate) fn with_contents(mut self, toc: Vec<TocEntry>) -> Self {
        let mut paths = toc::paths(&toc);
        for item in &mut self.spine {
            if let Some(path) = paths.remove(&item.href) {
                item.toc_path = path;
            }
        }
        self.toc = toc;
        self
    }

    fn of_dom(mut dom: Dom, metadata: Metadata, guard: &Guard) -> Result<Self, ExtractError> {
        let headings = outline::headings(&mut dom);
        let slices = split::split(&dom, guard)?;
        let sections = split::sections_of(&dom, &slices);
        let hrefs: Vec<String> = (1..=slices.len()).map(|number| format!("part-{number}.xhtml")).collect();
        let spine = outline::spine(&headings, &sections, &hrefs);
        let toc = outline::contents(&headings, &sections, &hrefs);
        let anchors = anchors(&dom, &slices);
        let dom = Arc::new(dom);
        let pictures = Box::new(NoPictures);
        Ok(Self { metadata, toc, spine, dom, slices, anchors, pictures, cover: None, is_cover_declared: false })
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

impl Document<'_> {
    fn section(&self, number: usize) -> Result<SectionTree, ExtractError> {
        let slice = *self.slices.get(number).ok_or(ExtractError::NotFound)?;
        Ok(SectionTree { slice, ..SectionTree::reflowable(Arc::clone(&self.dom)) })
    }
}

impl Publication for Document<'_> {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn toc(&self) -> &[TocEntry] {
        &self.toc
    }
}

impl Text for Document<'_> {
    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    fn blocks(&mut self, section: usize, guard: &Guard) -> Result<Vec<Block>, ExtractError> {
        blocks(&self.section(section)?, guard)
    }
}

impl Presentation for Document<'_> {
    fn page(&mut self, section: usize, _: &Guard) -> Result<PageContent, ExtractError> {
        Ok(PageContent::Markup(self.section(section)?))
    }

    /// Only fragments and pictures of the file itself resolve: it was imported alone.
    fn resolve(&self, section: usize, reference: &str) -> Option<Href> {
        if picture::number(reference).is_some_and(|number| number < self.pictures.count()) {
            return Some(Href { path: reference.to_owned(), fragment: None });
        }
        let fragment = reference.trim().strip_prefix('#')?;
        let target = [fragment, &*href::decode(fragment)].iter().find_map(|id| self.anchors.get(*id)).copied();
        let path = self.spine.get(target.unwrap_or(section))?.href.clone();
        Some(Href { path, fragment: (!fragment.is_empty()).then(|| fragment.to_owned()) })
    }
}

impl Resources for Document<'_> {
    fn resource(&mut self, href: &str, guard: &Guard) -> Result<Resource, ExtractError> {
        picture::resource(&mut *self.pictures, href, guard)
    }

    fn cover(&mut self, guard: &Guard) -> Result<Option<Cover>, ExtractError> {
        let Some(number) = self.cover else { return Ok(None) };
        picture::cover(&mut *self.pictures, number, self.is_cover_declared, guard)
    }
}
