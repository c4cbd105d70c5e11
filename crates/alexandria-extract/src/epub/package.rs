//! The package document: manifest, spine, and the files with a special role.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use alexandria_domain::Metadata;

use super::metadata;
use crate::archive::Archive;
use crate::dom::{Dom, NodeId, parse_xml};
use crate::encoding::decode_markup;
use crate::error::{Defect, ExtractError, LimitKind};
use crate::href;
use crate::limits::{Guard, within};
use crate::media_type;

/// Maximum length of a fallback chain.
const MAX_FALLBACKS: usize = 8;
/// Manifest items between two checks of the time.
const TIME_CHECK_INTERVAL: usize = 1024;

/// The package. All paths are names in the archive.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) metadata: Metadata,
    pub(super) spine: Vec<SpineEntry>,
    pub(super) nav: Option<String>,
    pub(super) ncx: Option<String>,
    /// An image, or a page with one.
    pub(super) cover: Option<String>,
    media_types: HashMap<String, String>,
}

/// A section in reading order.
#[derive(Clone, Debug)]
pub(super) struct SpineEntry {
    pub(super) path: String,
    /// Whether it is part of the running text.
    pub(super) linear: bool,
    /// Whether it has a fixed layout.
    pub(super) fixed: bool,
}

/// A manifest item whose file exists.
#[derive(Clone, Debug)]
struct Item {
    path: String,
    media_type: String,
    properties: String,
    fallback: Option<String>,
}

impl Package {
    pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, guard: &Guard) -> Result<Self, ExtractError> {
        let path = find(archive, guard)?;
        let dom = parse_xml(&decode_markup(&archive.read_markup(&path, guard)?), guard)?;
        let Some(root) = dom.find(Dom::DOCUMENT, "package") else {
            return Err(ExtractError::malformed(Defect::NoPackageElement));
        };
        let manifest = Manifest::read(&dom, root, &path, archive, guard)?;
        let spine = manifest.spine(&dom, root);
        within(spine.len(), LimitKind::Sections, guard.limits.sections)?;
        let by_type = |wanted: &str| manifest.first(|item| item.media_type == wanted);
        let toc = dom.find(root, "spine").and_then(|spine| dom.attribute(spine, "toc"));
        Ok(Self {
            metadata: metadata::read(&dom, root, guard)?,
            spine,
            nav: manifest.first(|item| item.has("nav")),
            ncx: toc.and_then(|id| manifest.path_of(id)).or_else(|| by_type("application/x-dtbncx+xml")),
            cover: manifest.cover(&dom, root, &path, archive),
            media_types: manifest.items.into_iter().map(|(_, item)| (item.path, item.media_type)).collect(),
        })
    }

    /// The media type of a file in the manifest.
    pub(super) fn media_type(&self, path: &str) -> Option<&str> {
        self.media_types.get(path).map(String::as_str)
    }

    /// Whether a file is a page, rather than an image.
    pub(super) fn is_page(&self, path: &str) -> bool {
        is_page(self.media_type(path).unwrap_or_default(), path)
    }
}

fn is_page(media_type: &str, path: &str) -> bool {
    let by_name = || matches!(media_type::of_path(path), media_type::PAGE | "text/html");
    match media_type {
        media_type::PAGE | "text/html" | "application/x-dtbook+xml" | "text/x-oeb1-document" => true,
        // Wrong media types are more common than wrong extensions.
        _ => by_name(),
    }
}

/// The package document that `container.xml` names, or else the first in the archive.
fn find<R: Read + Seek>(archive: &mut Archive<R>, guard: &Guard) -> Result<String, ExtractError> {
    if let Some(container) = archive.locate("META-INF/container.xml") {
        let dom = parse_xml(&decode_markup(&archive.read_markup(&container, guard)?), guard)?;
        let mut named = dom.elements(Dom::DOCUMENT).filter(|id| dom.local(*id) == "rootfile");
        let found = named.find_map(|id| {
            let path = href::resolve("", dom.attribute(id, "full-path")?)?.path;
            archive.locate(&path)
        });
        if let Some(found) = found {
            return Ok(found);
        }
    }
    let any = archive.names().find(|name| name.to_ascii_lowercase().ends_with(".opf")).map(str::to_owned);
    any.ok_or(ExtractError::malformed(Defect::NoPackageDocument))
}

/// Whether the whole book has a fixed layout (`rendition:layout`, EPUB 3.3 §8.2.2.2).
fn is_fixed(dom: &Dom, root: NodeId) -> bool {
    let mut metas = dom.elements(root).filter(|id| dom.local(*id) == "meta");
    let layout = metas.find(|id| {
        let whole = dom.attribute(*id, "refines").is_none();
        whole && dom.attribute(*id, "property").is_some_and(|property| property.trim() == "rendition:layout")
    });
    layout.is_some_and(|id| dom.text_content(id) == "pre-paginated")
}

struct Manifest {
    /// In document order, with their ids.
    items: Vec<(String, Item)>,
    by_id: HashMap<String, usize>,
}

impl Manifest {
    /// Reads at most as many items as there can be files: each copies a file name, which may be long.
    fn read<R: Read + Seek>(
        dom: &Dom,
        root: NodeId,
        base: &str,
        archive: &Archive<R>,
        guard: &Guard,
    ) -> Result<Self, ExtractError> {
        let mut manifest = Self { items: Vec::new(), by_id: HashMap::new() };
        let max_items = usize::try_from(guard.limits.archive_entries).unwrap_or(usize::MAX);
        for (count, id) in dom.elements(root).filter(|id| dom.local(*id) == "item").enumerate() {
            if count.is_multiple_of(TIME_CHECK_INTERVAL) {
                guard.check_time()?;
            }
            if manifest.items.len() >= max_items {
                break;
            }
            let text = |name: &str| dom.attribute(id, name).unwrap_or_default().trim().to_owned();
            let path = href::resolve(base, &text("href")).and_then(|href| archive.locate(&href.path));
            if let Some(path) = path {
                let item = Item {
                    path,
                    media_type: text("media-type").to_ascii_lowercase(),
                    properties: text("properties"),
                    fallback: dom.attribute(id, "fallback").map(str::to_owned),
                };
                manifest.by_id.entry(text("id")).or_insert(manifest.items.len());
                manifest.items.push((text("id"), item));
            }
        }
        Ok(manifest)
    }

    fn get(&self, id: &str) -> Option<&Item> {
        self.by_id.get(id.trim()).and_then(|at| self.items.get(*at)).map(|(_, item)| item)
    }

    fn path_of(&self, id: &str) -> Option<String> {
        self.get(id).map(|item| item.path.clone())
    }

    fn first(&self, wanted: impl Fn(&Item) -> bool) -> Option<String> {
        self.items.iter().find(|(_, item)| wanted(item)).map(|(_, item)| item.path.clone())
    }

    /// The sections in order, each once. If no item of the spine exists, all pages in manifest order.
    fn spine(&self, dom: &Dom, root: NodeId) -> Vec<SpineEntry> {
        let mut seen = HashSet::new();
        let all_fixed = is_fixed(dom, root);
        let references = dom.elements(root).filter(|id| dom.local(*id) == "itemref");
        let mut spine: Vec<SpineEntry> = references
            .filter_map(|id| {
                let item = self.readable(dom.attribute(id, "idref")?)?;
                let linear = dom.attribute(id, "linear").is_none_or(|linear| linear.trim() != "no");
                let properties = dom.attribute(id, "properties").unwrap_or_default();
                let has = |wanted: &str| properties.split_ascii_whitespace().any(|found| found == wanted);
                let fixed = has("rendition:layout-pre-paginated") || all_fixed && !has("rendition:layout-reflowable");
                Some(SpineEntry { path: item.path.clone(), linear, fixed })
            })
            .filter(|entry| seen.insert(entry.path.clone()))
            .collect();
        if spine.is_empty() {
            let pages = self.items.iter().map(|(_, item)| item).filter(|item| item.is_page() && !item.has("nav"));
            let entry = |item: &Item| SpineEntry { path: item.path.clone(), linear: true, fixed: all_fixed };
            spine = pages.filter(|item| seen.insert(item.path.clone())).map(entry).collect();
        }
        spine
    }

    /// The item, or the first of its fallbacks that can be rendered.
    fn readable(&self, id: &str) -> Option<&Item> {
        let chain = std::iter::successors(self.get(id), |item| self.get(item.fallback.as_deref()?));
        chain.take(MAX_FALLBACKS).find(|item| item.is_page() || item.media_type.starts_with("image/"))
    }

    /// By property (EPUB 3), by `<meta name="cover">` (EPUB 2), by the guide, by its id.
    fn cover<R: Read + Seek>(&self, dom: &Dom, root: NodeId, base: &str, archive: &Archive<R>) -> Option<String> {
        let named = || {
            let meta = dom
                .elements(root)
                .find(|id| dom.local(*id) == "meta" && dom.attribute(*id, "name") == Some("cover"))?;
            let content = dom.attribute(meta, "content")?;
            let by_address = || archive.locate(&href::resolve(base, content)?.path);
            self.path_of(content).or_else(by_address)
        };
        let guided = || {
            let mut references = dom.elements(root).filter(|id| dom.local(*id) == "reference");
            let cover = references.find(|id| dom.attribute(*id, "type").is_some_and(|kind| kind.trim() == "cover"))?;
            archive.locate(&href::resolve(base, dom.attribute(cover, "href")?)?.path)
        };
        let by_id = || {
            let found = self
                .items
                .iter()
                .find(|(id, item)| item.media_type.starts_with("image/") && id.to_lowercase().contains("cover"));
            found.map(|(_, item)| item.path.clone())
        };
        self.first(|item| item.has("cover-image")).or_else(named).or_else(guided).or_else(by_id)
    }
}

impl Item {
    fn has(&self, property: &str) -> bool {
        self.properties.split_ascii_whitespace().any(|found| found == property)
    }

    fn is_page(&self) -> bool {
        is_page(&self.media_type, &self.path)
    }
}
