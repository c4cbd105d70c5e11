//! EPUB 2 and 3 (W3C EPUB 3.3; IDPF OPF 2.0.1 and OCF 2.0.1), read as forgivingly as reading systems do.

mod archive;
mod metadata;
mod navigation;
mod package;
mod protection;

use std::io::{Read, Seek};
use std::sync::Arc;

use alexandria_domain::{Cover, Metadata, TocEntry};

use crate::dom::{Syntax, parse_html};
use crate::encoding::decode_markup;
use crate::error::{ExtractError, LimitKind};
use crate::href::{self, Href};
use crate::limits::Guard;
use crate::open::Resource;
use crate::publication::{Publication, SpineItem};
use crate::view::{SectionTree, rewrite_css};
use crate::{language, media_type};
use archive::Archive;
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
        let paths = navigation::paths(&toc);
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
            return Err(ExtractError::malformed("its reading order names no page that is there"));
        }
        Ok(Self { archive, package, toc, spine })
    }

    fn read_cover(&mut self, guard: &Guard) -> Result<Option<Cover>, ExtractError> {
        let Some(path) = self.cover_path(guard)? else { return Ok(None) };
        let bytes = self.archive.read(&path, LimitKind::EntryBytes, guard.limits.cover_bytes, guard)?;
        let media_type = media_type::of_image(&bytes).map(str::to_owned);
        Ok(media_type.map(|media_type| Cover { media_type, bytes }))
    }

    /// The cover picture; of a cover page, the first picture on it.
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

    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    fn section(&mut self, number: usize, guard: &Guard) -> Result<SectionTree, ExtractError> {
        let path = &self.spine.get(number).ok_or(ExtractError::NotFound)?.href;
        let dom = if self.package.is_page(path) {
            parse_html(&decode_markup(&self.archive.read_markup(path, guard)?), Syntax::Xhtml, guard)?
        } else {
            let source = href::encode(path);
            parse_html(&format!("<body><img alt=\"\" src=\"/{source}\"></body>"), Syntax::Html, guard)?
        };
        // The reading order was made from the package's, entry by entry.
        let fixed = self.package.spine.get(number).is_some_and(|entry| entry.fixed);
        Ok(SectionTree { dom: Arc::new(dom), slice: None, fixed })
    }

    fn resolve(&self, number: usize, reference: &str) -> Option<Href> {
        let found = href::resolve(&self.spine.get(number)?.href, reference)?;
        let path = self.archive.locate(&found.path).unwrap_or(found.path);
        Some(Href { path, fragment: found.fragment })
    }

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
            // A book is not refused for its cover.
            Err(ExtractError::Limit { what: LimitKind::EntryBytes, .. } | ExtractError::Malformed { .. }) => Ok(None),
            found => found,
        }
    }
}

/// An address of the style sheet `path`, written anew, so that no browser finds another meaning in it.
fn in_style_sheet(path: &str, target: &str) -> Option<String> {
    let target = target.trim();
    if target.starts_with('#') || target.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        return Some(target.to_owned());
    }
    let Href { path: inside, fragment } = href::resolve(path, target)?;
    let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
    Some(format!("{}{}{fragment}", "../".repeat(path.matches('/').count()), href::encode(&inside)))
}

/// The first of the tags that makes sense.
fn language_of<'a>(tags: impl IntoIterator<Item = &'a str>) -> String {
    tags.into_iter().find_map(language::normalised).unwrap_or_default()
}
