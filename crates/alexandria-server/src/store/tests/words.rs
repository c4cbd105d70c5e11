//! The words of scripts: small numbers for ids, and answers without what they repeat.

use std::fmt::Debug;

use crate::store::{StoreError, UnixMillis};

/// The words of an operation that are still to be read.
pub(super) struct Words<'line> {
    words: std::iter::Peekable<std::str::SplitWhitespace<'line>>,
    line: &'line str,
}

impl<'line> Words<'line> {
    pub(super) fn new(line: &'line str) -> Self {
        Self { words: line.split_whitespace().peekable(), line }
    }

    pub(super) fn word(&mut self) -> &'line str {
        self.words.next().unwrap_or_else(|| panic!("too few words: {}", self.line))
    }

    /// The time of `at TIME`, if that comes next.
    pub(super) fn now(&mut self) -> Option<UnixMillis> {
        self.words.next_if_eq(&"at").map(|_at| self.time())
    }

    /// The value of `key=value`, if that comes next.
    pub(super) fn option(&mut self, key: &str) -> Option<&'line str> {
        let value = self.words.peek()?.strip_prefix(key)?.strip_prefix('=')?;
        self.words.next();
        Some(value)
    }

    /// All that are left.
    pub(super) fn rest(&mut self) -> Vec<&'line str> {
        self.words.by_ref().collect()
    }

    pub(super) fn number<T: std::str::FromStr>(&mut self) -> T {
        number(self.word())
    }

    /// A number, or nothing for `-`.
    pub(super) fn optional<T: std::str::FromStr>(&mut self) -> Option<T> {
        let word = self.word();
        (word != "-").then(|| number(word))
    }

    pub(super) fn time(&mut self) -> UnixMillis {
        UnixMillis(self.number())
    }

    /// An id whose bytes are all this number.
    pub(super) fn id(&mut self) -> [u8; 16] {
        [self.number(); 16]
    }

    pub(super) fn hash(&mut self) -> [u8; 32] {
        [self.number(); 32]
    }
}

pub(super) fn number<T: std::str::FromStr>(word: &str) -> T {
    let word = match word {
        "max" => "9223372036854775807",
        "over" => "9223372036854775808",
        "min" => "-9223372036854775808",
        word => word,
    };
    word.parse().unwrap_or_else(|_| panic!("not a number: {word}"))
}

/// The answer in short: names of types and repeated bytes are left out.
pub(super) fn answer<T: Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Ok(value) => shorten(&format!("{value:?}")),
        Err(error) => format!("! {}", shorten(&format!("{error:?}"))),
    }
}

/// `AccountId(0101…01)` becomes `1`, and `[7, 7, 7, 7]` becomes `7*4`.
fn shorten(text: &str) -> String {
    let mut short = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(['(', '[']) {
        let (before, opened) = rest.split_at(start);
        let (bracket, inside) = opened.split_at(1);
        let end = inside.find([')', ']']).unwrap_or(inside.len());
        let (content, after) = inside.split_at(end);
        let name = before.trim_end_matches(|letter: char| letter.is_alphanumeric());
        if bracket == "(" && content.len() == 32 && content.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            short.push_str(name);
            short.push_str(&same_bytes(content));
            rest = after.get(1..).unwrap_or_default();
        } else if bracket == "["
            && let Some(list) = same_numbers(content)
        {
            short.push_str(before);
            short.push_str(&list);
            rest = after.get(1..).unwrap_or_default();
        } else {
            short.push_str(before);
            short.push_str(bracket);
            rest = inside;
        }
    }
    short.push_str(rest);
    short.replace("UnixMillis", "").replace("Some", "")
}

fn same_bytes(digits: &str) -> String {
    let bytes: Vec<u8> =
        (0..16).map(|byte| u8::from_str_radix(digits.get(2 * byte..2 * byte + 2).unwrap(), 16).unwrap()).collect();
    if bytes.iter().all(|byte| *byte == bytes[0]) { bytes[0].to_string() } else { digits.to_owned() }
}

fn same_numbers(list: &str) -> Option<String> {
    let numbers: Vec<&str> = list.split(", ").collect();
    let is_same = numbers.len() > 3 && numbers.iter().all(|number| *number == numbers[0]);
    (is_same && numbers[0].parse::<u8>().is_ok()).then(|| format!("{}*{}", numbers[0], numbers.len()))
}
