//! Style sheets without external addresses: read as a browser does (CSS Syntax Level 3 §4), by a tokeniser that is
//! independent of the code under test.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::address::is_inside_from;

/// A string that may be an address.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reference {
    /// In `url(…)`, `src(…)` or `@import`: fetched.
    Address(String),
    /// Any other string; some functions fetch it.
    Text(String),
    /// In `@namespace`: never fetched.
    Name,
}

/// What a string is, by what precedes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    Text,
    Address,
    Name,
}

/// Checks that no address in the file of that name leads out of the publication at `base`.
pub(super) fn check(name: &str, css: &str, base: &str) {
    for found in Scanner::read(css) {
        match found {
            Reference::Address(address) => {
                let data = address.trim().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"));
                assert!(data || is_inside_from(name, &address, base), "{address:?} is external, in {css:?}");
            }
            Reference::Text(text) => assert!(!leads_to_a_host(&text, base), "{text:?} is external, in {css:?}"),
            Reference::Name => {}
        }
    }
}

/// Checks a value that may only refer to parts of its own drawing.
pub(super) fn check_local(value: &str, base: &str) {
    for found in Scanner::read(value) {
        match found {
            Reference::Address(address) => assert!(address.starts_with('#'), "{address:?} is not local, in {value:?}"),
            Reference::Text(text) => assert!(!leads_to_a_host(&text, base), "{text:?} is external, in {value:?}"),
            Reference::Name => {}
        }
    }
}

fn leads_to_a_host(text: &str, base: &str) -> bool {
    let page = url::Url::parse(&format!("{base}/s.css"));
    let found = page.and_then(|page| page.join(text));
    let fetched = |url: &url::Url| matches!(url.scheme(), "http" | "https" | "ws" | "wss" | "ftp" | "file");
    found.is_ok_and(|url| fetched(&url) && url.host_str() != Some("book.localhost"))
}

struct Scanner {
    input: Peekable<IntoIter<char>>,
    references: Vec<Reference>,
    /// What the next string is.
    context: Context,
}

impl Scanner {
    fn read(css: &str) -> Vec<Reference> {
        let css = css.replace("\r\n", "\n").replace(['\r', '\u{c}'], "\n").replace('\0', "\u{fffd}");
        let chars: Vec<char> = css.chars().collect();
        let mut scanner = Self { input: chars.into_iter().peekable(), references: Vec::new(), context: Context::Text };
        while let Some(c) = scanner.input.next() {
            scanner.token(c);
        }
        scanner.references
    }

    /// The character `ahead` places from here.
    fn peek(&self, ahead: usize) -> Option<char> {
        self.input.clone().nth(ahead)
    }

    fn token(&mut self, c: char) {
        match c {
            '/' if self.peek(0) == Some('*') => self.comment(),
            '"' | '\'' => {
                let text = self.string(c);
                self.find(text);
            }
            '#' if self.peek(0).is_some_and(is_name) || self.escapes(0) => {
                self.name(None);
            }
            '@' if self.begins_name(0) => {
                self.context = match self.name(None).to_ascii_lowercase().as_str() {
                    "import" => Context::Address,
                    "namespace" => Context::Name,
                    _ => Context::Text,
                };
            }
            c if c.is_ascii_digit() => self.number(),
            c if self.begins_name_with(c) => {
                let name = self.name(Some(c));
                self.after_name(&name);
            }
            c if c.is_whitespace() => {}
            // A string after anything else is no import's.
            _ => self.context = Context::Text,
        }
    }

    fn find(&mut self, text: String) {
        self.references.push(match self.context {
            Context::Text => Reference::Text(text),
            Context::Address => Reference::Address(text),
            Context::Name => Reference::Name,
        });
        self.context = Context::Text;
    }

    fn comment(&mut self) {
        self.input.next();
        let mut star = false;
        for c in self.input.by_ref() {
            if star && c == '/' {
                return;
            }
            star = c == '*';
        }
    }

    fn string(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some(c) = self.input.next_if(|c| *c != '\n') {
            match c {
                c if c == quote => break,
                '\\' if self.input.next_if_eq(&'\n').is_some() => {}
                '\\' => text.extend(self.escape()),
                c => text.push(c),
            }
        }
        text
    }

    fn number(&mut self) {
        while self.input.next_if(|c| c.is_ascii_digit() || *c == '.').is_some() {}
        let exponent = matches!(self.peek(0), Some('e' | 'E')) && self.peek(1).is_some_and(|c| c.is_ascii_digit());
        if exponent {
            self.input.next();
            self.number();
        } else if self.begins_name(0) {
            self.name(None);
        }
    }

    fn after_name(&mut self, name: &str) {
        let (before, name) = (self.context, name.to_ascii_lowercase());
        self.context = Context::Text;
        if self.input.next_if_eq(&'(').is_none() {
            // The prefix of a namespace.
            self.context = if before == Context::Name { before } else { Context::Text };
            return;
        }
        if matches!(name.as_str(), "url" | "src") {
            self.context = if before == Context::Name { before } else { Context::Address };
        }
        if name == "url" {
            while self.input.next_if(|c| c.is_whitespace()).is_some() {}
            if !matches!(self.peek(0), Some('"' | '\'')) {
                self.plain_address();
            }
        }
    }

    /// `url(` without quotation marks (§4.3.6). One that breaks the rules is no address.
    fn plain_address(&mut self) {
        let (mut address, mut bad) = (String::new(), false);
        while let Some(c) = self.input.next() {
            match c {
                ')' => break,
                '\\' if self.peek(0) == Some('\n') => bad = true,
                '\\' => address.extend(self.escape()),
                '"' | '\'' | '(' | '\u{1}'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{7f}' => bad = true,
                c if c.is_ascii_whitespace() => {
                    while self.input.next_if(char::is_ascii_whitespace).is_some() {}
                    bad |= !matches!(self.peek(0), Some(')') | None);
                }
                c => address.push(c),
            }
        }
        if !bad {
            self.find(address);
        }
        self.context = Context::Text;
    }

    fn name(&mut self, first: Option<char>) -> String {
        let mut name = String::new();
        match first {
            Some('\\') => name.extend(self.escape()),
            first => name.extend(first),
        }
        loop {
            if let Some(c) = self.input.next_if(|c| is_name(*c)) {
                name.push(c);
            } else if self.escapes(0) {
                self.input.next();
                name.extend(self.escape());
            } else {
                return name;
            }
        }
    }

    /// The character of an escape whose backslash was read (§4.3.7).
    fn escape(&mut self) -> Option<char> {
        let mut digits = String::new();
        while digits.len() < 6
            && let Some(c) = self.input.next_if(char::is_ascii_hexdigit)
        {
            digits.push(c);
        }
        if digits.is_empty() {
            return self.input.next();
        }
        self.input.next_if(char::is_ascii_whitespace);
        let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).filter(|c| *c != '\0');
        Some(code.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Whether a valid escape is `ahead`.
    fn escapes(&self, ahead: usize) -> bool {
        self.peek(ahead) == Some('\\') && self.peek(ahead + 1).is_none_or(|c| c != '\n')
    }

    fn begins_name(&self, ahead: usize) -> bool {
        match self.peek(ahead) {
            Some('-') => self.peek(ahead + 1).is_some_and(|c| c == '-' || is_start(c)) || self.escapes(ahead + 1),
            Some('\\') => self.escapes(ahead),
            Some(c) => is_start(c),
            None => false,
        }
    }

    fn begins_name_with(&self, first: char) -> bool {
        match first {
            '-' => self.peek(0).is_some_and(|c| c == '-' || is_start(c)) || self.escapes(0),
            '\\' => self.peek(0).is_none_or(|c| c != '\n'),
            c => is_start(c),
        }
    }
}

fn is_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn is_name(c: char) -> bool {
    is_start(c) || c.is_ascii_digit() || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(css: &str, expect: &[Reference]) {
        assert_eq!(Scanner::read(css), expect, "{css}");
    }

    #[test]
    fn addresses_are_seen_as_browsers_see_them() {
        let address = |text: &str| Reference::Address(text.into());
        let text = |text: &str| Reference::Text(text.into());
        check("a{b:url( x.png )}", &[address("x.png")]);
        check("a{b:u\\72l('x')} /* url(no) */ 'c'", &[address("x"), text("c")]);
        check("@import \"a\"; @media 'b'", &[address("a"), text("b")]);
        check("@namespace 'a'; @namespace b url(c) 'd'", &[Reference::Name, Reference::Name, text("d")]);
        check("1url(x) #url(y) url(z z) url(a\\29 )", &[address("a)")]);
        check("'a\\\nb' 'c\nurl(d)", &[text("ab"), text("c"), address("d")]);
    }
}
