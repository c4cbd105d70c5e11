//! Fields of word processors (ECMA-376 part 1 §17.16; RTF has the same). Only the result that the author's program stored is text; a code is never run. Of the
//! codes, links and tables of contents are understood.

/// A field that is open.
#[derive(Debug, Default)]
struct Field {
    code: String,
    /// Its result has begun.
    in_result: bool,
    link: Option<String>,
    is_contents: bool,
}

/// The fields that are open, outermost first.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    open: Vec<Field>,
}

/// Maximum length of a code, in bytes.
const MAX_CODE_BYTES: usize = 8 << 10;
/// Maximum number of fields in fields.
const MAX_DEPTH: usize = 64;

impl Fields {
    pub(crate) fn begin(&mut self) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(Field::default());
        }
    }

    /// Adds to the code of the innermost field.
    pub(crate) fn code(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut().filter(|field| !field.in_result)
            && field.code.len() + text.len() <= MAX_CODE_BYTES
        {
            field.code.push_str(text);
        }
    }

    /// The code is complete; its result follows.
    pub(crate) fn separate(&mut self) {
        if let Some(field) = self.open.last_mut() {
            field.in_result = true;
            field.link = link(&field.code);
            field.is_contents = is_contents(&field.code);
        }
    }

    pub(crate) fn end(&mut self) {
        self.open.pop();
    }

    /// The target of the innermost link that the text is in.
    pub(crate) fn link(&self) -> Option<&str> {
        self.open.iter().rev().find_map(|field| field.link.as_deref())
    }

    /// Whether the text is part of a code.
    pub(crate) fn in_code(&self) -> bool {
        self.open.iter().any(|field| !field.in_result)
    }

    /// Whether the text is in a table of contents.
    pub(crate) fn in_contents(&self) -> bool {
        self.open.iter().any(|field| field.is_contents)
    }
}

/// Whether the code is that of a table of contents.
pub(crate) fn is_contents(code: &str) -> bool {
    code.split_whitespace().next().is_some_and(|name| name.eq_ignore_ascii_case("TOC"))
}

/// The target of a `HYPERLINK` code: an address, `#` and a bookmark, or both.
pub(crate) fn link(code: &str) -> Option<String> {
    let mut words = words(code).into_iter();
    if !words.next()?.eq_ignore_ascii_case("HYPERLINK") {
        return None;
    }
    let (mut address, mut bookmark) = (None, None);
    while let Some(word) = words.next() {
        match word.as_str() {
            "\\l" => bookmark = words.next(),
            "\\o" | "\\t" => {
                words.next();
            }
            other if other.starts_with('\\') => {}
            _ => address = address.or(Some(word)),
        }
    }
    match (address, bookmark) {
        (Some(address), Some(bookmark)) => Some(format!("{address}#{bookmark}")),
        (Some(address), None) => Some(address),
        (None, bookmark) => bookmark.map(|bookmark| format!("#{bookmark}")),
    }
}

/// Words of a code; quotes keep several together.
fn words(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in code.split('"').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_reads_hyperlink_codes() {
        let check = |code: &str, expect: Option<&str>| assert_eq!(link(code).as_deref(), expect, "{code}");
        check(r#" HYPERLINK "https://example.org/" "#, Some("https://example.org/"));
        check(r#"HYPERLINK \l "a b""#, Some("#a b"));
        check(r#"HYPERLINK "https://example.org/" \l x \o "tip""#, Some("https://example.org/#x"));
        check(r"PAGEREF x \h", None);
        check(r#"DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc""#, None);
        check("", None);
    }

    #[test]
    fn text_is_in_code_until_the_result() {
        let mut fields = Fields::default();
        fields.begin();
        fields.code("HYPERLINK x");
        assert!(fields.in_code());
        fields.separate();
        assert_eq!((fields.in_code(), fields.link()), (false, Some("x")));
        fields.begin();
        assert!(fields.in_code());
        fields.end();
        fields.end();
        assert_eq!((fields.in_code(), fields.link()), (false, None));
    }
}
