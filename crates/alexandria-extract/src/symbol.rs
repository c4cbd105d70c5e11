//! Fonts of symbols, whose characters have codes of their own, to Unicode.

/// Characters 0x20 to 0x7e of Adobe's Symbol encoding.
const SYMBOL_LOW: &str =
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
/// Characters 0xa0 to 0xfe of it; 0xf0 is not assigned.
const SYMBOL_HIGH: &str =
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\u{fffd}〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";

/// The signs of Wingdings that documents use.
const WINGDINGS: [(u32, char); 32] = [
    (0x21, '✏'),
    (0x22, '✂'),
    (0x28, '☎'),
    (0x2a, '✉'),
    (0x41, '✌'),
    (0x46, '☞'),
    (0x4a, '☺'),
    (0x4b, '😐'),
    (0x4c, '☹'),
    (0x6c, '●'),
    (0x6e, '■'),
    (0x6f, '□'),
    (0x71, '❑'),
    (0x72, '❒'),
    (0x74, '⧫'),
    (0x75, '◆'),
    (0x76, '❖'),
    (0x77, '⬥'),
    (0x9f, '•'),
    (0xa7, '▪'),
    (0xa8, '◻'),
    (0xd8, '➢'),
    (0xdf, '←'),
    (0xe0, '→'),
    (0xe1, '↑'),
    (0xe2, '↓'),
    (0xe8, '➔'),
    (0xf0, '⇨'),
    (0xfb, '✗'),
    (0xfc, '✓'),
    (0xfd, '☒'),
    (0xfe, '☑'),
];

/// The character that a code has in a font; `None` if the font is none of symbols, or the sign is not known.
pub(crate) fn to_unicode(font: &str, code: u32) -> Option<char> {
    // Word adds 0xf000, the private use area.
    let code = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    match font.to_ascii_lowercase().as_str() {
        "symbol" => match code {
            0x20..=0x7e => SYMBOL_LOW.chars().nth((code - 0x20) as usize),
            0xa0..=0xfe => SYMBOL_HIGH.chars().nth((code - 0xa0) as usize),
            _ => None,
        },
        "wingdings" => WINGDINGS.iter().find(|(known, _)| *known == code).map(|(_, c)| *c),
        _ => None,
    }
}

/// Text of a run in a font, with the characters of a symbol font in Unicode.
pub(crate) fn translate(font: &str, text: &str) -> String {
    let is_private = |c: char| ('\u{f000}'..='\u{f0ff}').contains(&c);
    if !text.contains(is_private) {
        return text.to_owned();
    }
    text.chars().map(|c| if is_private(c) { to_unicode(font, u32::from(c)).unwrap_or(c) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_unicode_knows_symbol_and_wingdings() {
        let check = |font, code, expect| assert_eq!(to_unicode(font, code), expect, "{font} {code:x}");
        check("Symbol", 0x61, Some('α'));
        check("Symbol", 0xf057, Some('Ω'));
        check("Symbol", 0x7e, Some('∼'));
        check("Symbol", 0xa3, Some('≤'));
        check("Symbol", 0xfe, Some('⎭'));
        check("Wingdings", 0xf0fc, Some('✓'));
        check("Wingdings", 0x30, None);
        check("Arial", 0x61, None);
        assert_eq!(translate("Symbol", "x \u{f061}"), "x α");
    }
}
