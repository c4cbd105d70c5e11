//! Destinations: how links and outlines name a page (ISO 32000-2 §12.3.2).

use std::collections::{HashMap, HashSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, ObjRef, Object, ObjectIdentifier, String as PdfString};

use crate::number::index;

/// Maximum number of nodes of the tree of names.
const MAX_NODES: usize = 20_000;
/// Maximum number of named destinations.
const MAX_NAMES: usize = 200_000;

/// The pages that a document's destinations lead to.
#[derive(Debug, Default)]
pub(crate) struct Destinations {
    pages: HashMap<(u32, i32), u32>,
    named: HashMap<Vec<u8>, u32>,
}

impl Destinations {
    pub(crate) fn of(pdf: &Pdf) -> Self {
        let ids = pdf
            .pages()
            .iter()
            .enumerate()
            .filter_map(|(number, page)| Some((key(page.raw().obj_id()?), index(number))));
        let mut destinations = Self { pages: ids.collect(), named: HashMap::new() };
        if let Some(catalog) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) {
            if let Some(names) = catalog.get::<Dict<'_>>(b"Dests") {
                destinations.add_dictionary(&names);
            }
            if let Some(tree) = catalog.get::<Dict<'_>>(b"Names").and_then(|names| names.get::<Dict<'_>>(b"Dests")) {
                destinations.add_tree(tree);
            }
        }
        destinations
    }

    /// The index of the page that an entry `Dest`, or the action `A`, of a dictionary leads to.
    pub(crate) fn target(&self, of: &Dict<'_>) -> Option<u32> {
        if let Some(destination) = of.get::<Object<'_>>(b"Dest") {
            return self.page(destination);
        }
        let action = of.get::<Dict<'_>>(b"A")?;
        let is_inside = action.get::<Name<'_>>(b"S").is_some_and(|kind| kind.as_ref() == b"GoTo");
        if is_inside { self.page(action.get::<Object<'_>>(b"D")?) } else { None }
    }

    fn page(&self, destination: Object<'_>) -> Option<u32> {
        match destination {
            Object::Name(name) => self.named.get(name.as_ref()).copied(),
            Object::String(name) => self.named.get(name.as_bytes()).copied(),
            other => self.explicit(other),
        }
    }

    /// The page of a destination that is not a name.
    fn explicit(&self, destination: Object<'_>) -> Option<u32> {
        let array = match destination {
            Object::Array(array) => array,
            Object::Dict(dict) => dict.get::<Array<'_>>(b"D")?,
            _ => return None,
        };
        let first = array.raw_iter().next()?;
        if let Some(ObjRef { obj_number, gen_number }) = first.as_obj_ref() {
            return self.pages.get(&(obj_number, gen_number)).copied();
        }
        // Only allowed for other files, but written for this one.
        let number = array.iter::<Object<'_>>().next()?.into_i32()?;
        u32::try_from(number).ok().filter(|page| (*page as usize) < self.pages.len())
    }

    fn add(&mut self, name: &[u8], destination: Object<'_>) {
        if self.named.len() < MAX_NAMES
            && let Some(page) = self.explicit(destination)
        {
            self.named.insert(name.to_vec(), page);
        }
    }

    fn add_dictionary(&mut self, names: &Dict<'_>) {
        for name in names.keys() {
            if let Some(destination) = names.get::<Object<'_>>(name.as_ref()) {
                self.add(name.as_ref(), destination);
            }
        }
    }

    fn add_tree(&mut self, root: Dict<'_>) {
        let (mut nodes, mut visited) = (vec![root], HashSet::new());
        while let Some(node) = nodes.pop() {
            if visited.len() >= MAX_NODES || node.obj_id().is_some_and(|id| !visited.insert(key(id))) {
                continue;
            }
            if let Some(pairs) = node.get::<Array<'_>>(b"Names") {
                let mut pairs = pairs.iter::<Object<'_>>();
                while let (Some(name), Some(destination)) = (pairs.next(), pairs.next()) {
                    if let Some(name) = name.into_string() {
                        let name: PdfString<'_> = name;
                        self.add(name.as_bytes(), destination);
                    }
                }
            }
            if let Some(kids) = node.get::<Array<'_>>(b"Kids") {
                nodes.extend(kids.iter::<Dict<'_>>().take(MAX_NODES));
                nodes.truncate(MAX_NODES);
            }
        }
    }
}

const fn key(id: ObjectIdentifier) -> (u32, i32) {
    (id.obj_number, id.gen_number)
}
