//! `ComicInfo.xml` as ComicRack and its successors write it (The Anansi Project, schema 2.0).

use alexandria_domain::{Identifier, Metadata, Series, label};

use crate::dom::{Dom, NodeId, parse_xml};
use crate::error::ExtractError;
use crate::language;
use crate::limits::{Guard, MAX_TOC_ENTRIES};
use crate::metadata_field;

/// Elements with people, in the order in which they are named.
const PEOPLE: [&str; 7] = ["writer", "penciller", "inker", "colorist", "letterer", "coverartist", "translator"];

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct ComicInfo {
    pub(super) metadata: Metadata,
    /// Number of the page that is the cover.
    pub(super) cover: Option<usize>,
    pub(super) bookmarks: Vec<Bookmark>,
}

/// A page with a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bookmark {
    /// Number of the page.
    pub(super) page: usize,
    pub(super) label: String,
}

/// Reads the file.
pub(super) fn read(text: &str, guard: &Guard) -> Result<ComicInfo, ExtractError> {
    let dom = parse_xml(text, guard)?;
    let mut info = ComicInfo::default();
    let Some(root) = dom.find(Dom::DOCUMENT, "comicinfo") else { return Ok(info) };
    let value = |name: &str| {
        let element = dom.children(root).find(|child| dom.local(*child) == name)?;
        metadata_field::value(&metadata_field::element_text(&dom, element))
    };
    let metadata = &mut info.metadata;
    metadata.series = value("series").map(|name| Series { name, position: value("number") });
    metadata.title = value("title").or_else(|| metadata.series.as_ref().map(title_of)).unwrap_or_default();
    for name in PEOPLE {
        for person in value(name).iter().flat_map(|people| people.split(',')).filter_map(metadata_field::value) {
            if !metadata.authors.contains(&person) {
                metadata_field::extend(&mut metadata.authors, std::iter::once(person));
            }
        }
    }
    metadata.language = value("languageiso").and_then(|tag| language::normalise(&tag)).unwrap_or_default();
    metadata.publisher = value("publisher");
    metadata.published = published(&value);
    let genres = value("genre").into_iter().flat_map(|genres| genres.split(',').map(str::to_owned).collect::<Vec<_>>());
    metadata_field::extend(&mut metadata.subjects, genres.filter_map(|genre| metadata_field::value(&genre)));
    metadata.right_to_left = value("manga").is_some_and(|manga| manga == "YesAndRightToLeft");
    let summary = dom.children(root).find(|child| dom.local(*child) == "summary");
    metadata.description = summary.and_then(|id| metadata_field::description(&dom.text_content(id), guard));
    metadata.identifiers.extend(value("gtin").map(|value| Identifier { scheme: "id".to_owned(), value }));
    if let Some(pages) = dom.children(root).find(|child| dom.local(*child) == "pages") {
        read_pages(&dom, pages, &mut info);
    }
    Ok(info)
}

fn title_of(series: &Series) -> String {
    match &series.position {
        Some(position) => format!("{} {position}", series.name),
        None => series.name.clone(),
    }
}

/// Year, or year and month, or the day.
fn published(value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let number = |name: &str| value(name).and_then(|text| text.parse::<u32>().ok()).filter(|number| *number > 0);
    let year = number("year")?;
    Some(match (number("month"), number("day")) {
        (Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year:04}-{month:02}"),
        (None, _) => format!("{year:04}"),
    })
}

fn read_pages(dom: &Dom, pages: NodeId, info: &mut ComicInfo) {
    for page in dom.children(pages).filter(|child| dom.local(*child) == "page") {
        let Some(number) = dom.attribute(page, "image").and_then(|number| number.parse().ok()) else { continue };
        if dom.attribute(page, "type") == Some("FrontCover") {
            info.cover = info.cover.or(Some(number));
        }
        let mark = dom.attribute(page, "bookmark").and_then(metadata_field::value);
        if let Some(mark) = mark.filter(|_| info.bookmarks.len() < MAX_TOC_ENTRIES) {
            let label = label::shortened(&mark, label::MAX_BYTES).into_owned();
            info.bookmarks.push(Bookmark { page: number, label });
        }
    }
}
