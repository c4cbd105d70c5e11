//! Numbered and bulleted lists (ECMA-376 part 1 §17.9). A list goes on wherever its id comes up again, whatever is between.

use std::collections::HashMap;

use crate::dom::{Dom, NodeId};
use crate::error::ExtractError;
use crate::limits::Guard;
use crate::markup::{ListItem, ListKind};

/// Levels of a list.
const LEVELS: usize = 9;

/// The list that a paragraph belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumberingRef {
    /// Id of the list; 0 is none.
    pub(super) list: u32,
    /// From 0 to 8.
    pub(super) level: u8,
}

impl NumberingRef {
    /// The list among the properties of a paragraph.
    pub(super) fn of(dom: &Dom, properties: NodeId) -> Option<Self> {
        let numbering = dom.child(properties, "numpr")?;
        let value = |name: &str| dom.child(numbering, name).and_then(|child| dom.local_attribute(child, "val"));
        let list = value("numid")?.trim().parse().ok()?;
        let level = value("ilvl").and_then(|level| level.trim().parse().ok()).unwrap_or(0);
        Some(Self { list, level: u8::min(level, 8) })
    }
}

#[derive(Clone, Copy, Debug)]
struct Level {
    kind: ListKind,
    start: u32,
}

impl Default for Level {
    fn default() -> Self {
        Self { kind: ListKind::Bullets, start: 1 }
    }
}

/// A list that refers to a definition.
#[derive(Clone, Debug, Default)]
struct List {
    definition: u32,
    /// Numbers that it begins its levels with, instead of going on with those of the definition.
    restarts: HashMap<u8, u32>,
    started: bool,
}

/// The lists of a document, with the numbers reached.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: HashMap<u32, [Level; LEVELS]>,
    lists: HashMap<u32, List>,
    /// The last number of each level, by definition.
    reached: HashMap<u32, [Option<u32>; LEVELS]>,
}

impl Numbering {
    pub(super) fn read(dom: &Dom, guard: &Guard) -> Result<Self, ExtractError> {
        let mut numbering = Self::default();
        for (count, id) in dom.elements(Dom::DOCUMENT).enumerate() {
            if count.is_multiple_of(4096) {
                guard.check_time()?;
            }
            match dom.local(id) {
                "abstractnum" => numbering.define(dom, id),
                "num" => numbering.list(dom, id),
                _ => {}
            }
        }
        Ok(numbering)
    }

    fn define(&mut self, dom: &Dom, id: NodeId) {
        let Some(definition) = number(dom.local_attribute(id, "abstractnumid")) else { return };
        let mut levels = [Level::default(); LEVELS];
        for child in dom.children(id).filter(|child| dom.local(*child) == "lvl") {
            if let Some(level) = level_of(dom, child).and_then(|at| levels.get_mut(usize::from(at))) {
                *level = level_properties(dom, child);
            }
        }
        self.definitions.entry(definition).or_insert(levels);
    }

    fn list(&mut self, dom: &Dom, id: NodeId) {
        let definition = dom.child(id, "abstractnumid").and_then(|child| dom.local_attribute(child, "val"));
        let (Some(list), Some(definition)) = (number(dom.local_attribute(id, "numid")), number(definition)) else {
            return;
        };
        let mut restarts = HashMap::new();
        for child in dom.children(id).filter(|child| dom.local(*child) == "lvloverride") {
            let start = dom.child(child, "startoverride").and_then(|child| number(dom.local_attribute(child, "val")));
            let own = dom.child(child, "lvl").map(|level| level_properties(dom, level).start);
            if let (Some(level), Some(start)) = (level_of(dom, child), start.or(own)) {
                restarts.insert(level, start);
            }
        }
        self.lists.entry(list).or_insert(List { definition, restarts, started: false });
    }

    /// The next item of a list; `None` if there is no such list.
    pub(super) fn next(&mut self, at: NumberingRef) -> Option<ListItem> {
        let list = self.lists.get_mut(&at.list)?;
        let levels = self.definitions.get(&list.definition)?;
        let level = levels.get(usize::from(at.level))?;
        let reached = self.reached.entry(list.definition).or_default();
        if !std::mem::replace(&mut list.started, true) {
            for (level, start) in &list.restarts {
                if let Some(reached) = reached.get_mut(usize::from(*level)) {
                    // One before the first; a start of zero has none.
                    *reached = start.checked_sub(1);
                }
            }
        }
        let start = list.restarts.get(&at.level).copied().unwrap_or(level.start);
        let last = reached.get_mut(usize::from(at.level))?;
        let next = last.map_or(start, |last| last.saturating_add(1));
        *last = Some(next);
        // Deeper levels begin again.
        reached.iter_mut().skip(usize::from(at.level) + 1).for_each(|deeper| *deeper = None);
        Some(ListItem { level: at.level, kind: level.kind, number: next })
    }
}

fn number(value: Option<&str>) -> Option<u32> {
    value?.trim().parse().ok()
}

fn level_of(dom: &Dom, id: NodeId) -> Option<u8> {
    dom.local_attribute(id, "ilvl")?.trim().parse().ok()
}

fn level_properties(dom: &Dom, id: NodeId) -> Level {
    let value = |name: &str| dom.child(id, name).and_then(|child| dom.local_attribute(child, "val"));
    let kind = match value("numfmt").unwrap_or("decimal") {
        "bullet" | "none" => ListKind::Bullets,
        "lowerLetter" => ListKind::Numbers("a"),
        "upperLetter" => ListKind::Numbers("A"),
        "lowerRoman" => ListKind::Numbers("i"),
        "upperRoman" => ListKind::Numbers("I"),
        _ => ListKind::Numbers("1"),
    };
    // Without a start a level begins with 0 by the letter of the standard, and with 1 in every program.
    Level { kind, start: number(value("start")).unwrap_or(1) }
}
