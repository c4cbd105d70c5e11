//! Comics: a zip archive of pictures (CBZ), one page each, with the metadata of ComicRack in `ComicInfo.xml`.
//!
//! Absent: other archives (CBR, CB7, CBT), which are refused; the text in the pictures.

mod info;
mod order;
#[cfg(test)]
mod tests;

use std::io::{Read, Seek};

use alexandria_domain::{Block, Cover, Metadata, TocEntry, label};

use self::info::ComicInfo;
use crate::archive::Archive;
use crate::encoding::decode_markup;
use crate::error::{Defect, ExtractError, LimitKind};
use crate::href::Href;
use crate::limits::{Guard, within};
use crate::media_type;
use crate::picture;
use crate::publication::{Presentation, Publication, Resource, Resources, SpineItem, Text};
use crate::view::{FixedLayout, PageContent, PageImage};

/// The file with the metadata, wherever in the archive it is.
const INFO: &str = "comicinfo.xml";

/// An open comic.
pub(crate) struct Comic<R> {
    archive: Archive<R>,
    metadata: Metadata,
    toc: Vec<TocEntry>,
    /// One per picture, in the order of reading; the hrefs are their names in the archive.
    spine: Vec<SpineItem>,
    /// Number of the page that is the cover.
    cover: usize,
}

impl<R: Read + Seek + Send> Comic<R> {
    pub(crate) fn open(source: R, guard: &Guard) -> Result<Self, ExtractError> {
        let mut archive = Archive::open(source, guard)?;
        let mut pages: Vec<String> = archive.names().filter(|name| is_page(name)).map(str::to_owned).collect();
        if pages.is_empty() {
            return Err(ExtractError::malformed(Defect::NoSection));
        }
        within(pages.len(), LimitKind::Sections, guard.limits.sections)?;
        pages.sort_by(|one, other| order::compare(one, other));
        pages.dedup();
        let info = read_info(&mut archive, guard)?;
        let toc = contents(&pages, &info);
        let chapters = chapter_of_each(&pages);
        let spine = pages
            .into_iter()
            .zip(chapters)
            .map(|(href, chapter)| SpineItem { href, toc_path: chapter.into_iter().collect(), linear: true })
            .collect();
        Ok(Self { archive, cover: info.cover.unwrap_or(0), metadata: info.metadata, toc, spine })
    }

    /// A picture that is within the limits, and its width and height in pixels. A drawing has no size of its own.
    fn picture(&mut self, name: &str, guard: &Guard) -> Result<(Resource, Option<(u32, u32)>), ExtractError> {
        let bytes = self.archive.read(name, LimitKind::EntryBytes, guard.limits.entry_bytes, guard)?;
        let found = picture::checked(bytes)?;
        let size = picture::size(&found.bytes);
        Ok((found, size))
    }
}

/// Whether a file is a page: a picture that web views show, and no remnant of another system.
fn is_page(name: &str) -> bool {
    let is_hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
    !is_hidden && media_type::of_path(name).starts_with("image/")
}

/// The metadata; that of a damaged file is none.
fn read_info<R: Read + Seek>(archive: &mut Archive<R>, guard: &Guard) -> Result<ComicInfo, ExtractError> {
    let name = archive.names().find(|name| name.rsplit('/').next().is_some_and(|file| file.eq_ignore_ascii_case(INFO)));
    let Some(name) = name.map(str::to_owned) else { return Ok(ComicInfo::default()) };
    let Some(name) = archive.locate(&name) else { return Ok(ComicInfo::default()) };
    match archive.read_markup(&name, guard) {
        Ok(bytes) => info::read(&decode_markup(&bytes), guard),
        Err(ExtractError::Malformed { .. }) => Ok(ComicInfo::default()),
        Err(error) => Err(error),
    }
}

/// The folder of a page, which is its chapter.
fn chapter(page: &str) -> Option<&str> {
    page.rsplit_once('/').map(|(folder, _)| folder)
}

/// The label of each page's chapter; none if all pages are in one folder.
fn chapter_of_each(pages: &[String]) -> Vec<Option<String>> {
    let is_one = pages.iter().all(|page| chapter(page) == pages.first().and_then(|first| chapter(first)));
    let label = |page: &String| if is_one { None } else { chapter(page).map(chapter_label) };
    pages.iter().map(label).collect()
}

fn chapter_label(folder: &str) -> String {
    let name = folder.rsplit('/').next().unwrap_or(folder);
    label::shortened(name, label::MAX_BYTES).into_owned()
}

/// The bookmarks of the metadata, or else the folders.
fn contents(pages: &[String], info: &ComicInfo) -> Vec<TocEntry> {
    let entry = |label: String, href: &String| TocEntry { label, href: Some(href.clone()), children: Vec::new() };
    if !info.bookmarks.is_empty() {
        let bookmarks = info.bookmarks.iter();
        return bookmarks.filter_map(|mark| Some(entry(mark.label.clone(), pages.get(mark.page)?))).collect();
    }
    let chapters = chapter_of_each(pages);
    let starts = chapters.iter().enumerate().filter(|(number, label)| {
        let before = number.checked_sub(1).and_then(|before| chapters.get(before));
        label.is_some() && before != Some(label)
    });
    starts.filter_map(|(number, label)| Some(entry(label.clone()?, pages.get(number)?))).collect()
}

impl<R: Read + Seek + Send> Publication for Comic<R> {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn toc(&self) -> &[TocEntry] {
        &self.toc
    }
}

impl<R: Read + Seek + Send> Text for Comic<R> {
    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    /// Pictures have no text.
    fn blocks(&mut self, section: usize, _: &Guard) -> Result<Vec<Block>, ExtractError> {
        self.spine.get(section).map(|_| Vec::new()).ok_or(ExtractError::NotFound)
    }
}

impl<R: Read + Seek + Send> Presentation for Comic<R> {
    /// A picture that cannot be shown is an empty page: the others can be read.
    fn page(&mut self, section: usize, guard: &Guard) -> Result<PageContent, ExtractError> {
        let href = self.spine.get(section).ok_or(ExtractError::NotFound)?.href.clone();
        match self.picture(&href, guard) {
            Ok((_, size)) => {
                let layout = size.map(|(width, height)| FixedLayout { width, height, runs: Vec::new() });
                Ok(PageContent::Image(PageImage { href, layout }))
            }
            Err(
                ExtractError::NotFound
                | ExtractError::Malformed { .. }
                | ExtractError::Limit { what: LimitKind::EntryBytes, .. },
            ) => Ok(PageContent::Plain(Vec::new())),
            Err(error) => Err(error),
        }
    }

    fn resolve(&self, _: usize, _: &str) -> Option<Href> {
        None
    }
}

impl<R: Read + Seek + Send> Resources for Comic<R> {
    fn resource(&mut self, href: &str, guard: &Guard) -> Result<Resource, ExtractError> {
        let name = self.archive.locate(href).filter(|name| is_page(name)).ok_or(ExtractError::NotFound)?;
        self.picture(&name, guard).map(|(found, _)| found)
    }

    fn cover(&mut self, guard: &Guard) -> Result<Option<Cover>, ExtractError> {
        let Some(name) = self.spine.get(self.cover).map(|item| item.href.clone()) else { return Ok(None) };
        match self.picture(&name, guard) {
            Ok((found, _)) if found.bytes.len() as u64 <= guard.limits.cover_bytes => {
                Ok(Some(Cover { media_type: found.media_type, bytes: found.bytes }))
            }
            // A bad cover does not make the comic unreadable.
            Ok(_)
            | Err(
                ExtractError::NotFound
                | ExtractError::Malformed { .. }
                | ExtractError::Limit { what: LimitKind::EntryBytes, .. },
            ) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
