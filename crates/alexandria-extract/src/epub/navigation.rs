//! The table of contents: EPUB 3's navigation document, else EPUB 2's NCX.

use std::collections::HashSet;
use std::io::{Read, Seek};

use alexandria_domain::{TocEntry, label};

use super::package::Package;
use crate::archive::Archive;
use crate::dom::{Dom, NodeId, Syntax, parse_html, parse_xml};
use crate::encoding::decode_markup;
use crate::error::ExtractError;
use crate::href;
use crate::limits::{Guard, MAX_TOC_DEPTH, MAX_TOC_ENTRIES};

/// Maximum size of all labels and addresses, in bytes: each address may repeat one long file name.
const MAX_TOC_BYTES: usize = 16 << 20;

/// The table of contents; empty if there is none that can be read.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    package: &Package,
    guard: &Guard,
) -> Result<Vec<TocEntry>, ExtractError> {
    let sections: HashSet<&str> = package.spine.iter().map(|entry| entry.path.as_str()).collect();
    if let Some(path) = &package.nav {
        let dom = parse_html(&decode_markup(&archive.read_markup(path, guard)?), Syntax::Xhtml, guard)?;
        let mut contents = Contents { dom: &dom, base: path, archive, sections: &sections, count: 0, bytes: 0 };
        let toc = contents.of_nav();
        if !toc.is_empty() {
            return Ok(toc);
        }
    }
    let Some(path) = &package.ncx else { return Ok(Vec::new()) };
    let dom = parse_xml(&decode_markup(&archive.read_markup(path, guard)?), guard)?;
    let mut contents = Contents { dom: &dom, base: path, archive, sections: &sections, count: 0, bytes: 0 };
    let map = dom.find(Dom::DOCUMENT, "navmap");
    Ok(map.map(|map| contents.of_points(map, 0)).unwrap_or_default())
}

struct Contents<'a, R> {
    dom: &'a Dom,
    base: &'a str,
    archive: &'a Archive<R>,
    sections: &'a HashSet<&'a str>,
    /// Entries so far, including empty ones.
    count: usize,
    /// Size of labels and addresses so far, in bytes.
    bytes: usize,
}

impl<R: Read + Seek> Contents<'_, R> {
    fn of_nav(&mut self) -> Vec<TocEntry> {
        let dom = self.dom;
        let is_toc = |id: &NodeId| {
            let words = [dom.attribute(*id, "epub:type"), dom.attribute(*id, "role")];
            words
                .into_iter()
                .flatten()
                .flat_map(str::split_ascii_whitespace)
                .any(|word| matches!(word, "toc" | "doc-toc"))
        };
        let navs = || dom.elements(Dom::DOCUMENT).filter(|id| dom.local(*id) == "nav");
        let list = navs().find(is_toc).or_else(|| navs().next()).and_then(|nav| dom.find(nav, "ol"));
        list.map(|list| self.of_list(list, 0)).unwrap_or_default()
    }

    /// `<ol><li><a href>label</a><ol>…</ol></li></ol>`, with `<span>` for an entry without target.
    fn of_list(&mut self, list: NodeId, depth: usize) -> Vec<TocEntry> {
        let dom = self.dom;
        let items = dom.children(list).filter(|id| dom.local(*id) == "li");
        let mut entries = Vec::new();
        for item in items {
            if !self.admit() {
                break;
            }
            let label = dom.children(item).find(|id| !matches!(dom.local(*id), "" | "ol" | "ul"));
            let link = label.and_then(|label| dom.find(label, "a"));
            let reference = link.and_then(|link| dom.attribute(link, "href"));
            let nested = dom.children(item).find(|id| matches!(dom.local(*id), "ol" | "ul"));
            let children = match nested {
                Some(nested) if depth < MAX_TOC_DEPTH => self.of_list(nested, depth + 1),
                _ => Vec::new(),
            };
            let label = label.map(|label| dom.text_content(label)).unwrap_or_default();
            entries.extend(self.entry(&label, reference, children));
        }
        entries
    }

    /// `<navPoint><navLabel><text>label</text></navLabel><content src/><navPoint>…</navPoint></navPoint>`.
    fn of_points(&mut self, parent: NodeId, depth: usize) -> Vec<TocEntry> {
        let dom = self.dom;
        let mut entries = Vec::new();
        for point in dom.children(parent).filter(|id| dom.local(*id) == "navpoint") {
            if !self.admit() {
                break;
            }
            let child = |name: &str| dom.children(point).find(|id| dom.local(*id) == name);
            let label = child("navlabel").map(|label| dom.text_content(label)).unwrap_or_default();
            let reference = child("content").and_then(|content| dom.attribute(content, "src"));
            let children = if depth < MAX_TOC_DEPTH { self.of_points(point, depth + 1) } else { Vec::new() };
            entries.extend(self.entry(&label, reference, children));
        }
        entries
    }

    /// Counts an entry. Returns whether it is within the limits.
    fn admit(&mut self) -> bool {
        self.count += 1;
        self.count <= MAX_TOC_ENTRIES && self.bytes <= MAX_TOC_BYTES
    }

    /// An entry; `None` without target and children.
    fn entry(&mut self, label: &str, reference: Option<&str>, children: Vec<TocEntry>) -> Option<TocEntry> {
        let href = reference.and_then(|reference| self.target(reference));
        if href.is_none() && children.is_empty() {
            return None;
        }
        let name = if label.is_empty() { href.as_deref().unwrap_or("…") } else { label };
        let label = label::shortened(name, label::MAX_BYTES).into_owned();
        self.bytes += label.len() + href.as_ref().map_or(0, String::len);
        Some(TocEntry { label, href, children })
    }

    /// The section that a reference leads to, with the fragment.
    fn target(&self, reference: &str) -> Option<String> {
        let target = href::resolve(self.base, reference)?;
        let path = self.archive.locate(&target.path).filter(|path| self.sections.contains(path.as_str()))?;
        Some(target.fragment.map_or(path.clone(), |fragment| format!("{path}#{fragment}")))
    }
}
