//! The colours of other programs as ours.

use alexandria_domain::Colour;

/// Names, and the nearest of our colours.
const NAMES: &[(&str, Colour)] = &[
    ("yellow", Colour::Yellow),
    ("gold", Colour::Yellow),
    ("gray", Colour::Yellow),
    ("green", Colour::Green),
    ("olive", Colour::Green),
    ("lime", Colour::Green),
    ("blue", Colour::Blue),
    ("cyan", Colour::Blue),
    ("teal", Colour::Blue),
    ("pink", Colour::Pink),
    ("red", Colour::Pink),
    ("magenta", Colour::Pink),
    ("orange", Colour::Orange),
    ("purple", Colour::Purple),
    ("violet", Colour::Purple),
];

/// Our colours, to compare others with.
const VALUES: &[([i32; 3], Colour)] = &[
    ([255, 230, 100], Colour::Yellow),
    ([120, 200, 100], Colour::Green),
    ([110, 170, 240], Colour::Blue),
    ([245, 120, 160], Colour::Pink),
    ([250, 160, 60], Colour::Orange),
    ([170, 120, 220], Colour::Purple),
];

/// The colour of a name or of `#rrggbb`; yellow for any other text.
pub(super) fn named(text: &str) -> Colour {
    let text = text.trim().to_ascii_lowercase();
    if let Some((_, colour)) = NAMES.iter().find(|(name, _)| *name == text) {
        return *colour;
    }
    of_hex(&text).unwrap_or_default()
}

fn of_hex(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#')?;
    let channel = |at: usize| i32::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let [red, green, blue] = [channel(0)?, channel(2)?, channel(4)?];
    let distance = |[r, g, b]: [i32; 3]| (r - red).pow(2) + (g - green).pow(2) + (b - blue).pow(2);
    VALUES.iter().min_by_key(|(value, _)| distance(*value)).map(|(_, colour)| *colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_the_nearest_of_ours() {
        let check = |text: &str, expect: Colour| assert_eq!(named(text), expect, "{text}");
        check("Yellow", Colour::Yellow);
        check("red", Colour::Pink);
        check("#ffeb3b", Colour::Yellow);
        check("#4CAF50", Colour::Green);
        check("#2196f3", Colour::Blue);
        check("#9c27b0", Colour::Purple);
        check("#ff", Colour::Yellow);
        check("#éé0000", Colour::Yellow);
        check("", Colour::Yellow);
    }
}
