//! Converting plain text to HTML: paragraphs, and the headings that can be recognised with some certainty.

use alexandria_domain::Metadata;

use crate::error::ExtractError;
use crate::language;
use crate::limits::Guard;
use crate::metadata_field;
use crate::text::collapse;

/// Maximum length of a heading, in characters.
const MAX_HEADING_CHARS: usize = 80;
/// Lines searched for a Project Gutenberg header.
const MAX_HEADER_LINES: usize = 60;
/// Maximum width of a hard-wrapped line, in characters.
const MAX_WRAP_CHARS: usize = 100;
/// Size in bytes after which a paragraph ends at the next space, so that no document is one paragraph.
const MAX_PARAGRAPH_BYTES: usize = 16 << 10;

/// The document and the metadata of a Project Gutenberg header.
pub(super) fn to_html(text: &str, guard: &Guard) -> Result<(String, Metadata), ExtractError> {
    let text = text.trim_end_matches('\u{1a}');
    let wrapped = is_wrapped(text);
    let mut page =
        HtmlWriter { out: String::with_capacity(text.len() + text.len() / 8), paragraph: Vec::new(), size: 0 };
    let mut blank_before = 2;
    let mut lines = lines(text).peekable();
    let mut count = 0_usize;
    while let Some(line) = lines.next() {
        count += 1;
        if count.is_multiple_of(4096) {
            guard.check_time()?;
        }
        let content = line.trim();
        if content.is_empty() {
            page.end_paragraph();
            blank_before += 1;
            continue;
        }
        let alone = page.paragraph.is_empty() && lines.peek().is_none_or(|next| next.trim().is_empty());
        if let (true, Some(level)) = (alone, heading_level(content, blank_before)) {
            page.heading(level, content);
        } else {
            page.line(content);
            if !wrapped {
                page.end_paragraph();
            }
        }
        blank_before = 0;
    }
    page.end_paragraph();
    Ok((page.out, header(text)))
}

/// Splits at any line ending; a form feed is a blank line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let line_ends = ['\n', '\u{2028}', '\u{2029}'];
    let pages = text.split('\u{c}').map(move |page| page.split(line_ends).chain(std::iter::once("")));
    pages.flatten().flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Whether lines are hard-wrapped, rather than a paragraph each.
fn is_wrapped(text: &str) -> bool {
    let (mut short, mut long) = (0_usize, 0_usize);
    for line in lines(text).filter(|line| !line.trim().is_empty()).take(2_000) {
        match line.trim().chars().count() {
            0..=30 => {}
            31..=MAX_WRAP_CHARS => short += 1,
            _ => long += 1,
        }
    }
    short >= long
}

/// The level of a line between blank lines, if it is surely a heading; `blank` of them precede it.
fn heading_level(line: &str, blank: usize) -> Option<u8> {
    let length = line.chars().count();
    if length > MAX_HEADING_CHARS || blank == 0 {
        return None;
    }
    let first = line.split_whitespace().next().unwrap_or_default().to_lowercase();
    let word = first.trim_end_matches(['.', ':', ',']);
    let numbered =
        line.split_whitespace().nth(1).is_some_and(|second| is_number(second.trim_end_matches(['.', ':', ','])));
    match word {
        "book" | "part" | "volume" | "teil" | "buch" | "livre" | "partie" | "parte" | "libro" if numbered => Some(1),
        "chapter" | "canto" | "act" | "letter" | "stave" | "kapitel" | "chapitre" | "capítulo" | "capitolo"
        | "глава"
            if numbered =>
        {
            Some(2)
        }
        "preface" | "prologue" | "epilogue" | "introduction" | "foreword" | "afterword" | "contents" | "appendix"
        | "conclusion" | "imprint" | "colophon" | "endnotes" | "dedication"
            if length <= word.len() + 12 && !ends_sentence(line) =>
        {
            Some(2)
        }
        // A bare roman or arabic number after two blank lines.
        _ if blank >= 2 && is_numeral(line.trim_end_matches('.')) && length <= 8 => Some(2),
        // A short line in capitals after two blank lines.
        _ if blank >= 2 && is_capitals(line) && length <= 60 => Some(2),
        // A short line after four blank lines, as converters write between sections.
        _ if blank >= 4 && length <= 60 && !ends_sentence(line) && line.chars().any(char::is_alphabetic) => Some(2),
        _ => None,
    }
}

/// A roman or arabic number.
fn is_numeral(word: &str) -> bool {
    let roman = word.chars().all(|c| "IVXLCDM".contains(c));
    let arabic = word.len() <= 4 && word.chars().all(|c| c.is_ascii_digit());
    !word.is_empty() && (roman || arabic)
}

/// Whether a word can follow "chapter" or "book" in a heading.
fn is_number(word: &str) -> bool {
    const NUMERALS: [&str; 19] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "first",
        "second", "third", "fourth", "fifth", "sixth", "the",
    ];
    is_numeral(word) || NUMERALS.contains(&word.to_lowercase().as_str())
}

fn is_capitals(line: &str) -> bool {
    let letters = || line.chars().filter(|c| c.is_alphabetic());
    letters().count() >= 3 && letters().all(char::is_uppercase)
}

fn ends_sentence(line: &str) -> bool {
    line.ends_with(['.', '!', '?', ',', ';', ':', '”', '"', '’', '\'', '…', '—', ')'])
}

/// The document being written.
struct HtmlWriter<'a> {
    out: String,
    paragraph: Vec<&'a str>,
    size: usize,
}

impl<'a> HtmlWriter<'a> {
    fn line(&mut self, mut line: &'a str) {
        while self.size + line.len() > MAX_PARAGRAPH_BYTES {
            let (head, _) = line.split_at(line.floor_char_boundary(MAX_PARAGRAPH_BYTES.saturating_sub(self.size)));
            let (head, tail) = line.split_at(head.rfind(' ').unwrap_or(head.len()));
            self.paragraph.push(head);
            self.end_paragraph();
            line = tail.trim_start();
        }
        self.paragraph.push(line);
        self.size += line.len();
    }

    fn end_paragraph(&mut self) {
        if self.paragraph.is_empty() {
            return;
        }
        self.out.push_str("<p>");
        for (number, line) in std::mem::take(&mut self.paragraph).into_iter().enumerate() {
            if number > 0 {
                self.out.push('\n');
            }
            self.escape(line);
        }
        self.out.push_str("</p>\n");
        self.size = 0;
    }

    fn heading(&mut self, level: u8, text: &str) {
        self.end_paragraph();
        self.out.push_str(if level == 1 { "<h1>" } else { "<h2>" });
        self.escape(text);
        self.out.push_str(if level == 1 { "</h1>\n" } else { "</h2>\n" });
    }

    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '\0' => {}
                c => self.out.push(c),
            }
        }
    }
}

/// Metadata of the header that Project Gutenberg puts before its texts.
fn header(text: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let head: Vec<&str> = lines(text).take(MAX_HEADER_LINES).collect();
    if !head.iter().any(|line| line.contains("Project Gutenberg")) {
        return metadata;
    }
    for line in head {
        let Some((key, value)) = line.split_once(':') else { continue };
        let Some(value) = metadata_field::value(value) else { continue };
        match key.trim() {
            "Title" => metadata.title = value,
            "Author" => metadata.authors.push(value),
            "Language" => metadata.language = language::by_name(&value).unwrap_or_default().to_owned(),
            "Release Date" | "Release date" => {
                metadata.published = value.split_once('[').map_or(Some(value.clone()), |(date, _)| collapse(date));
            }
            _ => {}
        }
    }
    metadata
}
