//! Properties of a run of text (ECMA-376 part 1 §17.3.2).

use super::styles::Styles;
use super::toggles::Toggles;
use crate::dom::{Dom, NodeId};
use crate::language;
use crate::markup::TextFormat;

/// A run: its format, and the font if it is one of symbols.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) format: TextFormat,
    pub(super) font: String,
}

impl Run {
    /// A run in a paragraph whose style hides text or not.
    pub(super) fn of(dom: &Dom, id: NodeId, styles: &Styles, hidden: bool, document_language: &str) -> Self {
        let mut run = Self::default();
        let Some(properties) = dom.child(id, "rpr") else {
            run.format.hidden = hidden;
            return run;
        };
        let child = |name: &str| dom.child(properties, name);
        let style = child("rstyle").and_then(|style| dom.local_attribute(style, "val"));
        let toggles = Toggles::of(dom, properties).or(style.map(|id| styles.character(id)).unwrap_or_default());
        let tag = child("lang").and_then(|child| dom.local_attribute(child, "val")).and_then(language::normalise);
        run.format = TextFormat {
            bold: toggles.bold == Some(true),
            italic: toggles.italic == Some(true),
            // Links are underlined by their style, and by the reader's page anyway.
            underline: toggles.underline == Some(true) && style.is_none(),
            strike: toggles.strike == Some(true),
            superscript: toggles.raised == Some(true),
            subscript: toggles.raised == Some(false),
            hidden: toggles.hidden.unwrap_or(hidden),
            language: tag.filter(|tag| tag != document_language).unwrap_or_default(),
        };
        run.font = child("rfonts").and_then(|font| dom.local_attribute(font, "ascii")).unwrap_or_default().to_owned();
        run
    }
}
