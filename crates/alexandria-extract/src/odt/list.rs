//! Lists (ODF 1.3 part 3 §5.3 and §16.30): their numbers, also where one goes on with those of another.

use std::collections::HashMap;

use crate::dom::{Dom, NodeId};
use crate::markup::{ListKind, MarkupWriter};

/// Levels of a list style.
const LEVELS: usize = 10;

/// How the levels of a list are marked.
#[derive(Debug)]
pub(super) struct ListStyle {
    levels: [(ListKind, u32); LEVELS],
}

impl ListStyle {
    pub(super) fn of(dom: &Dom, id: NodeId) -> Self {
        let mut levels = [(ListKind::Bullets, 1); LEVELS];
        for child in dom.children(id).filter(|child| dom.local(*child) == "list-level-style-number") {
            let number = |name: &str| dom.local_attribute(child, name).and_then(|value| value.trim().parse().ok());
            let level = number("level").and_then(|level: u32| usize::try_from(level).ok()?.checked_sub(1));
            let kind = match dom.local_attribute(child, "num-format") {
                Some("a") => ListKind::Numbers("a"),
                Some("A") => ListKind::Numbers("A"),
                Some("i") => ListKind::Numbers("i"),
                Some("I") => ListKind::Numbers("I"),
                None | Some("") => ListKind::Bullets,
                Some(_) => ListKind::Numbers("1"),
            };
            if let Some(place) = level.and_then(|level| levels.get_mut(level)) {
                *place = (kind, number("start-value").unwrap_or(1));
            }
        }
        Self { levels }
    }

    /// The mark of a level, which counts from 0, and its first number.
    fn level(&self, level: usize) -> (ListKind, u32) {
        self.levels.get(level).copied().unwrap_or((ListKind::Bullets, 1))
    }
}

#[derive(Debug)]
struct OpenList {
    style: String,
    id: String,
    kind: ListKind,
    next: u32,
}

/// The lists that are open, outermost first, and the numbers that others ended with.
#[derive(Debug, Default)]
pub(super) struct Lists {
    open: Vec<OpenList>,
    /// The next number by style and level.
    next_by_style: HashMap<(String, usize), u32>,
    /// The next number by id of the list.
    next_by_id: HashMap<String, u32>,
}

/// What a list element says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ListStart<'a> {
    pub(super) id: &'a str,
    /// Id of the list that it goes on with.
    pub(super) continues: &'a str,
    /// It goes on with the last list of its style.
    pub(super) continues_style: bool,
}

impl Lists {
    /// The style of the innermost open list.
    pub(super) fn style(&self) -> Option<&str> {
        self.open.last().map(|list| list.style.as_str())
    }

    /// Begins a list in a style that was looked up by its name.
    pub(super) fn open(&mut self, name: &str, style: Option<&ListStyle>, start: ListStart<'_>, out: &mut MarkupWriter) {
        let level = self.open.len();
        let (kind, first) = style.map_or((ListKind::Bullets, 1), |style| style.level(level));
        let by_id = self.next_by_id.get(start.continues).filter(|_| !start.continues.is_empty());
        let by_style = self.next_by_style.get(&(name.to_owned(), level)).filter(|_| start.continues_style);
        let next = by_id.or(by_style).copied().unwrap_or(first);
        match kind {
            ListKind::Bullets => out.raw("<ul>"),
            ListKind::Numbers(number_type) => out.start("ol", &[("type", number_type)]),
        }
        self.open.push(OpenList { style: name.to_owned(), id: start.id.to_owned(), kind, next });
    }

    /// Begins an item, with a number of its own if it has one.
    pub(super) fn item(&mut self, number: Option<u32>, out: &mut MarkupWriter) {
        let Some(list) = self.open.last_mut() else {
            out.raw("<li>");
            return;
        };
        let number = number.unwrap_or(list.next);
        list.next = number.saturating_add(1);
        let value = if list.kind == ListKind::Bullets { String::new() } else { number.to_string() };
        out.start("li", &[("value", &value)]);
    }

    pub(super) fn close(&mut self, out: &mut MarkupWriter) {
        let Some(list) = self.open.pop() else { return };
        out.raw(if list.kind == ListKind::Bullets { "</ul>\n" } else { "</ol>\n" });
        self.next_by_style.insert((list.style, self.open.len()), list.next);
        if !list.id.is_empty() {
            self.next_by_id.insert(list.id, list.next);
        }
    }
}
