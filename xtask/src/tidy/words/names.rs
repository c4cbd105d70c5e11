//! The names in a file: identifiers of its code, and its own name and that of its folders.

use super::prose::{Language, Part, parts};
use crate::tidy::tree::Source;

/// A name and where it is used first in a line.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) line: usize,
}

impl Name {
    /// Its words in lower case: `MadeWay`, `made_way` and `MADE_WAY` are `made way`.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for part in self.text.split(['_', '-']).filter(|part| !part.is_empty()) {
            let mut word = String::new();
            let mut after_lower = false;
            for letter in part.chars() {
                if letter.is_uppercase() && after_lower {
                    words.push(std::mem::take(&mut word));
                }
                after_lower = letter.is_lowercase() || letter.is_ascii_digit();
                word.extend(letter.to_lowercase());
            }
            words.push(word);
        }
        words
    }

    /// Whether it is spelled as constants are.
    pub(super) fn is_constant(&self) -> bool {
        self.text.chars().any(char::is_uppercase) && !self.text.chars().any(char::is_lowercase)
    }
}

/// All names of a file.
pub(super) fn of_file(source: &Source) -> Vec<Name> {
    let path = source.path.split('/').map(|part| part.split('.').next().unwrap_or(part));
    let mut names: Vec<Name> = path.map(|text| Name { text: text.to_owned(), line: 1 }).collect();
    let language = Language::of(&source.path);
    if language.is_some_and(Language::has_names) {
        for (line, part) in parts(&source.text, language) {
            if let Part::Code(code) = part {
                collect(code, line, &mut names);
            }
        }
    }
    names
}

fn collect(code: &str, first: usize, names: &mut Vec<Name>) {
    for (line, text) in (first..).zip(code.split('\n')) {
        let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let is_name = |word: &&str| word.starts_with(|first: char| first.is_alphabetic() || first == '_');
        names.extend(words.filter(is_name).map(|word| Name { text: word.to_owned(), line }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        let check = |text: &str, expect: &str| {
            assert_eq!(Name { text: text.to_owned(), line: 1 }.words().join(" "), expect);
        };
        check("made_way", "made way");
        check("MADE_WAY", "made way");
        check("MadeWay2Go", "made way2 go");
        check("madeWay", "made way");
        check("__made", "made");
        check("HTTPServer", "httpserver");
    }

    #[test]
    fn names_are_those_of_code_and_path() {
        let source = Source {
            path: "crates/a-b/src/c.rs".to_owned(),
            text: "// comment\nfn d() -> E {\n    \"text\" }".to_owned(),
        };
        let names: Vec<String> =
            of_file(&source).into_iter().map(|name| format!("{}:{}", name.text, name.line)).collect();
        assert_eq!(names, ["crates:1", "a-b:1", "src:1", "c:1", "fn:2", "d:2", "E:2"]);
    }
}
