//! YAML front matter of a Markdown file (`--- … ---`), as far as such files use YAML: `key: value`, quoted values, lists in
//! brackets or on lines of their own, and block scalars (`|` and `>`).

use alexandria_domain::{Metadata, Series};

use crate::limits::Guard;
use crate::text::collapse;
use crate::{language, metadata_field};

/// Maximum length in lines; without a closing `---` by then, there is no front matter.
const MAX_LINES: usize = 500;

/// The metadata and the text after the front matter.
pub(super) fn read<'t>(text: &'t str, guard: &Guard) -> (Metadata, &'t str) {
    let text = text.trim_start_matches('\u{feff}');
    let Some((fields, rest)) = split(text) else { return (Metadata::default(), text) };
    let mut metadata = Metadata::default();
    for (key, values) in parse(fields) {
        assign(&mut metadata, &key, values, guard);
    }
    (metadata, rest)
}

/// The front matter and the text after it; `None` if there is no front matter.
fn split(text: &str) -> Option<(&str, &str)> {
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

/// Keys in lower case with their values.
fn parse(fields: &str) -> Vec<(String, Vec<String>)> {
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for line in fields.lines() {
        let indented = line.starts_with([' ', '\t']);
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if let (Some(item), Some((_, values))) = (content.strip_prefix("- "), entries.last_mut()) {
            values.push(unquote(item));
        } else if let (true, Some((_, values))) = (indented, entries.last_mut()) {
            // A continuation line of a block scalar.
            match values.last_mut() {
                Some(text) => {
                    text.push(' ');
                    text.push_str(content);
                }
                None => values.push(content.to_owned()),
            }
        } else if let Some((key, value)) = content.split_once(':') {
            entries.push((key.trim().to_ascii_lowercase(), values(value.trim())));
        }
    }
    entries
}

fn values(value: &str) -> Vec<String> {
    if matches!(value, "" | "|" | ">" | "|-" | ">-") {
        return Vec::new();
    }
    match value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        Some(list) => list.split(',').take(metadata_field::MAX_VALUES).map(unquote).collect(),
        None => vec![unquote(value)],
    }
}

fn unquote(value: &str) -> String {
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
        let text = values.iter().find_map(|text| collapse(text));
        metadata.description = text.and_then(|text| metadata_field::description(&text.replace('\\', ""), guard));
        return;
    }
    let mut values = values.into_iter().filter_map(|value| metadata_field::value(&value));
    match key {
        "title" => metadata.title = values.next().unwrap_or_default(),
        "author" | "authors" | "creator" => metadata_field::extend(&mut metadata.authors, values),
        "lang" | "language" => {
            metadata.language = values.next().and_then(|tag| language::normalise(&tag)).unwrap_or_default();
        }
        "publisher" => metadata.publisher = values.next(),
        "date" => metadata.published = values.next(),
        "subject" | "subjects" | "keywords" | "tags" => metadata_field::extend(&mut metadata.subjects, values),
        "series" => metadata.series = values.next().map(|name| Series { name, position: None }),
        _ => {}
    }
}
