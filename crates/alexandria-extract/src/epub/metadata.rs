//! Metadata of a package document: Dublin Core elements, EPUB 3 refinements, EPUB 2 attributes, and calibre's fields.
//!
//! The number of values and refinements is limited, and no text is read twice: nested elements belong to the outermost
//! field. So the work is linear in the size of the document, and the result is small.

use std::collections::{HashMap, HashSet};

use alexandria_domain::{Identifier, Metadata, Series, label};

use crate::dom::{Dom, Edge, NodeId};
use crate::error::ExtractError;
use crate::language;
use crate::limits::Guard;
use crate::metadata_field;

/// Elements that are read, and `<meta property>` values that describe the whole book.
const FIELDS: [&str; 9] = [
    "belongs-to-collection",
    "creator",
    "date",
    "description",
    "identifier",
    "language",
    "publisher",
    "subject",
    "title",
];
/// Properties that are read as refinements of a field.
const REFINEMENTS: [&str; 7] =
    ["collection-type", "event", "group-position", "identifier-type", "role", "scheme", "title-type"];
/// Maximum number of refinements.
const MAX_REFINEMENTS: usize = 10 * metadata_field::MAX_VALUES;
/// Nodes between two checks of the time.
const TIME_CHECK_INTERVAL: usize = 4096;

/// The package's metadata. The title is empty if there is none.
pub(super) fn read(dom: &Dom, package: NodeId, guard: &Guard) -> Result<Metadata, ExtractError> {
    let fields = Fields::of(dom, dom.find(package, "metadata").unwrap_or(package), guard)?;
    let spine = dom.find(package, "spine");
    let direction = spine.and_then(|spine| dom.attribute(spine, "page-progression-direction"));
    Ok(Metadata {
        title: fields.title(),
        authors: fields.authors(),
        language: fields.language(),
        identifiers: fields.all("identifier").iter().map(|field| fields.identifier(field)).collect(),
        series: fields.series(),
        publisher: fields.first("publisher"),
        published: fields.published(),
        subjects: fields.distinct("subject"),
        description: fields.first("description").and_then(|text| metadata_field::description(&text, guard)),
        right_to_left: direction.is_some_and(|direction| direction.trim() == "rtl"),
    })
}

/// An element of the metadata.
struct Field<'a> {
    id: &'a str,
    text: String,
    node: NodeId,
}

struct Fields<'a> {
    dom: &'a Dom,
    by_name: HashMap<&'a str, Vec<Field<'a>>>,
    /// EPUB 3 refinements, by the id they refine and the property; the first of two counts.
    refinements: HashMap<(&'a str, &'a str), String>,
    /// EPUB 2 `<meta name content>` with calibre's names.
    named: HashMap<&'a str, &'a str>,
}

impl<'a> Fields<'a> {
    fn of(dom: &'a Dom, metadata: NodeId, guard: &Guard) -> Result<Self, ExtractError> {
        let mut fields = Self { dom, by_name: HashMap::new(), refinements: HashMap::new(), named: HashMap::new() };
        let mut edges = dom.edges(metadata, None);
        let mut steps = 0_usize;
        while let Some(edge) = edges.next() {
            steps += 1;
            if steps.is_multiple_of(TIME_CHECK_INTERVAL) {
                guard.check_time()?;
            }
            // Any other element may contain fields: `<dc-metadata>`, or one that was never closed.
            if let Edge::Open(node) = edge
                && fields.read(node)
            {
                edges.skip_content(node);
            }
        }
        Ok(fields)
    }

    /// Reads an element. Returns whether its content belongs to it.
    fn read(&mut self, node: NodeId) -> bool {
        let dom = self.dom;
        let local = dom.local(node);
        if local != "meta" {
            return self.add(local, node);
        }
        match (dom.attribute(node, "name"), dom.attribute(node, "property"), dom.attribute(node, "refines")) {
            (Some(name), _, _) => {
                if name.starts_with("calibre:series") {
                    self.named.entry(name).or_insert(dom.attribute(node, "content").unwrap_or_default());
                }
                false
            }
            (None, Some(property), Some(refined)) => {
                self.refine(refined.trim().trim_start_matches('#'), property, node)
            }
            (None, Some(property), None) => self.add(property, node),
            (None, None, _) => false,
        }
    }

    /// Adds a field if it is one of [`FIELDS`].
    fn add(&mut self, name: &'a str, node: NodeId) -> bool {
        if !FIELDS.contains(&name) {
            return false;
        }
        let dom = self.dom;
        let all = self.by_name.entry(name).or_default();
        if all.len() < metadata_field::MAX_VALUES {
            let text = match name {
                "description" => {
                    label::shortened(&dom.text_content(node), metadata_field::MAX_DESCRIPTION_BYTES).into_owned()
                }
                _ => metadata_field::element_text(dom, node),
            };
            if !text.is_empty() {
                all.push(Field { id: dom.attribute(node, "id").unwrap_or_default(), text, node });
            }
        }
        true
    }

    /// Adds a refinement if it is one of [`REFINEMENTS`].
    fn refine(&mut self, refined: &'a str, property: &'a str, node: NodeId) -> bool {
        if refined.is_empty() || !REFINEMENTS.contains(&property) {
            return false;
        }
        let dom = self.dom;
        if self.refinements.len() < MAX_REFINEMENTS {
            self.refinements.entry((refined, property)).or_insert_with(|| metadata_field::element_text(dom, node));
        }
        true
    }

    fn all(&self, name: &str) -> &[Field<'a>] {
        self.by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn first(&self, name: &str) -> Option<String> {
        self.all(name).first().map(|field| field.text.clone())
    }

    fn distinct(&self, name: &str) -> Vec<String> {
        distinct(self.all(name).iter().map(|field| &field.text))
    }

    /// The value of a refinement: an EPUB 3 property, or an EPUB 2 attribute such as `opf:role`.
    fn refined(&self, field: &Field<'a>, property: &'a str) -> Option<&str> {
        let by_property = self.refinements.get(&(field.id, property));
        let by_attribute = || {
            let mut attributes = self.dom.attributes(field.node);
            attributes.find(|(name, _)| name.rsplit(':').next() == Some(property)).map(|(_, value)| value.trim())
        };
        by_property.map(String::as_str).or_else(by_attribute)
    }

    /// The first valid language tag.
    fn language(&self) -> String {
        let tags = self.all("language").iter();
        tags.map(|field| field.text.as_str()).find_map(language::normalise).unwrap_or_default()
    }

    /// The main title, or else the first that has no other title type.
    fn title(&self) -> String {
        let titles = self.all("title");
        let main = titles.iter().find(|title| self.refined(title, "title-type") == Some("main"));
        let plain = || titles.iter().find(|title| self.refined(title, "title-type").is_none());
        main.or_else(plain).or_else(|| titles.first()).map(|title| title.text.clone()).unwrap_or_default()
    }

    /// Creators whose role is author or missing; if there are none, all creators.
    fn authors(&self) -> Vec<String> {
        let creators = self.all("creator");
        let is_author = |field: &&Field<'_>| {
            self.refined(field, "role").is_none_or(|role| role.is_empty() || role.eq_ignore_ascii_case("aut"))
        };
        let authors = distinct(creators.iter().filter(is_author).map(|field| &field.text));
        if authors.is_empty() { self.distinct("creator") } else { authors }
    }

    /// The date of publication, or the first date.
    fn published(&self) -> Option<String> {
        let dates = self.all("date");
        let of_publication = dates.iter().find(|date| self.refined(date, "event") == Some("publication"));
        of_publication.or_else(|| dates.first()).map(|date| date.text.clone())
    }

    /// A collection that is a series, one of no stated type, or calibre's own field.
    fn series(&self) -> Option<Series> {
        let collections = self.all("belongs-to-collection");
        let kind = |field: &Field<'a>| self.refined(field, "collection-type").map(str::to_owned);
        let found = collections.iter().find(|field| kind(field).as_deref() == Some("series"));
        if let Some(field) = found.or_else(|| collections.iter().find(|field| kind(field).is_none())) {
            let position = self.refined(field, "group-position").and_then(metadata_field::value);
            return Some(Series { name: field.text.clone(), position });
        }
        let name = metadata_field::value(self.named.get("calibre:series")?)?;
        let position = self.named.get("calibre:series_index").and_then(|position| metadata_field::value(position));
        Some(Series { name, position })
    }

    fn identifier(&self, field: &Field<'a>) -> Identifier {
        let scheme = self.refined(field, "scheme").and_then(metadata_field::value);
        // ONIX code list 5, which EPUB 3 uses for the type of an identifier.
        let by_type = self.refined(field, "identifier-type").and_then(|code| match code {
            "02" | "15" => Some("isbn".to_owned()),
            "06" => Some("doi".to_owned()),
            _ => None,
        });
        identifier(&field.text, scheme.or(by_type))
    }
}

fn distinct<'t>(texts: impl Iterator<Item = &'t String>) -> Vec<String> {
    let mut known = HashSet::new();
    texts.filter(|text| known.insert(*text)).cloned().collect()
}

/// An identifier from its text and its declared scheme.
fn identifier(text: &str, scheme: Option<String>) -> Identifier {
    let bare = match text.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("urn:") => text.get(4..).unwrap_or_default(),
        _ => text,
    };
    let with_scheme =
        |scheme: &str, value: &str| Identifier { scheme: scheme.to_owned(), value: value.trim().to_owned() };
    if let Some((prefix, value)) = bare.split_once(':') {
        match prefix.to_ascii_lowercase().as_str() {
            "http" | "https" => return with_scheme("url", bare),
            prefix @ ("isbn" | "uuid" | "doi" | "issn" | "oclc" | "calibre" | "asin") => {
                return with_scheme(prefix, value);
            }
            _ => {}
        }
    }
    let scheme = scheme.map(|scheme| scheme.trim().to_ascii_lowercase()).filter(|scheme| !scheme.is_empty());
    match scheme.as_deref() {
        Some("uri" | "url") => with_scheme("url", bare),
        Some(scheme) => with_scheme(scheme, bare),
        None if is_isbn(bare) => with_scheme("isbn", bare),
        None if is_uuid(bare) => with_scheme("uuid", bare),
        None => with_scheme("id", bare),
    }
}

fn is_isbn(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    digits.len() == 13
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits.starts_with("978") || digits.starts_with("979"))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
