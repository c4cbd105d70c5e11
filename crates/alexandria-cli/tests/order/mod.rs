//! `alexandria edit`, `collection` and `list`: from a bare import to an ordered shelf.

use serde_json::Value;

use super::support::TestHome;
use super::{each, json};

fn run(home: &TestHome, arguments: &[&str]) -> Value {
    let output = home.run(&[&["--json"], arguments].concat(), "passphrase");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    json(&output.stdout)
}

/// Code and exit code of a command that fails.
fn failure(home: &TestHome, arguments: &[&str]) -> (String, Option<i32>) {
    let output = home.run(&[&["--json"], arguments].concat(), "passphrase");
    (json(&output.stderr)["error"]["code"].as_str().unwrap().to_owned(), output.status.code())
}

/// A home with the books `book` and `other`.
fn home() -> (TestHome, String, String) {
    let home = TestHome::new();
    home.write("other.txt", "Another book.");
    run(&home, &["import", home.path("other.txt").to_str().unwrap()]);
    let shelf = run(&home, &["list", "--sort", "title"]);
    let id = |at: usize| shelf[at]["id"].as_str().unwrap().to_owned();
    let (first, second) = (id(0), id(1));
    (home, first, second)
}

#[test]
fn bad_edits_lists_and_collections_are_refused_by_code() {
    let (home, book, _) = home();
    let check = |arguments: &[&str], code: &str, exit: i32| {
        assert_eq!(failure(&home, arguments), (code.to_owned(), Some(exit)), "{arguments:?}");
    };
    check(&["edit", &book, "--rating", "6"], "invalid-input", 2);
    check(&["edit", &book, "--title", " "], "invalid-input", 2);
    check(&["edit", &book, "--series-number", "2"], "invalid-input", 2);
    check(&["edit", &book, "--series", "S", "--series-number", "two"], "invalid-input", 2);
    check(&["edit", "ffff", "--rating", "1"], "not-found", 4);
    check(&["list", "--filter", "rating:many"], "malformed-query", 2);
    check(&["list", "--collection", "Nothing"], "not-found", 4);
    check(&["collection", "new", ""], "invalid-input", 2);
    check(&["collection", "new", "Smart", "--filter", "\"open"], "malformed-query", 2);
    check(&["collection", "add", "Nothing", &book], "not-found", 4);
    assert_eq!(run(&home, &["show", &book])["edited"], false);
}

#[test]
fn edited_books_are_listed_by_their_metadata_and_return_to_the_file() {
    let (home, book, other) = home();
    let edit =
        ["edit", book.get(..8).unwrap(), "--title", "The Storm", "--sort-title", "Storm, The", "--author", "B. Lytton"];
    let more =
        ["--series", "Nights", "--series-number", "1.5", "--tag", "rain", "--rating", "4", "--status", "reading"];
    let edited = run(&home, &[edit.as_slice(), &more].concat());
    assert_eq!((edited["changed"].as_u64(), edited["publications"][0]["title"].as_str()), (Some(1), Some("The Storm")));
    run(&home, &["edit", &book, &other, "--status", "finished", "--tag", "both"]);
    let titles = |arguments: &[&str]| {
        let listed = run(&home, &[&["list"], arguments].concat());
        each(&listed, "title").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(titles(&["--sort", "title"]), ["other", "The Storm"]);
    assert_eq!(titles(&["--sort", "title", "--reverse"]), ["The Storm", "other"]);
    assert_eq!(titles(&["--sort", "rating"]), ["The Storm", "other"]);
    assert_eq!(titles(&["--filter", "author:lytton in:nights rating:4+ tag:rain"]), ["The Storm"]);
    assert_eq!(titles(&["--filter", "status:finished tag:both"]).len(), 2);
    assert_eq!(titles(&["--filter", "nights"]), ["The Storm"]);
    assert_eq!(run(&home, &["show", &book])["series"]["position"], "1.5");
    let text = home.succeeds(&["list"], "passphrase");
    assert!(text.contains("★★★★") && text.contains("finished"), "{text}");

    run(&home, &["edit", &book, "--as-in-file", "title"]);
    let back = run(&home, &["show", &book]);
    assert_eq!((back["title"].as_str(), back["authors"][0].as_str()), (Some("book"), Some("B. Lytton")));
    let back = run(&home, &["edit", &book, "--as-in-file", "all", "--rating", "0", "--status", "none"]);
    let back = &back["publications"][0];
    assert_eq!((&back["edited"], &back["rating"], back.get("status")), (&false.into(), &0.into(), None));
}

#[test]
fn collections_are_made_filled_listed_and_deleted() {
    let (home, book, other) = home();
    let made = run(&home, &["collection", "new", "On holiday"]);
    let id = made["id"].as_str().unwrap();
    run(&home, &["collection", "add", "on HOLIDAY", &book, &other]);
    run(&home, &["collection", "remove", id.get(..15).unwrap(), &other]);
    run(&home, &["collection", "new", "Good", "--filter", "rating:4+"]);
    run(&home, &["edit", &other, "--rating", "5"]);
    let listed = run(&home, &["collection", "list"]);
    assert_eq!(each(&listed, "name"), ["Good", "On holiday"]);
    assert_eq!((listed[0]["publications"].as_u64(), listed[1]["publications"].as_u64()), (Some(1), Some(1)));
    assert_eq!(each(&run(&home, &["list", "--collection", "On holiday"]), "id"), [book.as_str()]);
    assert_eq!(each(&run(&home, &["list", "--collection", "good"]), "id"), [other.as_str()]);
    assert_eq!(each(&run(&home, &["list", "--filter", "collection:\"on holiday\""]), "id"), [book.as_str()]);
    assert_eq!(failure(&home, &["collection", "add", "Good", &book]).0, "invalid-input");
    run(&home, &["collection", "edit", "Good", "--name", "Best", "--filter", "rating:5"]);
    run(&home, &["collection", "delete", "On holiday"]);
    assert_eq!(each(&run(&home, &["collection", "list"]), "name"), ["Best"]);
    assert_eq!(run(&home, &["list"]).as_array().unwrap().len(), 2, "the books stay");
}
