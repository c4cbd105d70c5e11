//! `alexandria search QUERY`.

use std::collections::HashSet;
use std::process::ExitCode;

use alexandria_library::domain::{Locator, Quote, text_part};
use alexandria_library::{Hit, Results, Scores, SearchMode, SearchRequest};
use serde::Serialize;

use crate::args::{Args, Mode, SearchArgs};
use crate::failure::Failure;
use crate::output::{Output, counted, printable};
use crate::session;

/// The JSON form of a search's results.
#[derive(Debug, Serialize)]
struct ResultsJson {
    total: u64,
    took_ms: f64,
    /// No passage contains all the words, so these contain some of them.
    relaxed: bool,
    /// Words of a long query that exact search did not use.
    unused_words: Vec<String>,
    /// Passages that have no vector yet, so that semantic search cannot find them.
    not_embedded: u64,
    hits: Vec<HitJson>,
}

#[derive(Debug, Serialize)]
struct HitJson {
    publication: PublicationJson,
    heading_path: Vec<String>,
    locator: LocatorJson,
    snippet: String,
    /// Ranges of the matching words in the snippet, in characters.
    marks: Vec<[usize; 2]>,
    scores: ScoresJson,
}

#[derive(Debug, Serialize)]
struct PublicationJson {
    id: String,
    title: String,
    authors: Vec<String>,
}

/// A Readium locator.
#[derive(Debug, Serialize)]
pub(super) struct LocatorJson {
    href: String,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    locations: LocationsJson,
    text: QuoteJson,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationsJson {
    progression: f64,
    total_progression: f64,
    position: u32,
    fragments: Vec<String>,
}

#[derive(Debug, Serialize)]
struct QuoteJson {
    before: String,
    highlight: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct ScoresJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    semantic: Option<f64>,
    fused: f64,
}

impl From<Locator> for LocatorJson {
    fn from(locator: Locator) -> Self {
        let Quote { before, highlight, after } = locator.text;
        Self {
            href: locator.href,
            r#type: locator.media_type,
            title: locator.title,
            locations: LocationsJson {
                progression: locator.progression,
                total_progression: locator.total_progression,
                position: locator.position,
                fragments: locator.fragments,
            },
            text: QuoteJson { before, highlight, after },
        }
    }
}

impl From<Hit> for HitJson {
    fn from(hit: Hit) -> Self {
        let Scores { exact, semantic, fused } = hit.scores;
        let snippet = hit.snippet.text;
        let chars = |byte: usize| snippet.get(..byte).map_or(0, |text| text.chars().count());
        Self {
            publication: PublicationJson { id: hit.publication.to_string(), title: hit.title, authors: hit.authors },
            heading_path: hit.heading_path,
            locator: hit.locator.into(),
            marks: hit.snippet.marks.iter().map(|mark| [chars(mark.start), chars(mark.end)]).collect(),
            scores: ScoresJson { exact, semantic, fused },
            snippet,
        }
    }
}

pub(crate) async fn run(args: &Args, options: &SearchArgs, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let request = SearchRequest {
        query: options.query.join(" "),
        mode: match options.mode {
            Mode::Exact => SearchMode::Exact,
            Mode::Semantic => SearchMode::Semantic,
            Mode::Hybrid => SearchMode::Hybrid,
        },
        limit: options.limit,
        offset: options.offset,
        publication: None,
    };
    let results = library.search(request).await?;
    let text = text(&results, options, output);
    if !results.unused_words.is_empty() {
        output.note(&unused(&results.unused_words));
    }
    if results.not_embedded > 0 {
        let pending = counted(results.not_embedded, "passage is", "passages are");
        output.note(&format!("{pending} not searchable by meaning yet."));
        output.hint("`alexandria import --wait semantic` processes the rest");
    }
    let Results { total, relaxed, unused_words, took_ms, not_embedded, hits } = results;
    let hits = hits.into_iter().map(HitJson::from).collect();
    output.result(&ResultsJson { total, took_ms, relaxed, unused_words, not_embedded, hits }, || text)?;
    Ok(ExitCode::SUCCESS)
}

/// Maximum unused words that are listed.
const MAX_LISTED_WORDS: usize = 20;

/// The words of a long query that were not searched for.
fn unused(words: &[String]) -> String {
    let listed: Vec<String> = words.iter().take(MAX_LISTED_WORDS).map(|word| printable(word)).collect();
    let more = match words.len().saturating_sub(MAX_LISTED_WORDS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("The query is long, so only its rarest words were searched for, without: {}{more}.", listed.join(", "))
}

fn text(results: &Results, options: &SearchArgs, output: &Output) -> String {
    if results.hits.is_empty() {
        let none = if results.total == 0 { "No hits." } else { "No more hits." };
        return none.to_owned();
    }
    let mut lines = Vec::new();
    if results.relaxed {
        lines.push("No passage contains all the words; these contain some of them.".to_owned());
    }
    for (number, hit) in results.hits.iter().enumerate() {
        let heading = hit.heading_path.join(" › ");
        let title = output.bold(&printable(&hit.title));
        lines.push(format!("{}. {title}  {}", options.offset + number + 1, output.dim(&printable(&heading))));
        lines.push(format!("   {}\n", marked(hit, output)));
    }
    let books: HashSet<_> = results.hits.iter().map(|hit| hit.publication).collect();
    let last = options.offset + results.hits.len();
    lines.push(format!(
        "{}–{last} of {}, in {} ({:.0} ms)",
        options.offset + 1,
        total(results.total, options.mode),
        counted(books.len() as u64, "book", "books"),
        results.took_ms
    ));
    lines.join("\n")
}

/// The number of hits in all. Any passage is similar to some degree, so semantic modes only rank a fixed number of the
/// best, which says nothing about the books.
fn total(passages: u64, mode: Mode) -> String {
    let counted = counted(passages, "passage", "passages");
    match mode {
        Mode::Exact => counted,
        Mode::Semantic | Mode::Hybrid => format!("the best {counted}"),
    }
}

/// The snippet with its matching words marked.
fn marked(hit: &Hit, output: &Output) -> String {
    let mut text = String::new();
    let mut at = 0;
    for mark in &hit.snippet.marks {
        text.push_str(&printable(text_part(&hit.snippet.text, at..mark.start)));
        text.push_str(&output.mark(&printable(text_part(&hit.snippet.text, mark.clone()))));
        at = mark.end;
    }
    text.push_str(&printable(text_part(&hit.snippet.text, at..)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn total_is_a_count_only_in_exact_mode() {
        let check = |mode, expect: &str| assert_eq!(total(120, mode), expect);
        check(Mode::Exact, "120 passages");
        check(Mode::Semantic, "the best 120 passages");
        check(Mode::Hybrid, "the best 120 passages");
        assert_eq!(total(1, Mode::Exact), "1 passage");
    }
}
