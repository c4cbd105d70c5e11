//! What a group inherits, and what ends with it.

use crate::markup::TextFormat;

/// Where the text of a group goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Destination {
    #[default]
    Text,
    /// Nowhere.
    Skip,
    /// The ANSI form of a text that follows in Unicode.
    AnsiForm,
    FontTable,
    StyleSheet,
    /// A list of the list table.
    ListTable,
    ListOverrides,
    Info,
    /// A field of the metadata.
    InfoField(InfoField),
    Picture,
    FieldCode,
    Bookmark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InfoField {
    Title,
    Author,
    Subject,
    Keywords,
    Comment,
}

/// Properties of a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) style: i32,
    /// From 0; 9 is body text.
    pub(super) outline_level: Option<u8>,
    pub(super) in_table: bool,
    /// Number of the list override; 0 is none.
    pub(super) list: i32,
    pub(super) list_level: u8,
    pub(super) right_to_left: bool,
}

/// The state of a group: a copy of the outer one's, until it changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) destination: Destination,
    pub(super) format: TextFormat,
    pub(super) font: i32,
    /// Number of characters that stand for one of Unicode in older programs.
    pub(super) unicode_skip: usize,
    pub(super) paragraph: Paragraph,
    /// Set by `\*`: the destination that follows may be unknown.
    pub(super) is_optional: bool,
    /// What to do at its end.
    pub(super) end: GroupEnd,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum GroupEnd {
    #[default]
    Nothing,
    Note(usize),
    TextBox,
    Field,
    FieldResult,
    Picture,
    Bookmark,
}
