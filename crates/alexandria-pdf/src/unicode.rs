//! The Unicode text of a glyph, by what the file says about it, in the order of how far that can be trusted: the font's `ToUnicode`
//! map, the glyph's name, the character map of the embedded font, and its code. Text that replaces several glyphs
//! (`ActualText`) is applied later, by what collects them.

mod cmap;
mod win_ansi;

use std::collections::HashMap;

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;

use cmap::ReverseMap;

/// The character maps of the fonts of a document, read when they are first needed.
#[derive(Debug, Default)]
pub(crate) struct FontMaps {
    by_font: HashMap<u128, ReverseMap>,
}

/// The text of a glyph; `None` if the file does not tell.
pub(crate) fn text_of(glyph: &Glyph<'_>, maps: &mut FontMaps) -> Option<String> {
    let declared = glyph.as_unicode().and_then(|text| match text {
        BfString::Char(char) => meaningful(&char.to_string()),
        BfString::String(text) => meaningful(&text),
    });
    if declared.is_some() {
        return declared;
    }
    let code = glyph.char_code();
    let Glyph::Outline(outline) = glyph else {
        return win_ansi::text(code).and_then(|char| meaningful(&char.to_string()));
    };
    let char = match outline.font_data() {
        Some(font) => {
            let map = maps.by_font.entry(font.cache_key).or_insert_with(|| ReverseMap::of((*font.data).as_ref()));
            map.char(outline.glyph_id().to_u32())
        }
        // A simple font of Type 1: its codes are bytes.
        None => win_ansi::text(code),
    };
    char.and_then(|char| meaningful(&char.to_string()))
}

/// A text that means the same to everyone; `None` if it is empty, or has a character that is private or not assigned.
pub(crate) fn meaningful(text: &str) -> Option<String> {
    let is_meaningful = |c: char| {
        let is_private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
        let is_blank = matches!(c, '\t' | '\n' | '\r');
        !is_private && c != '\u{fffd}' && c != '\u{fffe}' && c != '\u{ffff}' && (is_blank || !c.is_control())
    };
    (!text.is_empty() && text.chars().all(is_meaningful)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meaningful_text_has_no_private_or_control_characters() {
        let check = |text: &str, expect: bool| assert_eq!(meaningful(text).is_some(), expect, "{text:?}");
        check("ffi", true);
        check(" ", true);
        check("", false);
        check("\0", false);
        check("\u{e001}", false);
        check("a\u{f8ff}", false);
        check("\u{fffd}", false);
    }
}
