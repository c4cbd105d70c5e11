//! Formatting that is switched on and off (ECMA-376 part 1 §17.7.3), by styles and by runs.

use crate::dom::{Dom, NodeId};

/// Formatting that a style or a run switches on or off; `None` if it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Toggles {
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    pub(super) underline: Option<bool>,
    pub(super) strike: Option<bool>,
    /// Above the line (`Some(true)`) or below it.
    pub(super) raised: Option<bool>,
    pub(super) hidden: Option<bool>,
}

impl Toggles {
    pub(super) fn of(dom: &Dom, properties: NodeId) -> Self {
        let mut found = Self::default();
        for child in dom.children(properties) {
            let on = || Some(is_on(dom, child));
            match dom.local(child) {
                "b" => found.bold = on(),
                "i" => found.italic = on(),
                "u" => found.underline = Some(dom.local_attribute(child, "val").is_some_and(|value| value != "none")),
                "strike" | "dstrike" if is_on(dom, child) => found.strike = Some(true),
                "vanish" => found.hidden = on(),
                "vertalign" => {
                    found.raised = match dom.local_attribute(child, "val") {
                        Some("superscript") => Some(true),
                        Some("subscript") => Some(false),
                        _ => None,
                    };
                }
                _ => {}
            }
        }
        found
    }

    /// These, and the others where these say nothing.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            bold: self.bold.or(other.bold),
            italic: self.italic.or(other.italic),
            underline: self.underline.or(other.underline),
            strike: self.strike.or(other.strike),
            raised: self.raised.or(other.raised),
            hidden: self.hidden.or(other.hidden),
        }
    }
}

/// Whether a toggle is on: it is there, and not `false`.
pub(super) fn is_on(dom: &Dom, toggle: NodeId) -> bool {
    !matches!(dom.local_attribute(toggle, "val"), Some("0" | "false" | "off" | "none"))
}
