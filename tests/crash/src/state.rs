//! The content of a library, and whether it can be the result of an operation on what it held before.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::sandbox::{NEW_PASSPHRASE, PASSPHRASE, Sandbox, describe, error_code};

/// Most passages that semantic search ranks. If it ranks fewer, it has ranked every vector.
const MAX_RANKED: u64 = 200;

/// The state of one publication that an operation may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookState {
    /// `shelf` or `bin`.
    pub place: String,
    /// Passages that exact search finds.
    pub passages: u64,
    /// How it can be searched.
    pub searchable: String,
}

/// The content of a library as a reader sees it.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Publications by title; in these tests each title is unique.
    pub books: BTreeMap<String, BookState>,
    /// The setting of that name.
    pub theme: String,
    /// The file of the passphrase that opens it.
    pub opened_by: String,
    /// Ids of the publications; the same book has a different id in each library.
    pub ids: BTreeSet<String>,
}

/// Equal if a reader would see the same.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.books == other.books && self.theme == other.theme && self.opened_by == other.opened_by
    }
}

impl State {
    /// Opens the library, checks it, and reads everything it holds, including every vector. Opening may repair the index:
    /// pass a copy where that must not happen.
    ///
    /// # Errors
    /// When it does not open, its own check reports a problem, or search does not find the passages it should.
    pub fn of(sandbox: &Sandbox) -> anyhow::Result<Self> {
        let (mut opened_by, mut output) = (PASSPHRASE, sandbox.inspect(PASSPHRASE, &["read"])?.output()?);
        if error_code(&output).as_deref() == Some("wrong-passphrase") {
            (opened_by, output) = (NEW_PASSPHRASE, sandbox.inspect(NEW_PASSPHRASE, &["read"])?.output()?);
        }
        ensure!(output.status.success(), "the library does not open: {}", describe(&output));
        let seen: Value = serde_json::from_slice(&output.stdout).context("no JSON")?;
        let problems = array(&seen, "problems")?;
        ensure!(problems.is_empty(), "the library's check found: {}", seen["problems"]);
        let theme = seen["theme"].as_str().unwrap_or_default().to_owned();
        let mut state = Self { theme, opened_by: opened_by.to_owned(), ..Self::default() };
        let books = array(&seen, "books")?;
        ensure_vectors_match(books, seen["ranked"].as_u64().context("no ranked")?)?;
        for book in books {
            let text = |name: &str| book[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
            let passages = book["passages"].as_u64().context("no passages")?;
            ensure!(book["found"].as_u64() == Some(passages), "exact search does not find all passages: {book}");
            let state_of_book = BookState { place: text("place")?, passages, searchable: text("searchable")? };
            let is_new = state.ids.insert(text("id")?) && state.books.insert(text("title")?, state_of_book).is_none();
            ensure!(is_new, "a publication is there twice: {book}");
        }
        Ok(state)
    }

    /// Whether every publication and setting is as `before` or as `after` an operation. Semantic search is updated in the
    /// background, so it may be at any point between.
    ///
    /// # Errors
    /// Names what is neither.
    pub fn is_between(&self, before: &Self, after: &Self) -> anyhow::Result<()> {
        let titles: BTreeSet<&String> = [self, before, after].iter().flat_map(|state| state.books.keys()).collect();
        for title in titles {
            let fits = |other: &Self| match (self.books.get(title), other.books.get(title)) {
                (Some(own), Some(other)) => own.is_equal_except_semantic(other),
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

impl BookState {
    fn is_equal_except_semantic(&self, other: &Self) -> bool {
        Self { searchable: String::new(), ..self.clone() } == Self { searchable: String::new(), ..other.clone() }
    }
}

/// Checks that the ranked vectors belong to books on the shelf: all of a book with semantic search, at most one for each
/// passage, and none of anything else.
fn ensure_vectors_match(books: &[Value], ranked: u64) -> anyhow::Result<()> {
    let mut of_books = 0;
    for book in books {
        let number = |name: &str| book[name].as_u64().with_context(|| format!("no {name}"));
        let (passages, near) = (number("passages")?, number("near")?);
        let must_be_complete = book["place"] == "shelf" && book["searchable"] == "semantic" && ranked < MAX_RANKED;
        let is_right = near == passages || (near < passages && !must_be_complete);
        ensure!(is_right, "semantic search does not find each passage once: {book}");
        of_books += near;
    }
    ensure!(of_books == ranked, "only {of_books} of {ranked} vectors belong to a passage on the shelf");
    Ok(())
}

fn array<'a>(value: &'a Value, name: &str) -> anyhow::Result<&'a Vec<Value>> {
    value[name].as_array().with_context(|| format!("no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(books: &[(&str, &str, &str)]) -> State {
        let book = |place: &str, searchable: &str| BookState {
            place: place.to_owned(),
            passages: 3,
            searchable: searchable.to_owned(),
        };
        let books =
            books.iter().map(|(title, place, searchable)| ((*title).to_owned(), book(place, searchable))).collect();
        State { books, ..State::default() }
    }

    /// Books are place, how they are searchable, passages, and passages that semantic search finds.
    #[test]
    fn ranked_vectors_belong_to_books_on_the_shelf() {
        let check = |books: &[(&str, &str, u64, u64)], ranked: u64, expect: bool| {
            let book = |(place, searchable, passages, near): &(&str, &str, u64, u64)| serde_json::json!({ "place": place, "searchable": searchable, "passages": passages, "near": near });
            let listed: Vec<Value> = books.iter().map(book).collect();
            assert_eq!(ensure_vectors_match(&listed, ranked).is_ok(), expect, "{books:?} {ranked}");
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
    fn state_between_two_has_each_book_as_before_or_after() {
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
