//! Tables of literals as Lua writes them, such as `return { ["a"] = 1 }`. Anything else, a function call above all, is
//! refused: nothing is run.

use std::str::Chars;

use super::note::ForeignNotesError;

/// Tables within tables beyond this depth are refused.
const MAX_DEPTH: usize = 32;
/// Most entries of all tables together.
const MAX_ENTRIES: usize = 2_000_000;

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Nil,
    Flag(bool),
    /// A number as it is written.
    Number(String),
    Text(String),
    Table(Vec<(Self, Self)>),
}

impl Literal {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| matches!(name, Self::Text(text) if text == key)).map(|(_, value)| value)
    }

    /// The text of a key; empty if it has none.
    pub(super) fn text(&self, key: &str) -> &str {
        match self.get(key) {
            Some(Self::Text(text)) => text,
            _ => "",
        }
    }

    /// Keys and values, in the order of the file.
    pub(super) fn entries(&self) -> &[(Self, Self)] {
        match self {
            Self::Table(entries) => entries,
            _ => &[],
        }
    }
}

/// Whether a text is a `return` with a table, perhaps after comments.
pub(super) fn is_table(text: &str) -> bool {
    let code = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("--"));
    code.and_then(|line| line.strip_prefix("return")).is_some_and(|rest| rest.trim_start().starts_with('{'))
}

/// Reads the table of [`is_table`].
pub(super) fn read(text: &str, program: &'static str) -> Result<Literal, ForeignNotesError> {
    let mut parser = Parser { rest: text.chars(), entries: 0 };
    let parse = |parser: &mut Parser<'_>| {
        parser.skip_space();
        parser.expect_word("return")?;
        let value = parser.value(0)?;
        parser.skip_space();
        if parser.rest.as_str().is_empty() { Ok(value) } else { Err("there is something after the table") }
    };
    parse(&mut parser).map_err(|reason| ForeignNotesError::Malformed { program, reason: reason.to_owned() })
}

struct Parser<'a> {
    rest: Chars<'a>,
    entries: usize,
}

type Parsed<T> = Result<T, &'static str>;

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    /// Goes past a character if it is next.
    fn eat(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.rest.next();
        }
        is_next
    }

    /// White space and comments of one line.
    fn skip_space(&mut self) {
        loop {
            let rest = self.rest.as_str().trim_start();
            self.rest = match rest.strip_prefix("--") {
                Some(comment) => comment.trim_start_matches(|c| c != '\n').chars(),
                None => {
                    self.rest = rest.chars();
                    return;
                }
            };
        }
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        let rest = self.rest.as_str().strip_prefix(word).ok_or("it does not begin with `return`")?;
        self.rest = rest.chars();
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Parsed<Literal> {
        self.skip_space();
        match self.peek() {
            Some('{') => self.table(depth),
            Some('"' | '\'') => Ok(Literal::Text(self.string()?)),
            Some('-' | '.' | '0'..='9') => {
                Ok(Literal::Number(self.run(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))))
            }
            _ => match self.run(|c| c.is_ascii_alphanumeric() || c == '_').as_str() {
                "nil" => Ok(Literal::Nil),
                "true" => Ok(Literal::Flag(true)),
                "false" => Ok(Literal::Flag(false)),
                _ => Err("it has something other than tables, texts, numbers, true, false and nil"),
            },
        }
    }

    fn run(&mut self, is_part: impl Fn(char) -> bool) -> String {
        let mut run = String::new();
        while let Some(c) = self.peek().filter(|c| is_part(*c)) {
            run.push(c);
            self.rest.next();
        }
        run
    }

    fn table(&mut self, depth: usize) -> Parsed<Literal> {
        if depth > MAX_DEPTH {
            return Err("its tables are too deep");
        }
        self.rest.next();
        let (mut entries, mut next_index) = (Vec::new(), 1_u64);
        loop {
            self.skip_space();
            if self.eat('}') {
                return Ok(Literal::Table(entries));
            }
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Err("it has too many entries");
            }
            entries.push(self.entry(depth, &mut next_index)?);
            self.skip_space();
            if !self.eat(',') && !self.eat(';') && self.peek() != Some('}') {
                return Err("a table is not closed");
            }
        }
    }

    /// `["key"] = value`, `key = value`, or a value alone.
    fn entry(&mut self, depth: usize, next_index: &mut u64) -> Parsed<(Literal, Literal)> {
        let key = if self.eat('[') {
            let key = self.value(depth + 1)?;
            self.skip_space();
            if !self.eat(']') {
                return Err("a key is not closed");
            }
            key
        } else {
            let name: String = self.rest.clone().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let after = self.rest.as_str().get(name.len()..).unwrap_or_default().trim_start();
            let is_key = !name.is_empty() && after.starts_with('=') && !after.starts_with("==");
            if !is_key {
                let index = Literal::Number(next_index.to_string());
                *next_index += 1;
                return Ok((index, self.value(depth + 1)?));
            }
            self.run(|c| c.is_ascii_alphanumeric() || c == '_');
            Literal::Text(name)
        };
        self.skip_space();
        if !self.eat('=') {
            return Err("a key has no value");
        }
        Ok((key, self.value(depth + 1)?))
    }

    fn string(&mut self) -> Parsed<String> {
        let quote = self.rest.next();
        let mut bytes = Vec::new();
        loop {
            match self.rest.next().ok_or("a text is not closed")? {
                c if Some(c) == quote => {
                    return String::from_utf8(bytes).map_err(|_| "a text is not in UTF-8");
                }
                '\\' => self.escape(&mut bytes)?,
                c => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    /// What is after a backslash. A number in decimal is a byte.
    fn escape(&mut self, bytes: &mut Vec<u8>) -> Parsed<()> {
        match self.rest.next().ok_or("a text is not closed")? {
            'n' | '\n' => bytes.push(b'\n'),
            't' => bytes.push(b'\t'),
            'r' => bytes.push(b'\r'),
            first @ '0'..='9' => {
                let mut digits = String::from(first);
                while digits.len() < 3 && self.peek().is_some_and(|c| c.is_ascii_digit()) {
                    digits.extend(self.rest.next());
                }
                bytes.push(digits.parse().map_err(|_| "a text has an invalid escape")?);
            }
            c => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        Ok(())
    }
}
