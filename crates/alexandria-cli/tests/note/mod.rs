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

#[test]
fn notes_of_a_kindle_are_imported_once() {
    let home = TestHome::new();
    let listed = run(&home, &["list"]);
    let title = listed[0]["title"].as_str().unwrap();
    let text = fs::read_to_string(home.path("book.txt")).unwrap();
    let quote = text.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    let block = |title: &str, place: &str, text: &str| {
        format!("{title} (Somebody)\n- Your Highlight on Location {place} | Added on Monday\n\n{text}\n==========\n")
    };
    let clippings =
        block(title, "1-2", &quote) + &block(title, "2", "Who?") + &block("Another", "1-2", "Nothing here.");
    let file = home.path("My Clippings.txt");
    fs::write(&file, clippings).unwrap();
    let import = ["note", "import", file.to_str().unwrap()];
    let planned = run(&home, &[&import[..], &["--dry-run"]].concat());
    assert_eq!((planned["added"].as_u64(), planned["dry_run"].as_bool()), (Some(1), Some(true)));
    assert_eq!(run(&home, &["note", "list"]).as_array().unwrap().len(), 0);
    assert_eq!(run(&home, &import)["added"], 1);
    let note = &run(&home, &["note", "list"])[0];
    assert_eq!((note["quote"].as_str(), note["note"].as_str()), (Some(quote.as_str()), Some("Who?")));

    let again = home.run(&import, "passphrase");
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    let expect = "Added 0 notes. 1 note was there already.\n1 note found no place:\n  “Nothing here.”  no book “Another” in the library\n";
    assert_eq!(said, expect);
    fs::write(&file, "Only prose.").unwrap();
    let refused = home.run(&[&["--json"], import.as_slice()].concat(), "passphrase");
    assert_eq!(json(&refused.stderr)["error"]["code"], "unsupported-format");
}
