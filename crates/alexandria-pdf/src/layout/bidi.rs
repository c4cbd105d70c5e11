//! From the order on the page, left to right, to the order in which text is read and stored.
//!
//! A simplified inverse of the Unicode bidirectional algorithm: runs of right-to-left text are turned around, and
//! numbers and words of the other direction inside of them stay as they are. Embeddings are not recognised; pages do not show them.

use unicode_bidi::{BidiClass, bidi_class};

use super::line::Unit;

/// The direction of a unit, by its first character that has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Right,
    Left,
    Number,
    Neutral,
}

fn direction(unit: &Unit) -> Direction {
    let mut strong = unit.text.chars().map(|char| match bidi_class(char) {
        BidiClass::R | BidiClass::AL => Direction::Left,
        BidiClass::L => Direction::Right,
        BidiClass::EN | BidiClass::AN => Direction::Number,
        _ => Direction::Neutral,
    });
    strong.find(|direction| *direction != Direction::Neutral).unwrap_or(Direction::Neutral)
}

/// Units in logical order, and whether the line reads from right to left.
pub(super) fn logical_order(units: Vec<Unit>) -> (Vec<Unit>, bool) {
    let directions: Vec<Direction> = units.iter().map(direction).collect();
    let count = |wanted| directions.iter().filter(|direction| **direction == wanted).count();
    let (left, right) = (count(Direction::Left), count(Direction::Right));
    if left == 0 {
        return (units, false);
    }
    let mut items: Vec<(Unit, Direction)> = units.into_iter().zip(directions).collect();
    let is_right_to_left = left >= right;
    if is_right_to_left {
        items.reverse();
        // Turned around with the line: turned back.
        turn(&mut items, |direction| matches!(direction, Direction::Right | Direction::Number), Direction::Left);
    } else {
        turn(&mut items, |direction| direction == Direction::Left, Direction::Right);
    }
    let mut units: Vec<Unit> = items.into_iter().map(|(unit, _)| unit).collect();
    if is_right_to_left {
        mirror(&mut units);
    }
    (units, is_right_to_left)
}

/// Turns each run around that begins and ends with a wanted direction, and has none of `stop` inside.
fn turn(items: &mut [(Unit, Direction)], is_wanted: fn(Direction) -> bool, stop: Direction) {
    let mut at = 0;
    while at < items.len() {
        let is_start = items.get(at).is_some_and(|(_, direction)| is_wanted(*direction));
        if !is_start {
            at += 1;
            continue;
        }
        let rest = items.get(at..).unwrap_or_default();
        let length = rest.iter().position(|(_, direction)| *direction == stop).unwrap_or(rest.len());
        let run = rest.get(..length).unwrap_or_default();
        let end = at + run.iter().rposition(|(_, direction)| is_wanted(*direction)).unwrap_or(0) + 1;
        if let Some(run) = items.get_mut(at..end) {
            run.reverse();
            // Numbers inside of a run from right to left are read from left to right.
            if stop == Direction::Right {
                turn(run, |direction| direction == Direction::Number, Direction::Left);
            }
        }
        at = end.max(at + 1);
    }
}

/// Brackets in right-to-left text are drawn as their mirror images: the character is the one that opens or closes.
fn mirror(units: &mut [Unit]) {
    let count = |char: &str| units.iter().filter(|unit| unit.text == char).count();
    let first = units.iter().position(|unit| unit.text == "(" || unit.text == ")");
    let is_drawn_by_shape = first.and_then(|at| units.get(at)).is_some_and(|unit| unit.text == ")");
    if is_drawn_by_shape && count("(") == count(")") {
        for unit in units {
            match unit.text.as_str() {
                "(" => unit.text = ")".to_owned(),
                ")" => unit.text = "(".to_owned(),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(visual: &str, expect: &str) {
        let units = visual.chars().map(|char| Unit { text: char.to_string(), glyph: None }).collect();
        let logical: String = logical_order(units).0.into_iter().map(|unit| unit.text).collect();
        assert_eq!(logical, expect, "{visual}");
    }

    #[test]
    fn logical_order_turns_right_to_left_text_around() {
        check("plain text 12", "plain text 12");
        // Hebrew as it is seen, from left to right.
        check("םולש", "שלום");
        check("2026 תנש", "שנת 2026");
        check("Rust הנכות תפש", "שפת תוכנה Rust");
        check("the word םולש means", "the word שלום means");
        // A number at the edge of such words may belong to either side; it stays where it is.
        check("the year 12 תנש was", "the year 12 שנת was");
        check(")םולש(", "(שלום)");
    }

    #[test]
    fn logical_order_keeps_the_text_of_one_glyph() {
        let unit = |text: &str| Unit { text: text.to_owned(), glyph: None };
        let (units, is_right_to_left) = logical_order(vec![unit("عالم"), unit(" "), unit("حبيبي")]);
        let text: String = units.into_iter().map(|unit| unit.text).collect();
        assert_eq!((text.as_str(), is_right_to_left), ("حبيبي عالم", true));
    }
}
