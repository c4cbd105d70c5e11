//! `alexandria note`: from a quote to an exported file and back to its id.

use std::fs;

use serde_json::Value;

use super::json;
use super::support::TestHome;

fn run(home: &TestHome, arguments: &[&str]) -> Value {
    let output = home.run(&[&["--json"], arguments].concat(), "passphrase");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    json(&output.stdout)
}

#[test]
fn note_is_added_listed_changed_exported_and_deleted() {
    let home = TestHome::new();
    let book = run(&home, &["list"])[0]["id"].as_str().unwrap().to_owned();
    let text = fs::read_to_string(home.path("book.txt")).unwrap();
    let quote = text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    let added = run(&home, &["note", "add", book.get(..8).unwrap(), &quote, "--note", "Who?", "--tag", "people"]);
    assert_eq!((added["quote"].as_str().unwrap(), added["colour"].as_str()), (quote.as_str(), Some("yellow")));
    let id = added["id"].as_str().unwrap().to_owned();

    let edited = run(
        &home,
        &["note", "edit", id.get(..15).unwrap(), "--note", "A keeper", "--colour", "blue", "--untag", "people"],
    );
    assert_eq!((edited["note"].as_str(), edited["tags"].as_array().unwrap().len()), (Some("A keeper"), 0));
    assert_eq!(run(&home, &["note", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(run(&home, &["note", "list", "--colour", "yellow"]).as_array().unwrap().len(), 0);

    let file = home.path("notes.md");
    let export = ["note", "export", "--out", file.to_str().unwrap()];
    run(&home, &export);
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.contains(&format!("> {quote}\n\nA keeper\n")) && written.contains(&id), "{written}");
    // What was exported before is not overwritten.
    fs::write(&file, "changed by hand").unwrap();
    let again = home.run(&[&["--json"], export.as_slice()].concat(), "passphrase");
    assert_eq!(json(&again.stderr)["error"]["hint"], "choose another file with --out FILE");
    assert_eq!(fs::read_to_string(&file).unwrap(), "changed by hand");

    assert_eq!(run(&home, &["note", "delete", &id])["deleted"][0].as_str(), Some(id.as_str()));
    assert_eq!(run(&home, &["note", "list"]).as_array().unwrap().len(), 0);
    let gone = home.run(&["--json", "note", "edit", &id, "--note", "x"], "passphrase");
    assert_eq!((json(&gone.stderr)["error"]["code"].as_str(), gone.status.code()), (Some("not-found"), Some(4)));
}

#[test]
fn note_at_a_quote_that_is_not_in_the_book_is_refused() {
    let home = TestHome::new();
    let book = run(&home, &["list"])[0]["id"].as_str().unwrap().to_owned();
    let output = home.run(&["--json", "note", "add", &book, "words that nobody wrote"], "passphrase");
    assert_eq!(json(&output.stderr)["error"]["message"], "the quoted text is not in this publication");
    assert_eq!(output.status.code(), Some(4));
}
