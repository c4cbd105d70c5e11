//! Which books of the library a title and authors can mean. Programs shorten titles, drop subtitles, and write authors in either
//! order, so titles decide and authors only order.

use alexandria_domain::PublicationId;
use alexandria_store::PublicationRecord;

/// The books with this title, those with the same authors first.
pub(super) fn candidates(shelf: &[PublicationRecord], title: &str, authors: &[String]) -> Vec<PublicationId> {
    let (whole, main) = (letters_of(title), letters_of(main_title(title)));
    if whole.is_empty() {
        return Vec::new();
    }
    let wanted = words_of(authors);
    let mut found: Vec<_> = shelf
        .iter()
        .filter_map(|record| {
            let theirs = &record.metadata.title;
            let is_whole = letters_of(theirs) == whole;
            let is_main = !main.is_empty() && letters_of(main_title(theirs)) == main;
            let shared = words_of(&record.metadata.authors).iter().filter(|word| wanted.contains(word)).count();
            (is_whole || is_main).then_some((std::cmp::Reverse((shared, is_whole)), record.id))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, id)| id).collect()
}

/// A title without its subtitle, or what a shop has added in brackets.
fn main_title(title: &str) -> &str {
    title.split([':', ';', '(', '[', '–', '—']).next().unwrap_or_default()
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Parts of names that are more than initials.
fn words_of(names: &[String]) -> Vec<String> {
    let words = names.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}
