//! Sanitising style sheets: every address is rewritten or removed.
//!
//! Tokens are read as in CSS Syntax Level 3 §4, escapes included, as far as addresses need it: comments, strings,
//! identifiers, `url(…)`, `@import`. The page's content security policy is a second defence, not the only one.

use std::iter::Peekable;
use std::str::Chars;

use crate::href::leads_out;

/// Replaces each address by the result of `address`. If that is `None`, an `@import` is dropped, and any other address
/// becomes empty.
pub(crate) fn rewrite(css: &str, address: &dyn Fn(&str) -> Option<String>) -> String {
    let css = css.replace("<![CDATA[", "").replace("]]>", "").replace("<!--", "").replace("-->", "");
    let mut scanner = Scanner { input: css.chars().peekable(), out: String::with_capacity(css.len()), address };
    scanner.run();
    scanner.out
}

/// Replacement for removed addresses; it is never fetched.
const EMPTY_URL: &str = "url(\"data:,\")";

struct Scanner<'a> {
    input: Peekable<Chars<'a>>,
    out: String,
    address: &'a dyn Fn(&str) -> Option<String>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(&c) = self.input.peek() {
            match c {
                '/' => self.slash(),
                '"' | '\'' => {
                    let text = self.string();
                    // Functions such as `image-set("…")` take addresses as plain strings.
                    let text = if leads_out(&text) { "" } else { text.as_str() };
                    self.write_string(text);
                }
                '@' => self.at_rule(),
                c if starts_identifier(c) => self.identifier(),
                c => {
                    self.input.next();
                    self.out.push(c);
                }
            }
        }
    }

    /// A comment becomes a space; a slash is copied.
    fn slash(&mut self) {
        if self.comment() {
            self.out.push(' ');
        } else {
            self.input.next();
            self.out.push('/');
        }
    }

    /// Consumes a comment. Returns whether there was one.
    fn comment(&mut self) -> bool {
        let mut ahead = self.input.clone();
        if (ahead.next(), ahead.next()) != (Some('/'), Some('*')) {
            return false;
        }
        let mut star = false;
        for c in ahead.by_ref() {
            if star && c == '/' {
                break;
            }
            star = c == '*';
        }
        self.input = ahead;
        true
    }

    fn at_rule(&mut self) {
        self.input.next();
        let name = self.name();
        match name.to_ascii_lowercase().as_str() {
            "import" => self.import(),
            "namespace" => self.namespace(),
            _ => {
                self.out.push('@');
                self.write_name(&name);
            }
        }
    }

    /// A namespace name looks like an address but is never fetched. It is still rewritten: in a literal copy, a string could
    /// end at a different quote for a browser than for this scanner.
    fn namespace(&mut self) {
        self.space();
        let quoted = matches!(self.input.peek(), Some('"' | '\''));
        let prefix = if quoted { String::new() } else { self.name() };
        self.space();
        let called = self.input.peek() == Some(&'(');
        let name = if called { self.url_argument_in_brackets() } else { self.address() };
        self.out.push_str("@namespace ");
        if !quoted && !called {
            self.write_name(&prefix);
            self.out.push(' ');
        }
        self.write_string(&name);
    }

    fn import(&mut self) {
        self.space();
        let target = self.address();
        if let Some(found) = (self.address)(&target) {
            self.out.push_str("@import ");
            self.write_string(&found);
            return;
        }
        while let Some(c) = self.input.next_if(|c| !matches!(c, '{' | '}')) {
            if c == ';' {
                return;
            }
        }
    }

    /// A string, or the argument of `url(…)`.
    fn address(&mut self) -> String {
        if matches!(self.input.peek(), Some('"' | '\'')) {
            return self.string();
        }
        self.name();
        self.url_argument_in_brackets()
    }

    fn url_argument_in_brackets(&mut self) -> String {
        self.input.next_if_eq(&'(');
        self.url_argument()
    }

    fn identifier(&mut self) {
        let name = self.name();
        let function = self.input.peek() == Some(&'(');
        if !function || !matches!(name.to_ascii_lowercase().as_str(), "url" | "src") {
            self.write_name(&name);
            return;
        }
        self.input.next();
        let target = self.url_argument();
        match (self.address)(&target) {
            Some(found) => {
                self.out.push_str("url(");
                self.write_string(&found);
                self.out.push(')');
            }
            None => self.out.push_str(EMPTY_URL),
        }
    }

    /// The argument of `url(…)`; the closing bracket is consumed.
    fn url_argument(&mut self) -> String {
        self.white_space();
        let quoted = matches!(self.input.peek(), Some('"' | '\''));
        let mut target = if quoted { self.string() } else { String::new() };
        while let Some(c) = self.input.next() {
            match c {
                ')' => break,
                '\\' if !quoted => target.extend(self.escape()),
                c if !quoted && !c.is_whitespace() => target.push(c),
                _ => {}
            }
        }
        target
    }

    /// The value of a string, up to its closing quote or the end of the line.
    fn string(&mut self) -> String {
        let mut text = String::new();
        let Some(quote) = self.input.next() else { return text };
        while let Some(c) = self.input.next() {
            match c {
                c if c == quote => break,
                '\n' => break,
                '\\' => text.extend(self.escape()),
                c => text.push(c),
            }
        }
        text
    }

    /// An identifier with its escapes resolved.
    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.input.next_if(|c| starts_identifier(*c) || c.is_ascii_digit()) {
            if c == '\\' {
                name.extend(self.escape());
            } else {
                name.push(c);
            }
        }
        name
    }

    /// The character of an escape, whose backslash is already consumed (CSS Syntax §4.3.7).
    fn escape(&mut self) -> Option<char> {
        let mut code = 0_u32;
        let mut digits = 0;
        while digits < 6
            && let Some(c) = self.input.next_if(char::is_ascii_hexdigit)
        {
            code = code * 16 + c.to_digit(16).unwrap_or(0);
            digits += 1;
        }
        if digits == 0 {
            return self.input.next().filter(|c| *c != '\n');
        }
        self.input.next_if(|c| c.is_whitespace());
        Some(char::from_u32(code).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// White space and comments.
    fn space(&mut self) {
        self.white_space();
        while self.comment() {
            self.white_space();
        }
    }

    fn white_space(&mut self) {
        while self.input.next_if(|c| c.is_whitespace()).is_some() {}
    }

    fn write_string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.out.extend(['\\', c]),
                c if c.is_control() => self.write_code(c),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn write_name(&mut self, name: &str) {
        for (at, c) in name.chars().enumerate() {
            match c {
                '-' | '_' | 'a'..='z' | 'A'..='Z' => self.out.push(c),
                '0'..='9' if at > 0 => self.out.push(c),
                c if !c.is_ascii() => self.out.push(c),
                c => self.write_code(c),
            }
        }
    }

    fn write_code(&mut self, c: char) {
        self.out.push_str(&format!("\\{:x} ", u32::from(c)));
    }
}

const fn starts_identifier(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '\\') || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(css: &str, expect: &str) {
        let inside = |target: &str| (!leads_out(target)).then(|| format!("in/{target}"));
        assert_eq!(rewrite(css, &inside), expect);
    }

    #[test]
    fn rewrite_replaces_or_removes_addresses() {
        check("a{background:url(x.png)}", "a{background:url(\"in/x.png\")}");
        check("a{background:url( 'x y.png' )}", "a{background:url(\"in/x y.png\")}");
        check("a{background:url(http://e.org/x)}", "a{background:url(\"data:,\")}");
        check("a{background:u\\72l(//e.org/x)}", "a{background:url(\"data:,\")}");
        check("a{background:URL(\"htt\\70://e.org\")}", "a{background:url(\"data:,\")}");
        check("a{background:image-set(\"https://e.org/x\" 1x)}", "a{background:image-set(\"\" 1x)}");
        check("a{background:url(", "a{background:url(\"in/\")");
        check("a{background:image-set(\"\\\\\\\\e.org/x\" 1x)}", "a{background:image-set(\"\" 1x)}");
        check("a{background:image-set('/\\9 /e.org')}", "a{background:image-set(\"\")}");
    }

    #[test]
    fn rewrite_drops_external_imports() {
        check("@import 'b.css' print;p{}", "@import \"in/b.css\" print;p{}");
        check("@import/**/url(b.css);", "@import \"in/b.css\";");
        check("@import url(http://e.org/b.css) screen;p{}", "p{}");
        check("@\\69mport \"//e.org/b.css\";p{}", "p{}");
        check("@IMPORT \"https://e.org/b.css\"", "");
    }

    #[test]
    fn rewrite_sanitises_namespaces() {
        check("@namespace epub 'e';", "@namespace epub \"e\";");
        check("@namespace url(http://e.org/);", "@namespace \"http://e.org/\";");
        check("@namespace/**/a url('b');p{}", "@namespace a \"b\";p{}");
        // In a literal copy, the first quote would end at the second for a browser, and not for the scanner.
        check("@namespace \";\"; a{b:url(http://e.org)} \"", "@namespace \";\"; a{b:url(\"data:,\")} \"\"");
    }

    #[test]
    fn rewrite_keeps_everything_else() {
        let css = "@namespace epub \"http://www.idpf.org/2007/ops\";\n@media (min-width: 10em) { p > a::before { content: \"\\201C \"; margin: -1.5em } }";
        check(css, &css.replace("\\201C ", "“"));
        check("/* c */p{}", " p{}");
        check(".\\31 0{}", ".\\31 0{}");
        check("<!-- p{} -->", " p{} ");
    }

    proptest::proptest! {
        /// Property: no style sheet makes it panic, and none keeps an external address.
        #[test]
        fn rewrite_leaves_no_external_address(parts in proptest::collection::vec(proptest::sample::select(vec![
            "@import ", "url(", "\"", "'", ")", "//e.org", "http://e.org/", "\\", "/*", "*/", ";", "{", "}", "u\\72l(", " ", "\n", "x",
        ]), 0..20)) {
            let css = parts.concat();
            let clean = rewrite(&css, &|target| (!leads_out(target)).then(|| "inside".to_owned()));
            rewrite(&clean, &|target| {
                assert!(!leads_out(target), "{css:?} gave {clean:?}");
                Some("inside".to_owned())
            });
        }
    }
}
