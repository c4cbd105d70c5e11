//! KF8 (AZW3): many XHTML pages, each in parts. A page is a skeleton with fragments to be inserted into it; style sheets and
//! drawings are further flows of the text.
//!
//! Absent: fonts of the book, which are obfuscated, and its scripts and sounds.

mod address;
mod parts;

use std::ops::Range;
use std::sync::Arc;

use alexandria_domain::{Block, Cover, Metadata, TocEntry};
use encoding_rs::Encoding;

use self::address::{Address, address_of};
use self::parts::Pages;
use super::contents;
use super::database::Database;
use super::header::Header;
use super::index::{self, Index, IndexEntry};
use super::pictures::RecordPictures;
use super::references::kindle_addresses;
use super::text;
use crate::dom::{Syntax, parse_html};
use crate::encoding::decode_markup;
use crate::error::{Defect, ExtractError, LimitKind};
use crate::href::Href;
use crate::limits::{Guard, within};
use crate::picture;
use crate::publication::{Presentation, Publication, Resource, Resources, SpineItem, Text};
use crate::toc;
use crate::view::{PageContent, SectionTree, blocks, rewrite_css};

/// The tag of an entry of the table of contents that has its fragment and the offset in it.
const POSITION: u8 = 6;

/// An open book.
pub(super) struct Kf8 {
    metadata: Metadata,
    toc: Vec<TocEntry>,
    spine: Vec<SpineItem>,
    encoding: &'static Encoding,
    raw: Vec<u8>,
    /// Where each flow is in the text; the first one holds the pages.
    flows: Vec<Range<usize>>,
    pages: Pages,
    pictures: RecordPictures,
    cover: Option<usize>,
    fixed: bool,
}

impl Kf8 {
    /// Opens the book whose header is record `start`. Pictures are counted from record `resources` of the file.
    pub(super) fn open(
        database: Database,
        start: usize,
        header: Header,
        resources: Option<usize>,
        guard: &Guard,
    ) -> Result<Self, ExtractError> {
        let raw = text::read(&database, start, &header, guard.limits.text_bytes, guard)?;
        let read = |first: Option<usize>| match first.and_then(|first| first.checked_add(start)) {
            Some(first) => index::read(&database, first, guard),
            None => Ok(Index::default()),
        };
        let flows = flows(header.flows.and_then(|record| database.record(start.checked_add(record)?)), raw.len());
        let first_flow = flows.first().map_or(raw.len(), |flow| flow.end);
        let pages = Pages::read(&read(header.skeletons)?, &read(header.fragments)?, first_flow);
        within(pages.count(), LimitKind::Sections, guard.limits.sections)?;
        if pages.count() == 0 {
            return Err(ExtractError::malformed(Defect::NoSection));
        }
        let ncx = read(header.contents)?;
        let spine = (0..pages.count())
            .map(|number| SpineItem { href: page_href(number), toc_path: Vec::new(), linear: true })
            .collect();
        let mut book = Self {
            metadata: header.exth.metadata,
            toc: Vec::new(),
            spine,
            encoding: header.encoding,
            raw,
            flows,
            pages,
            pictures: RecordPictures { database: Arc::new(database), first: resources },
            cover: header.exth.cover,
            fixed: header.exth.fixed,
        };
        book.toc = contents::tree(&ncx, book.encoding, &|entry| book.target(entry));
        let mut paths = toc::paths(&book.toc);
        for item in &mut book.spine {
            item.toc_path = paths.remove(&item.href).unwrap_or_default();
        }
        Ok(book)
    }

    /// The address of an entry of the table of contents.
    fn target(&self, entry: &IndexEntry) -> Option<String> {
        let Href { path, fragment } = self.position(entry.size(POSITION, 0)?, entry.size(POSITION, 1)?)?;
        Some(match fragment {
            Some(fragment) => format!("{path}#{fragment}"),
            None => path,
        })
    }

    /// The page of a fragment, and the name of the element at an offset in it.
    fn position(&self, fragment: usize, offset: usize) -> Option<Href> {
        let place = self.pages.place(fragment)?;
        let bytes = self.raw.get(place.bytes.clone())?;
        Some(Href { path: self.spine.get(place.page)?.href.clone(), fragment: address::name_near(bytes, offset) })
    }

    fn flow(&self, number: usize) -> Option<&[u8]> {
        self.flows.get(number).filter(|_| number > 0).and_then(|flow| self.raw.get(flow.clone()))
    }

    /// The path of what an address refers to, other than a page.
    fn file_of(&self, address: &Address) -> Option<String> {
        match *address {
            Address::Picture(number) => Some(picture::href(number)),
            Address::StyleSheet(number) => self.flow(number).map(|_| style_href(number)),
            Address::Drawing(number) => self.flow(number).map(|_| drawing_href(number)),
            Address::Position { .. } => None,
        }
    }
}

/// The flows that a record lists; without one, all of the text is the first.
fn flows(record: Option<&[u8]>, length: usize) -> Vec<Range<usize>> {
    let listed = record.filter(|record| record.starts_with(b"FDST")).and_then(address::ranges);
    let valid = listed.filter(|flows| flows.iter().all(|flow| flow.start <= flow.end && flow.end <= length));
    valid.filter(|flows| !flows.is_empty()).unwrap_or_else(|| std::iter::once(0..length).collect())
}

fn page_href(number: usize) -> String {
    format!("part-{}.xhtml", number + 1)
}

fn style_href(flow: usize) -> String {
    format!("style-{flow}.css")
}

fn drawing_href(flow: usize) -> String {
    format!("drawing-{flow}.svg")
}

/// The number in a path that one of the functions above made.
fn number_in(href: &str, prefix: &str, suffix: &str) -> Option<usize> {
    href.strip_prefix(prefix)?.strip_suffix(suffix)?.parse().ok()
}

impl Publication for Kf8 {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn toc(&self) -> &[TocEntry] {
        &self.toc
    }
}

impl Text for Kf8 {
    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    fn blocks(&mut self, section: usize, guard: &Guard) -> Result<Vec<Block>, ExtractError> {
        match self.page(section, guard)? {
            PageContent::Markup(tree) => blocks(&tree, guard),
            PageContent::Image(_) | PageContent::Plain(_) => Ok(Vec::new()),
        }
    }
}

impl Presentation for Kf8 {
    fn page(&mut self, section: usize, guard: &Guard) -> Result<PageContent, ExtractError> {
        let page = self.pages.assemble(section, &self.raw, guard)?;
        let markup = kindle_addresses(&page);
        let dom = parse_html(&self.encoding.decode_without_bom_handling(&markup).0, Syntax::Xhtml, guard)?;
        Ok(PageContent::Markup(SectionTree { fixed: self.fixed, ..SectionTree::reflowable(Arc::new(dom)) }))
    }

    fn resolve(&self, section: usize, reference: &str) -> Option<Href> {
        if let Some(fragment) = reference.trim().strip_prefix('#') {
            let path = self.spine.get(section)?.href.clone();
            return Some(Href { path, fragment: (!fragment.is_empty()).then(|| fragment.to_owned()) });
        }
        match address_of(reference.trim().strip_prefix("kindle/")?)? {
            Address::Position { fragment, offset } => self.position(fragment, offset),
            other => self.file_of(&other).map(|path| Href { path, fragment: None }),
        }
    }
}

impl Resources for Kf8 {
    fn resource(&mut self, href: &str, guard: &Guard) -> Result<Resource, ExtractError> {
        if let Some(number) = number_in(href, "style-", ".css") {
            let flow = self.flow(number).ok_or(ExtractError::NotFound)?;
            within(flow.len(), LimitKind::MarkupBytes, guard.limits.markup_bytes)?;
            let css = rewrite_css(&decode_markup(flow), &|target| {
                let target = target.trim();
                let is_here =
                    target.starts_with('#') || target.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("data:"));
                let inside = || self.file_of(&address_of(target.strip_prefix("kindle:")?)?);
                if is_here { Some(target.to_owned()) } else { inside() }
            });
            return Ok(Resource { media_type: "text/css".to_owned(), bytes: css.into_bytes() });
        }
        if let Some(number) = number_in(href, "drawing-", ".svg") {
            let bytes = self.flow(number).ok_or(ExtractError::NotFound)?.to_vec();
            return Ok(Resource { media_type: "image/svg+xml".to_owned(), bytes });
        }
        picture::resource(&mut self.pictures, href, guard)
    }

    fn cover(&mut self, guard: &Guard) -> Result<Option<Cover>, ExtractError> {
        let Some(number) = self.cover else { return Ok(None) };
        picture::cover(&mut self.pictures, number, true, guard)
    }
}
