//! Lists, from paragraphs that say which level of which list they are at.

use super::MarkupWriter;

/// How the items of a list are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    Bullets,
    /// Numbers; the text is the `type` of the HTML element: `1`, `a`, `A`, `i` or `I`.
    Numbers(&'static str),
}

impl ListKind {
    const fn tag(self) -> &'static str {
        match self {
            Self::Bullets => "ul",
            Self::Numbers(_) => "ol",
        }
    }
}

/// An item to begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListItem {
    /// From 0.
    pub(crate) level: u8,
    pub(crate) kind: ListKind,
    /// Its number in a list of numbers.
    pub(crate) number: u32,
}

/// The lists that are open in one place, outermost first. Each has an open item.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    open: Vec<(u8, ListKind)>,
}

impl Lists {
    /// Begins an item: in the list of its level, or in a new one inside the last item.
    pub(crate) fn item(&mut self, item: ListItem, out: &mut MarkupWriter) {
        while let Some((level, kind)) = self.open.last().copied() {
            let continues = level == item.level && kind == item.kind;
            if level < item.level || continues {
                break;
            }
            self.close_last(out);
        }
        if self.open.last().is_some_and(|(level, _)| *level == item.level) {
            out.end("li");
        } else {
            let number_type = if let ListKind::Numbers(name) = item.kind { name } else { "" };
            out.start(item.kind.tag(), &[("type", number_type)]);
            self.open.push((item.level, item.kind));
        }
        let number = if item.kind == ListKind::Bullets { String::new() } else { item.number.to_string() };
        out.start("li", &[("value", &number)]);
    }

    /// Ends all lists.
    pub(crate) fn close(&mut self, out: &mut MarkupWriter) {
        while !self.open.is_empty() {
            self.close_last(out);
        }
    }

    fn close_last(&mut self, out: &mut MarkupWriter) {
        if let Some((_, kind)) = self.open.pop() {
            out.end("li");
            out.end(kind.tag());
        }
    }
}
