//! EPUB 2 and 3 (W3C EPUB 3.3; IDPF OPF 2.0.1 and OCF 2.0.1), read as leniently as reading systems do.

mod metadata;
mod navigation;
mod package;
mod protection;

use std::io::{Read, Seek};
use std::sync::Arc;

use alexandria_domain::{Block, Cover, Metadata, TocEntry};

use crate::archive::Archive;
use crate::dom::{Syntax, parse_html};
use crate::encoding::decode_markup;
use crate::error::{Defect, ExtractError, LimitKind};
use crate::href::{self, Href};
use crate::limits::Guard;
use crate::media_type;
use crate::publication::{Presentation, Publication, Resource, Resources, SpineItem, Text};
use crate::toc;
use crate::view::{PageContent, PageImage, SectionTree, blocks, rewrite_css};
use package::Package;

/// An open EPUB.
pub(crate) struct Epub<R> {
    archive: Archive<R>,
    package: Package,
    toc: Vec<TocEntry>,
    spine: Vec<SpineItem>,
}

impl<R: Read + Seek> Epub<R> {
    pub(crate) fn open(source: R, guard: &Guard) -> Result<Self, ExtractError> {
        let mut archive = Archive::open(source, guard)?;
        protection::check(&mut archive, guard)?;
        let package = Package::read(&mut archive, guard)?;
        let toc = navigation::read(&mut archive, &package, guard)?;
        let paths = toc::paths(&toc);
        let spine: Vec<SpineItem> = package
            .spine
            .iter()
            .map(|entry| SpineItem {
                href: entry.path.clone(),
                toc_path: paths.get(&entry.path).cloned().unwrap_or_default(),
                linear: entry.linear,
            })
            .collect();
        if spine.is_empty() {
            return Err(ExtractError::malformed(Defect::NoSection));
        }
        Ok(Self { archive, package, toc, spine })
    }

    fn read_cover(&mut self, guard: &Guard) -> Result<Option<Cover>, ExtractError> {
        let Some(path) = self.cover_path(guard)? else { return Ok(None) };
        let bytes = self.archive.read(&path, LimitKind::EntryBytes, guard.limits.cover_bytes, guard)?;
        let media_type = media_type::of_image(&bytes).map(str::to_owned);
        Ok(media_type.map(|media_type| Cover { media_type, bytes }))
    }

    /// Path of the cover image; of a cover page, that of its first image.
    fn cover_path(&mut self, guard: &Guard) -> Result<Option<String>, ExtractError> {
        let Some(path) = self.package.cover.clone() else { return Ok(None) };
        if !self.package.is_page(&path) {
            return Ok(Some(path));
        }
        let markup = decode_markup(&self.archive.read_markup(&path, guard)?);
        let dom = parse_html(&markup, Syntax::Xhtml, guard)?;
        let picture = dom.elements(crate::dom::Dom::DOCUMENT).find_map(|id| match dom.local(id) {
            "img" => dom.attribute(id, "src"),
            "image" => dom.attribute(id, "href"),
            _ => None,
        });
        let picture = picture.and_then(|reference| href::resolve(&path, reference));
        Ok(picture.and_then(|href| self.archive.locate(&href.path)))
    }
}

impl<R: Read + Seek> Publication for Epub<R> {
    fn metadata(&self) -> &Metadata {
        &self.package.metadata
    }

    fn toc(&self) -> &[TocEntry] {
        &self.toc
    }
}

impl<R: Read + Seek> Text for Epub<R> {
    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    /// A section that is an image has no text.
    fn blocks(&mut self, section: usize, guard: &Guard) -> Result<Vec<Block>, ExtractError> {
        match self.page(section, guard)? {
            PageContent::Markup(tree) => blocks(&tree, guard),
            PageContent::Image(_) | PageContent::Plain(_) => Ok(Vec::new()),
        }
    }
}

impl<R: Read + Seek> Presentation for Epub<R> {
    fn page(&mut self, section: usize, guard: &Guard) -> Result<PageContent, ExtractError> {
        let path = &self.spine.get(section).ok_or(ExtractError::NotFound)?.href;
        if !self.package.is_page(path) {
            return Ok(PageContent::Image(PageImage { href: path.clone(), layout: None }));
        }
        let dom = parse_html(&decode_markup(&self.archive.read_markup(path, guard)?), Syntax::Xhtml, guard)?;
        // The spine has the entries of the package's, in the same order.
        let fixed = self.package.spine.get(section).is_some_and(|entry| entry.fixed);
        Ok(PageContent::Markup(SectionTree { fixed, ..SectionTree::reflowable(Arc::new(dom)) }))
    }

    fn resolve(&self, section: usize, reference: &str) -> Option<Href> {
        let target = href::resolve(&self.spine.get(section)?.href, reference)?;
        let path = self.archive.locate(&target.path).unwrap_or(target.path);
        Some(Href { path, fragment: target.fragment })
    }
}

impl<R: Read + Seek> Resources for Epub<R> {
    fn resource(&mut self, href: &str, guard: &Guard) -> Result<Resource, ExtractError> {
        let path = self.archive.locate(href).ok_or(ExtractError::NotFound)?;
        let declared = self.package.media_type(&path).and_then(media_type::essence);
        let media_type = declared.unwrap_or_else(|| media_type::of_path(&path).to_owned());
        if !media_type::is_passive(&media_type) {
            return Err(ExtractError::NotFound);
        }
        let mut bytes = self.archive.read(&path, LimitKind::EntryBytes, guard.limits.entry_bytes, guard)?;
        if media_type == "text/css" {
            bytes = rewrite_css(&decode_markup(&bytes), &|target| in_style_sheet(&path, target)).into_bytes();
        }
        Ok(Resource { media_type, bytes })
    }

    fn cover(&mut self, guard: &Guard) -> Result<Option<Cover>, ExtractError> {
        match self.read_cover(guard) {
            // A bad cover does not make the book unreadable.
            Err(ExtractError::Limit { what: LimitKind::EntryBytes, .. } | ExtractError::Malformed { .. }) => Ok(None),
            cover => cover,
        }
    }
}

/// An address in the style sheet `path`, rewritten so that no browser can resolve it differently.
fn in_style_sheet(path: &str, target: &str) -> Option<String> {
    let target = target.trim();
    if target.starts_with('#') || target.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        return Some(target.to_owned());
    }
    let Href { path: inside, fragment } = href::resolve(path, target)?;
    let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
    Some(format!("{}{}{fragment}", "../".repeat(path.matches('/').count()), href::encode(&inside)))
}
