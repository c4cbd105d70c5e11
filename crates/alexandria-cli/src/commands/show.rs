//! `alexandria show ID [--at LOCATOR]`.

use std::process::ExitCode;

use alexandria_library::domain::{ErrorCode, Locator, PageAreas, Quote, ReadingStatus};
use alexandria_library::{Book, Library};
use serde::{Deserialize, Serialize};

use super::publication::PublicationJson;
use crate::args::{Args, ShowArgs};
use crate::failure::Failure;
use crate::output::{Output, counted, printable};
use crate::session;

pub(crate) async fn run(args: &Args, options: &ShowArgs, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let book = library.book(&options.id).await.map_err(Failure::unknown_id)?;
    match &options.at {
        Some(locator) => show_location(&library, &book, locator, output).await?,
        None => {
            let text = text(&book, output);
            output.result(&PublicationJson::from(book), || text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The text at a location, as JSON.
#[derive(Debug, Serialize)]
struct LocationTextJson {
    section: u32,
    before: String,
    highlight: String,
    after: String,
}

/// The parts of a locator that are used; other fields are ignored.
#[derive(Debug, Deserialize)]
struct LocatorArgs {
    href: String,
    #[serde(default)]
    locations: LocationArgs,
    text: TextArgs,
}

#[derive(Debug, Default, Deserialize)]
struct LocationArgs {
    #[serde(default)]
    progression: f64,
}

#[derive(Debug, Deserialize)]
struct TextArgs {
    #[serde(default)]
    before: String,
    highlight: String,
    #[serde(default)]
    after: String,
}

async fn show_location(library: &Library, book: &Book, locator: &str, output: &Output) -> Result<(), Failure> {
    let LocatorArgs { href, locations, text } = serde_json::from_str(locator)
        .map_err(|error| Failure::new(ErrorCode::InvalidInput, format!("invalid locator: {error}")))?;
    let TextArgs { before, highlight, after } = text;
    let locator = Locator {
        href,
        media_type: String::new(),
        title: None,
        progression: locations.progression,
        total_progression: 0.0,
        position: 0,
        fragments: Vec::new(),
        areas: PageAreas::default(),
        text: Quote { before, highlight, after },
    };
    let resolved = library.resolve(book.id, locator).await?;
    let Quote { before, highlight, after } = Quote::of(&resolved.text, resolved.range.clone());
    let text = format!("… {}{}{} …", printable(&before), output.mark(&printable(&highlight)), printable(&after));
    output.result(&LocationTextJson { section: resolved.section, before, highlight, after }, || text)
}

fn text(book: &Book, output: &Output) -> String {
    let metadata = &book.metadata;
    let mut lines = vec![output.bold(&printable(&metadata.title))];
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{name:<12} {}", printable(&value)));
        }
    };
    line("Authors", metadata.authors.join(", "));
    line(
        "Series",
        metadata.series.as_ref().map_or_else(String::new, |series| {
            format!("{} {}", series.name, series.position.as_deref().unwrap_or_default())
        }),
    );
    line("Language", metadata.language.clone());
    line("Publisher", metadata.publisher.clone().unwrap_or_default());
    line("Published", metadata.published.clone().unwrap_or_default());
    line("Tags", metadata.subjects.join(", "));
    line("Rating", "★".repeat(book.rating.into()));
    line("Status", book.status.map_or("", ReadingStatus::name).to_owned());
    line("Format", book.format.name().to_owned());
    line(
        "Length",
        format!(
            "{}, {}",
            counted(book.sections.into(), "section", "sections"),
            counted(book.passages.into(), "passage", "passages")
        ),
    );
    line("Searchable", book.searchable.name().to_owned());
    line("Id", book.id.to_string());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::search::LocatorJson;

    #[test]
    fn locator_printed_by_search_is_accepted_by_show_at() {
        let locator = Locator {
            href: "text/a.xhtml".into(),
            media_type: "application/xhtml+xml".into(),
            title: None,
            progression: 0.25,
            total_progression: 0.5,
            position: 3,
            fragments: Vec::new(),
            areas: PageAreas::default(),
            text: Quote { before: "a".into(), highlight: "b".into(), after: "c".into() },
        };
        let json = serde_json::to_string(&LocatorJson::from(locator)).unwrap();
        let read: LocatorArgs = serde_json::from_str(&json).unwrap();
        assert_eq!((read.href.as_str(), read.text.highlight.as_str()), ("text/a.xhtml", "b"));
        assert!((read.locations.progression - 0.25).abs() < f64::EPSILON);
    }
}
