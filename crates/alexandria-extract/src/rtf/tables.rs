//! The tables at the beginning of a file: fonts, styles and lists.

use std::collections::HashMap;

use super::charset::{self, Charset};
use crate::markup::{ListItem, ListKind};

/// Maximum number of entries of a table.
const MAX_ENTRIES: usize = 10_000;
/// Maximum length of the name of a style, in bytes.
const MAX_NAME_BYTES: usize = 256;
/// Maximum number of styles that one is derived from; a cycle ends there.
const MAX_ANCESTORS: usize = 32;
/// Levels of a list.
const LEVELS: usize = 9;

/// A style.
#[derive(Debug, Default)]
struct Style {
    name: Vec<u8>,
    outline_level: Option<u8>,
    based_on: Option<i32>,
}

#[derive(Debug, Default)]
struct ListDefinition {
    levels: Vec<(ListKind, u32)>,
    /// The last number of each level.
    reached: [Option<u32>; LEVELS],
}

/// The tables.
#[derive(Debug, Default)]
pub(super) struct Tables {
    fonts: HashMap<i32, Charset>,
    font: i32,
    styles: HashMap<i32, Style>,
    style: i32,
    list: ListDefinition,
    lists: HashMap<i32, ListDefinition>,
    /// List ids by the number that paragraphs use.
    overrides: HashMap<i32, i32>,
    override_id: i32,
}

impl Tables {
    /// A control word of the font table.
    pub(super) fn font_word(&mut self, word: &str, number: i32) {
        match word {
            "f" => self.font = number,
            "fcharset" if self.fonts.len() < MAX_ENTRIES => {
                self.fonts.insert(self.font, charset::of_font(number));
            }
            _ => {}
        }
    }

    pub(super) fn charset(&self, font: i32) -> Charset {
        self.fonts.get(&font).copied().unwrap_or(Charset::Document)
    }

    /// A control word of the style sheet.
    pub(super) fn style_word(&mut self, word: &str, number: i32) {
        if word == "s" {
            self.style = number;
        }
        if self.styles.len() >= MAX_ENTRIES {
            return;
        }
        let style = self.styles.entry(self.style).or_default();
        match word {
            "outlinelevel" => style.outline_level = u8::try_from(number).ok(),
            "sbasedon" => style.based_on = Some(number),
            _ => {}
        }
    }

    /// A character of the name of a style.
    pub(super) fn style_byte(&mut self, byte: u8) {
        if let Some(style) = self.styles.get_mut(&self.style)
            && byte != b';'
            && style.name.len() < MAX_NAME_BYTES
        {
            style.name.push(byte.to_ascii_lowercase());
        }
    }

    /// A group of the style sheet begins: without a number it describes the default style.
    pub(super) const fn begin_style(&mut self) {
        self.style = 0;
    }

    /// The outline level of a style, from 0.
    pub(super) fn outline_level(&self, style: i32) -> Option<u8> {
        let mut id = style;
        for _ in 0..MAX_ANCESTORS {
            let found = self.styles.get(&id)?;
            let name = std::str::from_utf8(&found.name).unwrap_or_default().trim();
            let by_name = name.strip_prefix("heading ").and_then(|level| level.trim().parse::<u8>().ok());
            if let Some(level) = found.outline_level.or(by_name.and_then(|level| level.checked_sub(1))) {
                return Some(level);
            }
            id = found.based_on.filter(|base| *base != id)?;
        }
        None
    }

    /// A control word of the table of lists.
    pub(super) fn list_word(&mut self, word: &str, number: i32) {
        match word {
            "list" => self.list = ListDefinition::default(),
            "listlevel" if self.list.levels.len() < LEVELS => self.list.levels.push((ListKind::Numbers("1"), 1)),
            "levelnfc" | "levelnfcn" => {
                if let Some((kind, _)) = self.list.levels.last_mut() {
                    *kind = match number {
                        1 => ListKind::Numbers("I"),
                        2 => ListKind::Numbers("i"),
                        3 => ListKind::Numbers("A"),
                        4 => ListKind::Numbers("a"),
                        23 | 255 => ListKind::Bullets,
                        _ => ListKind::Numbers("1"),
                    };
                }
            }
            "levelstartat" => {
                if let Some((_, start)) = self.list.levels.last_mut() {
                    *start = u32::try_from(number).unwrap_or(1);
                }
            }
            "listid" if self.lists.len() < MAX_ENTRIES => {
                self.lists.insert(number, std::mem::take(&mut self.list));
            }
            _ => {}
        }
    }

    /// A control word of the table of list overrides.
    pub(super) fn override_word(&mut self, word: &str, number: i32) {
        match word {
            "listid" => self.override_id = number,
            "ls" if self.overrides.len() < MAX_ENTRIES => {
                self.overrides.insert(number, self.override_id);
            }
            _ => {}
        }
    }

    /// The next item of a list; `None` if there is no such list.
    pub(super) fn next_item(&mut self, list: i32, level: u8) -> Option<ListItem> {
        let list = self.lists.get_mut(self.overrides.get(&list)?)?;
        let level = level.min(8);
        let (kind, start) = list.levels.get(usize::from(level)).or(list.levels.last()).copied()?;
        let last = list.reached.get_mut(usize::from(level))?;
        let number = last.map_or(start, |last| last.saturating_add(1));
        *last = Some(number);
        list.reached.iter_mut().skip(usize::from(level) + 1).for_each(|deeper| *deeper = None);
        Some(ListItem { level, kind, number })
    }
}
