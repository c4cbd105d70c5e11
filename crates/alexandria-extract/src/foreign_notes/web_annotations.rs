//! Sets of W3C Web Annotations in the profile of Readium, as Thorium and Alexandria write them. The book is named by each
//! annotation or by the set.

use alexandria_domain::{HighlightStyle, Quote};
use serde_json::Value;

use super::colour;
use super::json_value::{list, string};
use super::note::{ForeignNote, ForeignNotes};

pub(super) fn read(set: &Value) -> ForeignNotes {
    let (mut notes, mut skipped) = (Vec::new(), 0);
    for item in list(set, "items") {
        let is_bookmark = list(item, "motivation").iter().any(|motivation| motivation == "bookmarking");
        match quote_and_progression(item).filter(|_| !is_bookmark) {
            Some((quote, progression)) => notes.push(note(set, item, quote, progression)),
            None => skipped += 1,
        }
    }
    ForeignNotes { program: "web-annotation", notes, skipped }
}

fn note(set: &Value, item: &Value, quote: Quote, progression: Option<f64>) -> ForeignNote {
    let about = [item, set].into_iter().find_map(|value| value.get("about")).unwrap_or(&Value::Null);
    let body = list(item, "body").first().unwrap_or(&Value::Null);
    let tags = list(body, "tags").iter().chain(list(body, "tag"));
    ForeignNote {
        id: Some(string(item, "id").to_owned()).filter(|id| !id.is_empty()),
        title: list(about, "dc:title").iter().find_map(text_of).unwrap_or_default(),
        authors: list(about, "dc:creator").iter().filter_map(text_of).collect(),
        quote,
        progression,
        note: string(body, "value").trim().to_owned(),
        colour: colour::named(string(body, "color")),
        style: if string(body, "highlight") == "underline" { HighlightStyle::Underline } else { HighlightStyle::Solid },
        tags: tags.filter_map(text_of).collect(),
    }
}

fn quote_and_progression(item: &Value) -> Option<(Quote, Option<f64>)> {
    let selectors = list(item.get("target")?, "selector");
    let of_type = |name: &str| selectors.iter().find(|selector| string(selector, "type") == name);
    let selector = of_type("TextQuoteSelector")?;
    let [highlight, before, after] = ["exact", "prefix", "suffix"].map(|key| string(selector, key).to_owned());
    let progression = of_type("ProgressionSelector").and_then(|selector| selector.get("value")).and_then(Value::as_f64);
    let progression = progression.filter(|value| (0.0..=1.0).contains(value));
    Some((Quote { before, highlight, after }, progression))
}

/// A text, the name of a person, or the first text of a map of languages.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(map) => map.get("name").or_else(|| map.values().next())?.as_str()?,
        _ => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
