//! What a library holds, and whether that can have become of what it held before.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::sandbox::{NEW_PASSPHRASE, PASSPHRASE, Sandbox, error_code, told};

/// Search by meaning ranks at most so many passages. Where there are fewer, it has ranked every vector there is.
const RANKED_AT_MOST: u64 = 200;

/// One publication, as far as anything may change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// `shelf` or `bin`.
    pub place: String,
    /// Passages found by its words.
    pub passages: u64,
    /// How it can be searched.
    pub searchable: String,
}

/// A library as a reader finds it.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Publications by title, which no two have here.
    pub books: BTreeMap<String, Held>,
    /// A setting.
    pub theme: String,
    /// The file of the passphrase that opens it.
    pub opened_by: String,
    /// Ids of the publications. Every library gives the same book another.
    pub ids: BTreeSet<String>,
}

/// Whether a reader would find the same.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.books == other.books && self.theme == other.theme && self.opened_by == other.opened_by
    }
}

impl State {
    /// Opens the library, checks it, and reads what it holds, every vector too. Everything has to be in order. A search
    /// by meaning takes over what the index has gone on to: give a copy where that is another's to do.
    ///
    /// # Errors
    /// When it does not open, its own check finds a promise broken, or passages are not found as they are said to be.
    pub fn of(sandbox: &Sandbox) -> anyhow::Result<Self> {
        let (mut opened_by, mut output) = (PASSPHRASE, sandbox.look(PASSPHRASE, &["read"])?.output()?);
        if error_code(&output).as_deref() == Some("wrong-passphrase") {
            (opened_by, output) = (NEW_PASSPHRASE, sandbox.look(NEW_PASSPHRASE, &["read"])?.output()?);
        }
        ensure!(output.status.success(), "the library does not open: {}", told(&output));
        let seen: Value = serde_json::from_slice(&output.stdout).context("no JSON")?;
        let problems = array(&seen, "problems")?;
        ensure!(problems.is_empty(), "the library's check found: {}", seen["problems"]);
        let theme = seen["theme"].as_str().unwrap_or_default().to_owned();
        let mut state = Self { theme, opened_by: opened_by.to_owned(), ..Self::default() };
        let books = array(&seen, "books")?;
        ensure_meaning(books, seen["ranked"].as_u64().context("nothing said of the vectors")?)?;
        for book in books {
            let text = |name: &str| book[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
            let passages = book["passages"].as_u64().context("no passages")?;
            ensure!(book["found"].as_u64() == Some(passages), "not all passages are found by words: {book}");
            let held = Held { place: text("place")?, passages, searchable: text("searchable")? };
            let is_new = state.ids.insert(text("id")?) && state.books.insert(text("title")?, held).is_none();
            ensure!(is_new, "a publication is there twice: {book}");
        }
        Ok(state)
    }

    /// Whether every single thing is as it was `before` or as it is `after` an operation. Search by meaning follows on
    /// its own, so it may be at any point between.
    ///
    /// # Errors
    /// Says what is neither.
    pub fn is_between(&self, before: &Self, after: &Self) -> anyhow::Result<()> {
        let titles: BTreeSet<&String> = [self, before, after].iter().flat_map(|state| state.books.keys()).collect();
        for title in titles {
            let fits = |other: &Self| match (self.books.get(title), other.books.get(title)) {
                (Some(own), Some(other)) => own.is_same_but_for_meaning(other),
                (None, None) => true,
                _ => false,
            };
            if !fits(before) && !fits(after) {
                let [own, before, after] = [self, before, after].map(|state| state.books.get(title));
                bail!("`{title}` is {own:?}; it was {before:?} and should be that or {after:?}");
            }
        }
        let (theme, opened_by) = (&self.theme, &self.opened_by);
        ensure!([&before.theme, &after.theme].contains(&theme), "the setting is `{theme}`");
        ensure!([&before.opened_by, &after.opened_by].contains(&opened_by), "it opens with the {opened_by}");
        Ok(())
    }
}

impl Held {
    fn is_same_but_for_meaning(&self, other: &Self) -> bool {
        Self { searchable: String::new(), ..self.clone() } == Self { searchable: String::new(), ..other.clone() }
    }
}

/// Whether the vectors that were found are those of the books on the shelf: all of a book that is said to be searchable
/// by meaning, of no passage two, and of nothing else any.
fn ensure_meaning(books: &[Value], ranked: u64) -> anyhow::Result<()> {
    let mut of_books = 0;
    for book in books {
        let number = |name: &str| book[name].as_u64().with_context(|| format!("no {name}"));
        let (passages, near) = (number("passages")?, number("near")?);
        let is_due = book["place"] == "shelf" && book["searchable"] == "semantic" && ranked < RANKED_AT_MOST;
        let is_right = near == passages || (near < passages && !is_due);
        ensure!(is_right, "not every passage is found by meaning, and once: {book}");
        of_books += near;
    }
    ensure!(of_books == ranked, "of {ranked} vectors only {of_books} are of a passage on the shelf");
    Ok(())
}

fn array<'a>(value: &'a Value, name: &str) -> anyhow::Result<&'a Vec<Value>> {
    value[name].as_array().with_context(|| format!("no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(books: &[(&str, &str, &str)]) -> State {
        let held = |place: &str, searchable: &str| Held {
            place: place.to_owned(),
            passages: 3,
            searchable: searchable.to_owned(),
        };
        let books =
            books.iter().map(|(title, place, searchable)| ((*title).to_owned(), held(place, searchable))).collect();
        State { books, ..State::default() }
    }

    /// Books are place, how they are searchable, passages, and passages found by meaning.
    #[test]
    fn vectors_are_those_of_the_books() {
        let check = |books: &[(&str, &str, u64, u64)], ranked: u64, expect: bool| {
            let book = |(place, searchable, passages, near): &(&str, &str, u64, u64)| serde_json::json!({ "place": place, "searchable": searchable, "passages": passages, "near": near });
            let shown: Vec<Value> = books.iter().map(book).collect();
            assert_eq!(ensure_meaning(&shown, ranked).is_ok(), expect, "{books:?} {ranked}");
        };
        check(&[("shelf", "semantic", 3, 3), ("shelf", "exact", 3, 1), ("bin", "semantic", 3, 0)], 4, true);
        check(&[("shelf", "none", 0, 0)], 0, true);
        check(&[("shelf", "semantic", 3, 2)], 2, false);
        check(&[("shelf", "semantic", 3, 4)], 4, false);
        check(&[("shelf", "exact", 3, 4)], 4, false);
        check(&[("shelf", "semantic", 3, 3)], 5, false);
        check(&[("shelf", "semantic", 300, 200)], 200, true);
        check(&[("shelf", "semantic", 300, 199)], 200, false);
    }

    #[test]
    fn each_thing_is_as_before_or_as_after() {
        let before = state(&[("a", "shelf", "semantic"), ("b", "shelf", "exact")]);
        let after = state(&[("a", "bin", "semantic"), ("c", "shelf", "semantic")]);
        let check = |books: &[_], expect: bool| {
            assert_eq!(state(books).is_between(&before, &after).is_ok(), expect, "{books:?}");
        };
        check(&[("a", "shelf", "semantic"), ("b", "shelf", "exact")], true);
        check(&[("a", "bin", "exact"), ("c", "shelf", "exact")], true);
        check(&[("a", "bin", "semantic")], true);
        check(&[("b", "shelf", "exact")], false);
        check(&[("a", "gone", "semantic")], false);
        check(&[("a", "bin", "semantic"), ("b", "bin", "exact")], false);
        check(&[("a", "bin", "semantic"), ("d", "shelf", "exact")], false);
    }
}
