//! Formatting of a run of text.

use super::MarkupWriter;

/// How a run of text looks, as far as that has a meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextFormat {
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) underline: bool,
    pub(crate) strike: bool,
    pub(crate) superscript: bool,
    pub(crate) subscript: bool,
    /// Hidden text is not written.
    pub(crate) hidden: bool,
    /// Language tag; empty if it is that of the document.
    pub(crate) language: String,
}

impl TextFormat {
    fn tags(&self) -> impl DoubleEndedIterator<Item = &'static str> {
        let tags = [
            (self.bold, "b"),
            (self.italic, "i"),
            (self.underline, "u"),
            (self.strike, "s"),
            (self.superscript, "sup"),
            (self.subscript, "sub"),
        ];
        tags.into_iter().filter_map(|(on, tag)| on.then_some(tag))
    }

    /// Writes text in this format; nothing if it is hidden.
    pub(crate) fn write(&self, text: &str, out: &mut MarkupWriter) {
        if self.hidden || text.is_empty() {
            return;
        }
        if !self.language.is_empty() {
            out.start("span", &[("lang", &self.language)]);
        }
        self.tags().for_each(|tag| out.start(tag, &[]));
        out.text(text);
        self.tags().rev().for_each(|tag| out.end(tag));
        if !self.language.is_empty() {
            out.end("span");
        }
    }
}
