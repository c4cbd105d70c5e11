//! Takes files of several languages apart into code, comments and strings, and reads the words of the latter two.

use crate::tidy::limits::is_test;
use crate::tidy::tree::Source;

/// What a file is written in, as far as comments and strings look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    /// TypeScript and JavaScript, Svelte's markup around it included.
    Script,
    Css,
    /// Comments from `#` to the end of the line.
    Hash,
    Markdown,
}

impl Language {
    /// The language of a file by its name; nothing for a file that has no comments.
    pub(super) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension {
            "rs" => Some(Self::Rust),
            "ts" | "js" | "mjs" | "svelte" | "html" => Some(Self::Script),
            "css" => Some(Self::Css),
            "toml" | "py" | "yml" | "sh" => Some(Self::Hash),
            "md" => Some(Self::Markdown),
            _ if path == ".ci/run" => Some(Self::Hash),
            _ => None,
        }
    }

    /// Whether its code holds names of ours.
    pub(super) const fn has_names(self) -> bool {
        matches!(self, Self::Rust | Self::Script)
    }
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Code(&'a str),
    Comment(&'a str),
    Text(&'a str),
}

/// A word of prose in lower case.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) line: usize,
}

/// Words in their order; nothing where a phrase ends.
#[derive(Debug, Default)]
pub(super) struct Prose(Vec<Option<Word>>);

impl Prose {
    /// The words between two punctuation marks, or the ends of a comment, each.
    pub(super) fn phrases(&self) -> impl Iterator<Item = Vec<&Word>> {
        self.0.split(Option::is_none).map(|phrase| phrase.iter().flatten().collect())
    }

    fn push(&mut self, text: &str, first: usize) {
        for (line, text) in (first..).zip(text.split('\n')) {
            let text = without_marks(text);
            if text.is_empty() {
                self.0.push(None);
            }
            let mut word = String::new();
            for letter in text.chars().chain([' ']) {
                if letter.is_alphanumeric() || matches!(letter, '\'' | '’') {
                    word.extend(letter.to_lowercase());
                    continue;
                }
                if !word.is_empty() {
                    self.0.push(Some(Word { text: std::mem::take(&mut word), line }));
                }
                if !letter.is_whitespace() && letter != '*' {
                    self.0.push(None);
                }
            }
        }
    }
}

/// A line of a comment without the marks at its beginning.
fn without_marks(line: &str) -> &str {
    line.trim().trim_start_matches(['/', '!', '*', '#', '>']).trim()
}

/// The prose of a file.
pub(super) fn of_file(source: &Source) -> Prose {
    let mut prose = Prose::default();
    let language = Language::of(&source.path);
    let mut previous: Option<usize> = None;
    for (line, part) in parts(&source.text, language) {
        match part {
            Part::Comment(text) => {
                // Comments in adjacent lines are one.
                if previous.is_none_or(|last| last + 1 < line) {
                    prose.0.push(None);
                }
                prose.push(&without_code(text), line);
                previous = Some(line + text.matches('\n').count());
            }
            Part::Text(text) if !is_test(&source.path) => {
                prose.0.push(None);
                prose.push(&text.replace("\\n", "  ").replace('\\', " "), line);
                prose.0.push(None);
                previous = None;
            }
            Part::Code(code) if !code.trim().is_empty() => previous = None,
            Part::Text(_) | Part::Code(_) => {}
        }
    }
    prose
}

/// Text without its code spans; what is left of each ends a phrase.
fn without_code(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (index, span) in text.split('`').enumerate() {
        if index % 2 == 0 {
            kept += span;
        } else {
            kept.push('`');
            kept.extend(span.chars().filter(|letter| *letter == '\n'));
        }
    }
    kept
}

/// The parts of a file with the line that each begins in, from 1.
pub(super) fn parts(text: &str, language: Option<Language>) -> Vec<(usize, Part<'_>)> {
    match language {
        None => Vec::new(),
        Some(Language::Markdown) => markdown(text),
        Some(Language::Hash) => hash(text),
        Some(language) => Lexer { language, text, start: 0, line: 1, parts: Vec::new() }.parts(),
    }
}

/// Paragraphs are comments; fenced code is code.
fn markdown(text: &str) -> Vec<(usize, Part<'_>)> {
    let mut fenced = false;
    let lines = text.lines().zip(1..).map(|(content, line)| {
        let is_fence = content.trim_start().starts_with("```");
        fenced ^= is_fence;
        (line, if is_fence || fenced { Part::Code(content) } else { Part::Comment(content) })
    });
    lines.collect()
}

fn hash(text: &str) -> Vec<(usize, Part<'_>)> {
    let lines = text.lines().zip(1..).map(|(content, line)| match content.split_once('#') {
        Some((before, comment)) if before.is_empty() || before.ends_with(' ') => (line, Part::Comment(comment)),
        _ => (line, Part::Code(content)),
    });
    lines.collect()
}

/// Takes apart what has comments as in C.
struct Lexer<'a> {
    language: Language,
    /// What is left.
    text: &'a str,
    /// Bytes of it that have been read as code.
    start: usize,
    line: usize,
    parts: Vec<(usize, Part<'a>)>,
}

impl<'a> Lexer<'a> {
    fn parts(mut self) -> Vec<(usize, Part<'a>)> {
        while let Some(rest) = self.text.get(self.start..).filter(|rest| !rest.is_empty()) {
            if let Some(Delimited { opening, content, closing, make }) = self.delimited(rest) {
                self.cut(self.start, Part::Code);
                self.cut(opening, |_| Part::Code(""));
                self.cut(content, make);
                self.cut(closing, |_| Part::Code(""));
            } else {
                self.start += self.code(rest);
            }
        }
        self.cut(self.start, Part::Code);
        self.parts
    }

    /// Takes that many bytes from the front as a part.
    fn cut(&mut self, length: usize, make: impl Fn(&'a str) -> Part<'a>) {
        let (part, rest) = self.text.split_at_checked(length).unwrap_or((self.text, ""));
        if !part.is_empty() {
            self.parts.push((self.line, make(part)));
            self.line += part.matches('\n').count();
        }
        (self.text, self.start) = (rest, 0);
    }

    /// The comment or string at the beginning of `rest`, if one begins there.
    fn delimited(&self, rest: &'a str) -> Option<Delimited<'a>> {
        if rest.starts_with("/*") {
            return comment(rest, "/*", "*/");
        }
        if rest.starts_with("//") && self.language != Language::Css {
            return comment(rest, "//", "\n").map(|comment| Delimited { closing: 0, ..comment });
        }
        match self.language {
            Language::Script if rest.starts_with("<!--") => comment(rest, "<!--", "-->"),
            Language::Script => string(rest, rest.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?),
            Language::Rust if rest.starts_with('"') => string(rest, '"'),
            Language::Rust if !self.is_in_name() => raw_string(rest),
            _ => None,
        }
    }

    /// Whether the byte before belongs to a name.
    fn is_in_name(&self) -> bool {
        let before = self.text.get(..self.start).and_then(|code| code.chars().next_back());
        before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    }

    /// Length of what is certainly code at the beginning of `rest`: a letter, or a literal character of Rust, which may be
    /// a quotation mark.
    fn code(&self, rest: &str) -> usize {
        let first = rest.chars().next().map_or(1, char::len_utf8);
        if self.language != Language::Rust || !rest.starts_with('\'') {
            return first;
        }
        let mut letters = rest.char_indices().skip(1);
        match letters.next() {
            Some((_, '\\')) => rest.get(3..).and_then(|rest| rest.find('\'')).map_or(first, |at| 3 + at + 1),
            Some(_) => letters.next().filter(|(_, letter)| *letter == '\'').map_or(first, |(at, _)| at + 1),
            None => first,
        }
    }
}

/// A comment or a string.
struct Delimited<'a> {
    /// Lengths in bytes of the mark before the content, the content, and the mark behind it.
    opening: usize,
    content: usize,
    closing: usize,
    make: fn(&'a str) -> Part<'a>,
}

/// A comment between two marks, or to the end of the file.
fn comment<'a>(rest: &str, opening: &str, closing: &str) -> Option<Delimited<'a>> {
    let content = rest.strip_prefix(opening)?;
    let (length, end) = content.find(closing).map_or((content.len(), 0), |at| (at, closing.len()));
    Some(Delimited { opening: opening.len(), content: length, closing: end, make: Part::Comment })
}

/// A string that ends at the same quotation mark; one in single marks ends with its line at the latest.
fn string<'a>(rest: &str, quote: char) -> Option<Delimited<'a>> {
    let string = |content, closing| Delimited { opening: 1, content, closing, make: Part::Text };
    let content = rest.get(1..)?;
    let mut escaped = false;
    for (at, letter) in content.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote == '\'' => return Some(string(at, 0)),
            _ if letter == quote => return Some(string(at, 1)),
            _ => {}
        }
    }
    Some(string(content.len(), 0))
}

/// A raw string of Rust.
fn raw_string<'a>(rest: &str) -> Option<Delimited<'a>> {
    let marks = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let hashes = marks.len() - marks.trim_start_matches('#').len();
    let content = marks.get(hashes..)?.strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let at = content.find(&closing)?;
    Some(Delimited { opening: rest.len() - content.len(), content: at, closing: closing.len(), make: Part::Text })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts that hold something, as `line kind text`.
    fn check(path: &str, text: &str, expect: &[&str]) {
        let shown: Vec<String> = parts(text, Language::of(path))
            .into_iter()
            .filter_map(|(line, part)| {
                let (kind, text) = match part {
                    Part::Code(text) => ("code", text),
                    Part::Comment(text) => ("comment", text),
                    Part::Text(text) => ("text", text),
                };
                (!text.trim().is_empty()).then(|| format!("{line} {kind} {}", text.trim()))
            })
            .collect();
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn rust_is_taken_apart() {
        check(
            "a.rs",
            "a // b\nc /* d\n e */ f",
            &["1 code a", "1 comment b", "1 code c", "2 comment d\n e", "3 code f"],
        );
        check(
            "a.rs",
            "a(\"b // c\", 'd', '\"', '\\'', 'static) // e",
            &["1 code a(", "1 text b // c", "1 code , 'd', '\"', '\\'', 'static)", "1 comment e"],
        );
        check(
            "a.rs",
            "r#\"a \" b\"#; b\"c\"; br\"d\"",
            &["1 text a \" b", "1 code ; b", "1 text c", "1 code ;", "1 text d"],
        );
        check("a.rs", "\"a \\\" b\"", &["1 text a \\\" b"]);
        check("a.rs", "\"a\n b\" c", &["1 text a\n b", "2 code c"]);
    }

    #[test]
    fn scripts_are_taken_apart() {
        check(
            "a.ts",
            "a('b', \"c\", `d\n${e}`) // f",
            &["1 code a(", "1 text b", "1 code ,", "1 text c", "1 code ,", "1 text d\n${e}", "2 code )", "2 comment f"],
        );
        check("a.svelte", "<p>it's\n<!-- b -->", &["1 code <p>it", "1 text s", "2 comment b"]);
        check("a.css", "a { b: url(//c) } /* d */", &["1 code a { b: url(//c) }", "1 comment d"]);
    }

    #[test]
    fn other_files_are_taken_apart_by_lines() {
        check("a.toml", "# a\nb = \"#c\" # d", &["1 comment a", "2 code b = \"#c\" # d"]);
        check("a.md", "a\n```\nb\n```\nc", &["1 comment a", "2 code ```", "3 code b", "4 code ```", "5 comment c"]);
        check("a.bin", "a", &[]);
    }

    #[test]
    fn phrases_end_at_punctuation_and_code() {
        let check = |path: &str, text: &str, expect: &[&str]| {
            let prose = of_file(&Source { path: path.to_owned(), text: text.to_owned() });
            let phrases = prose.phrases().map(|words| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>());
            let phrases: Vec<String> = phrases.map(|words| words.join(" ")).filter(|words| !words.is_empty()).collect();
            assert_eq!(phrases, expect, "{text}");
        };
        check(
            "a.rs",
            "/// One two\n/// three. Four, `five` six\n\n// seven",
            &["one two three", "four", "six", "seven"],
        );
        check("a.rs", "// a\nb\n// c", &["a", "c"]);
        check("a.md", "# A b\nc\n\nd *e* f", &["a b c", "d e f"]);
    }
}
