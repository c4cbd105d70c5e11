//! The block of fields at the head of a Markdown file (`--- … ---`), in the part of YAML that such files use:
//! `key: value`, quoted values, lists in brackets or on lines of their own, and `|` or `>` texts.

use alexandria_domain::{Metadata, Series};

use crate::limits::Guard;
use crate::words::collapsed;
use crate::{about, language};

/// Lines after which an opening `---` was no front matter.
const MAX_LINES: usize = 500;

/// The fields and the text after them. Without front matter, the text as it is.
pub(super) fn read<'t>(text: &'t str, guard: &Guard) -> (Metadata, &'t str) {
    let text = text.trim_start_matches('\u{feff}');
    let Some((fields, rest)) = cut(text) else { return (Metadata::default(), text) };
    let mut metadata = Metadata::default();
    for (key, values) in parse(fields) {
        assign(&mut metadata, &key, values, guard);
    }
    (metadata, rest)
}

fn cut(text: &str) -> Option<(&str, &str)> {
    let after = text.strip_prefix("---")?;
    let line_end = after.find('\n')?;
    let (opening, body) = after.split_at(line_end + 1);
    if !opening.trim().is_empty() {
        return None;
    }
    let mut at = 0;
    for line in body.split_inclusive('\n').take(MAX_LINES) {
        if matches!(line.trim_end(), "---" | "...") {
            let (fields, rest) = body.split_at(at);
            return Some((fields, rest.split_at(line.len()).1));
        }
        at += line.len();
    }
    None
}

/// Keys in lower case with all their values.
fn parse(fields: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for line in fields.lines() {
        let indented = line.starts_with([' ', '\t']);
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if let (Some(item), Some((_, values))) = (content.strip_prefix("- "), found.last_mut()) {
            values.push(unquoted(item));
        } else if let (true, Some((_, values))) = (indented, found.last_mut()) {
            // The next line of a text.
            match values.last_mut() {
                Some(text) => {
                    text.push(' ');
                    text.push_str(content);
                }
                None => values.push(content.to_owned()),
            }
        } else if let Some((key, value)) = content.split_once(':') {
            found.push((key.trim().to_ascii_lowercase(), values(value.trim())));
        }
    }
    found
}

fn values(value: &str) -> Vec<String> {
    if matches!(value, "" | "|" | ">" | "|-" | ">-") {
        return Vec::new();
    }
    match value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        Some(list) => list.split(',').take(about::MAX_VALUES).map(unquoted).collect(),
        None => vec![unquoted(value)],
    }
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote)) {
            return inner.replace("\\\"", "\"").replace("''", "'");
        }
    }
    value.to_owned()
}

fn assign(metadata: &mut Metadata, key: &str, values: Vec<String>, guard: &Guard) {
    if matches!(key, "description" | "abstract" | "summary") {
        let text = values.iter().find_map(|text| collapsed(text));
        metadata.description = text.and_then(|text| about::description(&text.replace('\\', ""), guard));
        return;
    }
    let mut values = values.into_iter().filter_map(|value| about::value(&value));
    match key {
        "title" => metadata.title = values.next().unwrap_or_default(),
        "author" | "authors" | "creator" => about::extend(&mut metadata.authors, values),
        "lang" | "language" => {
            metadata.language = values.next().and_then(|tag| language::normalised(&tag)).unwrap_or_default();
        }
        "publisher" => metadata.publisher = values.next(),
        "date" => metadata.published = values.next(),
        "subject" | "subjects" | "keywords" | "tags" => about::extend(&mut metadata.subjects, values),
        "series" => metadata.series = values.next().map(|name| Series { name, position: None }),
        _ => {}
    }
}
