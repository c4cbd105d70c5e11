//! `My Clippings.txt` of a Kindle. Blocks that end with `==========`: title and author, a line with kind, place and time in the
//! language of the device, and the text.
//!
//! Only the shape and the digits of the second line are read, because there are as many translations of it as languages: parts
//! between `|`, of which the last is the time. A highlight has text and a range of locations or a page; a note has one
//! location, which is where its highlight ends. An edited highlight is there twice, and the longer text is the later one.

use super::note::{ForeignNote, ForeignNotes, quote};

const SEPARATOR: &str = "==========";

/// A block.
struct Clipping<'a> {
    title: &'a str,
    author: &'a str,
    /// The numbers of its place: first and last location, or a page twice.
    place: Option<(u64, u64)>,
    /// The place is a range.
    is_range: bool,
    text: String,
}

/// Whether a text has the separator that ends each block.
pub(super) fn is_clippings(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == SEPARATOR)
}

pub(super) fn read(text: &str) -> ForeignNotes {
    let (mut clippings, mut skipped) = (Vec::new(), 0);
    let mut block: Vec<&str> = Vec::new();
    for line in text.lines() {
        if line.trim_end() == SEPARATOR {
            match clipping(&block) {
                Some(clipping) => clippings.push(clipping),
                None => skipped += usize::from(!block.is_empty()),
            }
            block.clear();
        } else {
            block.push(line);
        }
    }
    let (notes, alone) = joined(clippings);
    ForeignNotes { program: "kindle", notes, skipped: skipped + alone }
}

/// A block as a clipping; `None` if it has no text, as bookmarks have none.
fn clipping<'a>(block: &[&'a str]) -> Option<Clipping<'a>> {
    let (first, rest) = block.split_first()?;
    let (facts, rest) = rest.split_first()?;
    let text = rest.join("\n").trim().to_owned();
    if text.is_empty() {
        return None;
    }
    let (title, author) = title_and_author(first.trim_matches(['\u{feff}', ' ', '\r']));
    let place = place_of(facts);
    let is_range = place.is_some_and(|(first, last)| first < last);
    Some(Clipping { title, author, place, is_range, text })
}

/// `Title (Author)`. The author is in the last brackets, which may contain others.
fn title_and_author(line: &str) -> (&str, &str) {
    let Some(inner) = line.strip_suffix(')') else { return (line, "") };
    let mut depth = 1;
    for (at, c) in inner.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (title, author) = inner.split_at(at);
            return (title.trim_end(), author.strip_prefix('(').unwrap_or(author));
        }
    }
    (line, "")
}

/// The last numbers before the time: `181-182`, or `12`. A Kindle shortens the second number (`1181-83`).
fn place_of(facts: &str) -> Option<(u64, u64)> {
    let parts: Vec<&str> = facts.split('|').collect();
    let places = if parts.len() > 1 { parts.split_last()?.1 } else { parts.as_slice() };
    places.iter().rev().find_map(|part| range_in(part))
}

fn range_in(text: &str) -> Option<(u64, u64)> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '–');
    let mut runs = text.rsplit(|c: char| !is_part(c));
    let run = runs.find(|run| run.contains(|c: char| c.is_ascii_digit()))?;
    let mut numbers = run.split(['-', '–']).filter(|number| !number.is_empty() && number.len() < 16);
    let first = numbers.next()?;
    let start = first.parse().ok()?;
    let Some(last) = numbers.next() else { return Some((start, start)) };
    let missing = first.len().saturating_sub(last.len());
    let whole = format!("{}{last}", first.get(..missing).unwrap_or_default());
    let end = whole.parse().ok()?;
    Some((start, u64::max(start, end)))
}

/// The highlights with the notes that belong to them; and how many notes belong to none.
fn joined(clippings: Vec<Clipping<'_>>) -> (Vec<ForeignNote>, usize) {
    let (ranges, others): (Vec<_>, Vec<_>) = clippings.into_iter().partition(|clipping| clipping.is_range);
    let mut marked: Vec<Marked<'_>> = Vec::new();
    for range in ranges {
        add(&mut marked, range);
    }
    // A note is within a highlight of its book, at one location. What is nowhere within one is a highlight on a page.
    let (notes, pages): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|clipping| marked.iter().any(|marked| marked.holds(clipping)));
    for note in notes {
        if let Some(highlight) = marked.iter_mut().find(|marked| marked.holds(&note)) {
            // An edited note is there twice as well, the newest last.
            highlight.note = note.text;
        }
    }
    let (pages, alone): (Vec<_>, Vec<_>) = pages.into_iter().partition(|clipping| clipping.place.is_some());
    for page in pages {
        add(&mut marked, page);
    }
    (marked.into_iter().map(ForeignNote::from).collect(), alone.len())
}

/// A highlight, with the note on it.
struct Marked<'a> {
    clipping: Clipping<'a>,
    note: String,
}

impl Marked<'_> {
    fn is_of_same_book(&self, other: &Clipping<'_>) -> bool {
        (self.clipping.title, self.clipping.author) == (other.title, other.author)
    }

    /// Whether a clipping is at one location within this highlight.
    fn holds(&self, other: &Clipping<'_>) -> bool {
        let within =
            self.clipping.place.zip(other.place).is_some_and(|((from, to), (at, _))| (from..=to).contains(&at));
        within && self.clipping.is_range && self.is_of_same_book(other)
    }

    /// Whether one is an edited version of the other: both begin at the same place with the same words.
    fn is_version_of(&self, other: &Clipping<'_>) -> bool {
        let start = |clipping: &Clipping<'_>| clipping.place.map(|(from, _)| from);
        let (ours, theirs) = (&self.clipping.text, &other.text);
        start(&self.clipping) == start(other)
            && self.is_of_same_book(other)
            && (ours.starts_with(theirs.as_str()) || theirs.starts_with(ours.as_str()))
    }
}

/// Adds a highlight, or keeps the longer of two versions.
fn add<'a>(marked: &mut Vec<Marked<'a>>, clipping: Clipping<'a>) {
    match marked.iter_mut().find(|known| known.is_version_of(&clipping)) {
        Some(known) if clipping.text.len() > known.clipping.text.len() => known.clipping = clipping,
        Some(_) => {}
        None => marked.push(Marked { clipping, note: String::new() }),
    }
}

impl From<Marked<'_>> for ForeignNote {
    fn from(Marked { clipping, note }: Marked<'_>) -> Self {
        Self {
            title: clipping.title.to_owned(),
            authors: Some(clipping.author.to_owned()).filter(|author| !author.is_empty()).into_iter().collect(),
            quote: quote(&clipping.text),
            note,
            ..Self::default()
        }
    }
}
