//! Reading pages of an open document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use hayro::RenderCache;
use hayro_interpret::kurbo::Affine;
use hayro_interpret::util::RectExt as _;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, RenderContent, interpret_page};
use hayro_syntax::page::Page;

use crate::budget::{Budget, guarded};
use crate::collect::Collector;
use crate::document::Document;
use crate::error::PageError;
use crate::file::{Destinations, Link, OutlineEntry, links};
use crate::geometry::PageGeometry;
use crate::glyph::Glyph;
use crate::layout::{Line, body_size, clean, furniture, lines, paragraphs};
use crate::page::{PageText, TextBlock};
use crate::render::{Picture, picture};

/// How long the text of a page may take. The slowest of a thousand real files took a tenth of it on a slow computer.
pub const TEXT_TIME: Duration = Duration::from_secs(5);
/// Pages on either side that show what is furniture on a page.
const NEIGHBOURS: u32 = 6;
/// A picture that covers this part of a page is the page.
const PICTURE_PART: f64 = 0.5;
/// A page with fewer visible glyphs than this can still be a picture.
const MAX_PICTURE_GLYPHS: usize = 8;
/// More glyphs without text than one in this number make the text unreliable.
const UNRELIABLE: usize = 20;

/// Called with the index of each page before it is read.
type Progress<'d> = Box<dyn FnMut(u32) + 'd>;

/// The pages of a document, with what was read on the way.
pub struct Pages<'d> {
    document: &'d Document,
    interpreter: InterpreterCache<'d>,
    renderer: RenderCache<'d>,
    fonts: crate::unicode::FontMaps,
    destinations: Destinations,
    /// Titles of the outline with their levels, by page.
    titles: BTreeMap<u32, Vec<(String, u8)>>,
    /// The lines of the pages around the last one.
    read: BTreeMap<u32, Result<Arc<PageLines>, PageError>>,
    skipped: BTreeSet<u32>,
    progress: Progress<'d>,
}

impl std::fmt::Debug for Pages<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pages of {:?}", self.document)
    }
}

/// What is read of one page alone.
#[derive(Debug)]
struct PageLines {
    glyphs: Vec<Glyph>,
    lines: Vec<Line>,
    is_unreliable: bool,
    is_picture: bool,
}

impl<'d> Pages<'d> {
    /// The pages of a document, except those in `skipped`, which are not touched.
    pub fn new(document: &'d Document, skipped: BTreeSet<u32>, progress: impl FnMut(u32) + 'd) -> Self {
        let mut titles = BTreeMap::new();
        collect_titles(&document.outline(), 1, &mut titles);
        Self {
            document,
            interpreter: InterpreterCache::new(),
            renderer: RenderCache::new(),
            fonts: crate::unicode::FontMaps::default(),
            destinations: document.destinations(),
            titles,
            read: BTreeMap::new(),
            skipped,
            progress: Box::new(progress),
        }
    }

    /// Size and orientation of a page.
    ///
    /// # Errors
    /// [`PageError::NotFound`] if there is none of that index.
    pub fn geometry(&self, page: u32) -> Result<PageGeometry, PageError> {
        Ok(PageGeometry::of(self.page(page)?))
    }

    /// The text of a page. Pages around it are read as well.
    ///
    /// # Errors
    /// See [`PageError`].
    pub fn text(&mut self, page: u32) -> Result<PageText, PageError> {
        self.page(page)?;
        let last = crate::number::index(self.document.page_count().saturating_sub(1));
        let (from, to) = (page.saturating_sub(NEIGHBOURS), page.saturating_add(NEIGHBOURS).min(last));
        self.read.retain(|number, _| (from..=to).contains(number));
        for number in from..=to {
            if !self.read.contains_key(&number) {
                let lines = self.read_page(number).map(Arc::new);
                self.read.insert(number, lines);
            }
        }
        let own = match self.read.get(&page) {
            Some(Ok(own)) => Arc::clone(own),
            Some(Err(error)) => return Err(*error),
            None => return Err(PageError::NotFound),
        };
        let around: Vec<&[Line]> = self.read.values().flatten().map(|page| page.lines.as_slice()).collect();
        let at = self.read.iter().filter(|(number, lines)| **number < page && lines.is_ok()).count();
        let body = body_size(around.iter().copied().flatten());
        let is_furniture = furniture(&around, at, body);
        let of = |wanted: bool| {
            own.lines.iter().zip(&is_furniture).filter(move |(_, is)| **is == wanted).map(|(line, _)| line)
        };
        let titles = self.titles.get(&page).map(Vec::as_slice).unwrap_or_default();
        let blocks = paragraphs(&of(false).collect::<Vec<_>>(), body, titles).into_iter().map(|paragraph| TextBlock {
            kind: paragraph.kind,
            text: paragraph.text.text,
            spans: paragraph.text.spans,
        });
        Ok(PageText {
            blocks: blocks.collect(),
            furniture: of(true).map(|line| line.text.clone()).collect(),
            is_unreliable: own.is_unreliable,
            is_picture: own.is_picture,
            glyphs: own.glyphs.clone(),
        })
    }

    /// The links of a page.
    ///
    /// # Errors
    /// See [`PageError`].
    pub fn links(&self, page: u32) -> Result<Vec<Link>, PageError> {
        let page = self.page(page)?;
        guarded(|| links(page, &self.destinations))
    }

    /// A picture of a page, of `scale` pixels a point, or fewer if it would be too large.
    ///
    /// Drawing cannot be stopped from inside; the process needs limits of its own.
    ///
    /// # Errors
    /// See [`PageError`].
    pub fn picture(&mut self, page: u32, scale: f64) -> Result<Picture, PageError> {
        let found = self.page(page)?;
        if self.skipped.contains(&page) {
            return Err(PageError::TooSlow);
        }
        let drawn = guarded(|| picture(found, &self.renderer, scale)).flatten();
        if drawn.is_err() {
            self.renderer = RenderCache::new();
        }
        drawn
    }

    fn page(&self, page: u32) -> Result<&'d Page<'d>, PageError> {
        let document: &'d Document = self.document;
        document.pdf().pages().get(page as usize).ok_or(PageError::NotFound)
    }

    fn read_page(&mut self, number: u32) -> Result<PageLines, PageError> {
        if self.skipped.contains(&number) {
            return Err(PageError::TooSlow);
        }
        (self.progress)(number);
        let page = self.page(number)?;
        let read = guarded(|| read(page, &self.interpreter, &mut self.fonts));
        if read.is_err() {
            // What was interrupted may be left in any state.
            self.interpreter = InterpreterCache::new();
            self.fonts = crate::unicode::FontMaps::default();
        }
        read
    }
}

fn read<'d>(page: &'d Page<'d>, cache: &InterpreterCache<'d>, fonts: &mut crate::unicode::FontMaps) -> PageLines {
    let geometry = PageGeometry::of(page);
    let settings = InterpreterSettings { render_content: RenderContent::PAGE, ..InterpreterSettings::default() };
    let area = page.intersected_crop_box().to_kurbo();
    let mut context = Context::new(Affine::IDENTITY, area, cache, page.xref(), settings);
    let mut collector = Collector::new(geometry, Budget::new(TEXT_TIME), fonts);
    interpret_page(page, &mut context, &mut collector);
    let page_area = (area.width() * area.height()).max(1.0);
    let (drawn, unknown) = (collector.drawn, collector.unknown);
    let covers_page = collector.picture_area >= PICTURE_PART * page_area;
    let glyphs = clean(collector.glyphs);
    let is_picture = covers_page && glyphs.len() < MAX_PICTURE_GLYPHS;
    PageLines { lines: lines(&glyphs), glyphs, is_unreliable: unknown * UNRELIABLE > drawn, is_picture }
}

fn collect_titles(entries: &[OutlineEntry], level: u8, titles: &mut BTreeMap<u32, Vec<(String, u8)>>) {
    for entry in entries {
        if let Some(page) = entry.page {
            titles.entry(page).or_default().push((entry.title.clone(), level));
        }
        collect_titles(&entry.children, level.saturating_add(1), titles);
    }
}
