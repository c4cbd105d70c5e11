//! An open document as a publication: a page is a picture with its text on it.

use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::sync::{Arc, Mutex};

use alexandria_domain::{Block, Cover, Metadata, TocEntry};
use alexandria_extract::{
    ExtractError, FixedLayout, GlyphRun, Guard, Href, LimitKind, Limits, PageContent, PageImage, Presentation,
    Publication, Resource, Resources, SpineItem, Text,
};

use super::process::{Answer, Process, Source};
use crate::client::Worker;
use crate::error::WorkerError;
use crate::password::Password;
use crate::pdf::href;
use crate::wire::{OpenPage, Question};

/// Percent of a point that a pixel is, if an address does not say otherwise: sharp on most screens.
const DEFAULT_PERCENT: u32 = 200;
/// Greatest scale in percent. Pictures have a maximum size as well.
const MAX_PERCENT: u32 = 6_400;
/// How often a process is started for one answer.
const MAX_STARTS: u32 = 3;
/// CSS pixels of an inch, and points.
const PIXELS_PER_POINT: (u32, u32) = (96, 72);

/// A document with fixed pages that a worker process keeps open. If the process ends at a page, another is started, and that page is
/// not asked for again.
///
/// Metadata, table of contents and cover are those of the import; this reads pages only.
pub struct OpenDocument {
    worker: Worker,
    source: Source,
    password: Password,
    limits: Limits,
    process: Option<Process>,
    spine: Vec<SpineItem>,
    metadata: Metadata,
    /// Pages at which a process has ended.
    unreadable: BTreeSet<u32>,
    /// The page that was read last, because its text and its layout are asked for one after the other.
    last: Option<(u32, OpenPage)>,
}

impl std::fmt::Debug for OpenDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenDocument({} pages)", self.spine.len())
    }
}

impl OpenDocument {
    /// Opens a document in a process of its own, with its password, which is empty for most. `source` is the stored file, which is read again if the process has to be
    /// started again.
    ///
    /// # Errors
    /// As for [`Worker::extract`].
    pub fn open(
        worker: Worker,
        limits: &Limits,
        password: Password,
        source: impl Read + Seek + Send + 'static,
    ) -> Result<Self, WorkerError> {
        let mut document = Self {
            worker,
            source: Arc::new(Mutex::new(source)),
            password,
            limits: *limits,
            process: None,
            spine: Vec::new(),
            metadata: Metadata::default(),
            unreadable: BTreeSet::new(),
            last: None,
        };
        let pages = document.process()?.pages;
        let item = |page| SpineItem { href: href(page), toc_path: Vec::new(), linear: true };
        document.spine = (0..pages.min(u32::try_from(limits.sections).unwrap_or(u32::MAX))).map(item).collect();
        Ok(document)
    }

    /// The running process, started if there is none.
    fn process(&mut self) -> Result<&Process, WorkerError> {
        let process = match self.process.take() {
            Some(process) => process,
            None => {
                let skipped = self.unreadable.iter().copied().collect();
                Process::start(&self.worker, &self.source, &self.password, skipped, &self.limits)??
            }
        };
        Ok(self.process.insert(process))
    }

    fn ask(&mut self, page: u32, question: Question) -> Result<Answer, ExtractError> {
        if page as usize >= self.spine.len() {
            return Err(ExtractError::NotFound);
        }
        if self.unreadable.contains(&page) {
            return Err(unreadable());
        }
        for _ in 0..MAX_STARTS {
            let error = match self.process().and_then(|process| process.ask(question)) {
                Ok(answer) => return answer,
                Err(error) => error,
            };
            // A page is read with its neighbours, and one of them may be the reason.
            let is_text = matches!(question, Question::Text(_));
            let reached = self.process.take().and_then(|process| process.reached()).filter(|_| is_text);
            let reason = reached.unwrap_or(page);
            tracing::warn!(page = reason, %error, "a page cannot be read");
            if !self.unreadable.insert(reason) || reason == page {
                break;
            }
        }
        self.unreadable.insert(page);
        Err(unreadable())
    }

    fn open_page(&mut self, section: usize) -> Result<&OpenPage, ExtractError> {
        let number = u32::try_from(section).map_err(|_| ExtractError::NotFound)?;
        let page = match self.last.take() {
            Some((last, page)) if last == number => page,
            _ => match self.ask(number, Question::Text(number))? {
                Answer::Page(page) => page,
                Answer::Picture(_) => return Err(unreadable()),
            },
        };
        Ok(&self.last.insert((number, page)).1)
    }
}

/// The process of the page ended, whatever the reason: it needed too much.
fn unreadable() -> ExtractError {
    ExtractError::Limit { what: LimitKind::Milliseconds, limit: alexandria_pdf::TEXT_TIME.as_secs() * 1000 }
}

impl Publication for OpenDocument {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn toc(&self) -> &[TocEntry] {
        &[]
    }
}

impl Text for OpenDocument {
    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    fn blocks(&mut self, section: usize, _guard: &Guard) -> Result<Vec<Block>, ExtractError> {
        Ok(self.open_page(section)?.blocks.clone())
    }
}

impl Presentation for OpenDocument {
    fn page(&mut self, section: usize, _guard: &Guard) -> Result<PageContent, ExtractError> {
        let page = self.open_page(section)?;
        let side = |hundredths: u32| {
            let (pixels, points) = PIXELS_PER_POINT;
            (hundredths.saturating_mul(pixels) / (points * 100)).max(1)
        };
        let runs: Vec<GlyphRun> = page.runs.clone();
        let layout = FixedLayout { width: side(page.width), height: side(page.height), runs };
        let picture = href(u32::try_from(section).unwrap_or(u32::MAX)).replace(".xhtml", ".png");
        Ok(PageContent::Image(PageImage { href: picture, layout: Some(layout) }))
    }

    fn resolve(&self, _section: usize, _reference: &str) -> Option<Href> {
        None
    }
}

impl Resources for OpenDocument {
    fn resource(&mut self, href: &str, _guard: &Guard) -> Result<Resource, ExtractError> {
        let (page, percent) = picture_of(href).ok_or(ExtractError::NotFound)?;
        match self.ask(page, Question::Picture(page, percent * 10))? {
            Answer::Picture(bytes) => Ok(Resource { media_type: "image/png".to_owned(), bytes }),
            Answer::Page(_) => Err(unreadable()),
        }
    }

    fn cover(&mut self, _guard: &Guard) -> Result<Option<Cover>, ExtractError> {
        match self.ask(0, Question::Picture(0, 1_000))? {
            Answer::Picture(bytes) => Ok(Some(Cover { media_type: "image/png".to_owned(), bytes })),
            Answer::Page(_) => Ok(None),
        }
    }
}

/// The page and the scale in percent of an address such as `page-0012.png` or `page-0012@150.png`.
fn picture_of(href: &str) -> Option<(u32, u32)> {
    let name = href.strip_prefix("page-")?.strip_suffix(".png")?;
    let (number, percent) = name.split_once('@').map_or((name, None), |(number, percent)| (number, Some(percent)));
    let percent = percent.map_or(Some(DEFAULT_PERCENT), |percent| percent.parse().ok())?;
    Some((number.parse::<u32>().ok()?.checked_sub(1)?, percent.clamp(1, MAX_PERCENT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_of_an_address_has_a_page_and_a_scale() {
        let check = |href: &str, expect| assert_eq!(picture_of(href), expect, "{href}");
        check("page-0001.png", Some((0, 200)));
        check("page-20000.png", Some((19_999, 200)));
        check("page-0012@150.png", Some((11, 150)));
        check("page-0012@999999.png", Some((11, 6_400)));
        check("page-0000.png", None);
        check("page-0001.xhtml", None);
        check("cover.png", None);
    }
}
