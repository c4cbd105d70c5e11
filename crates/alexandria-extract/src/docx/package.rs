//! The package: its parts, and the relationships between them (ECMA-376 part 2 §9.3).

use std::collections::HashMap;
use std::io::{Read, Seek};

use crate::archive::Archive;
use crate::dom::{Dom, parse_xml};
use crate::encoding::decode_markup;
use crate::error::{Defect, ExtractError};
use crate::href;
use crate::limits::Guard;

/// Where a relationship leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A file of the archive.
    Part(String),
    /// Outside the package; never read. Hyperlinks are followed by the reader.
    External(String),
}

/// The relationships of one part, by id.
pub(super) type Relationships = HashMap<String, Target>;

/// Notes with the relationships of the part they are in.
pub(super) struct NotePart {
    pub(super) dom: Dom,
    pub(super) relationships: Relationships,
}

/// An open package.
pub(super) struct Package<R> {
    archive: Archive<R>,
    /// Name of the main part.
    document: String,
    relationships: Relationships,
    /// Names of parts that the main part refers to, by the last word of the relationship's type.
    parts: HashMap<String, String>,
    /// Names of parts that the package refers to, in the same way.
    root_parts: HashMap<String, String>,
}

impl<R: Read + Seek> Package<R> {
    pub(super) fn open(mut archive: Archive<R>, guard: &Guard) -> Result<Self, ExtractError> {
        let (_, root_parts) = relationships(&mut archive, "", guard)?;
        let document = root_parts.get("officeDocument").cloned();
        let document = document.or_else(|| archive.locate("word/document.xml"));
        let document = document.ok_or(ExtractError::malformed(Defect::NoDocument))?;
        let (relationships, parts) = relationships(&mut archive, &document, guard)?;
        Ok(Self { archive, document, relationships, parts, root_parts })
    }

    /// The main part.
    pub(super) fn document(&mut self, guard: &Guard) -> Result<Option<Dom>, ExtractError> {
        let path = self.document.clone();
        read(&mut self.archive, &path, guard)
    }

    /// The part that the main part refers to with a relationship of that type; `None` if there is none or it is damaged.
    pub(super) fn part(&mut self, kind: &str, guard: &Guard) -> Result<Option<Dom>, ExtractError> {
        match self.parts.get(kind).cloned() {
            Some(path) => read(&mut self.archive, &path, guard),
            None => Ok(None),
        }
    }

    /// The same for a part that the package refers to.
    pub(super) fn root_part(&mut self, kind: &str, guard: &Guard) -> Result<Option<Dom>, ExtractError> {
        match self.root_parts.get(kind).cloned() {
            Some(path) => read(&mut self.archive, &path, guard),
            None => Ok(None),
        }
    }

    /// A part of notes.
    pub(super) fn notes(&mut self, kind: &str, guard: &Guard) -> Result<Option<NotePart>, ExtractError> {
        let Some(path) = self.parts.get(kind).cloned() else { return Ok(None) };
        let Some(dom) = read(&mut self.archive, &path, guard)? else { return Ok(None) };
        let (relationships, _) = relationships(&mut self.archive, &path, guard)?;
        Ok(Some(NotePart { dom, relationships }))
    }

    /// The relationships of the main part.
    pub(super) const fn relationships(&self) -> &Relationships {
        &self.relationships
    }

    pub(super) fn into_archive(self) -> Archive<R> {
        self.archive
    }
}

/// Reads a part. What is missing or damaged beside the main part does not make the document unreadable.
fn read<R: Read + Seek>(archive: &mut Archive<R>, path: &str, guard: &Guard) -> Result<Option<Dom>, ExtractError> {
    match archive.read_markup(path, guard) {
        Ok(bytes) => parse_xml(&decode_markup(&bytes), guard).map(Some),
        Err(ExtractError::NotFound | ExtractError::Malformed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The relationships of a part, and the names of parts by type; of two of a type the first counts.
fn relationships<R: Read + Seek>(
    archive: &mut Archive<R>,
    part: &str,
    guard: &Guard,
) -> Result<(Relationships, HashMap<String, String>), ExtractError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let separator = if folder.is_empty() { "" } else { "/" };
    let path = archive.locate(&format!("{folder}{separator}_rels/{file}.rels"));
    let (mut by_id, mut by_kind) = (HashMap::new(), HashMap::new());
    let dom = match path {
        Some(path) => read(archive, &path, guard)?,
        None => None,
    };
    let Some(dom) = dom else { return Ok((by_id, by_kind)) };
    for id in dom.elements(Dom::DOCUMENT).filter(|id| dom.local(*id) == "relationship") {
        let attribute = |name: &str| dom.attribute(id, name).unwrap_or_default();
        if attribute("targetmode").eq_ignore_ascii_case("external") {
            by_id.entry(attribute("id").to_owned()).or_insert_with(|| Target::External(attribute("target").to_owned()));
            continue;
        }
        let target = href::resolve(part, attribute("target")).and_then(|target| archive.locate(&target.path));
        let Some(target) = target else { continue };
        let kind = attribute("type").rsplit('/').next().unwrap_or_default().to_owned();
        by_kind.entry(kind).or_insert_with(|| target.clone());
        by_id.entry(attribute("id").to_owned()).or_insert(Target::Part(target));
    }
    Ok((by_id, by_kind))
}
