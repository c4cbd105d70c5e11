//! Forward, with a copy; never over a newer version.

use alexandria_crypto::keys::DatabaseKey;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{copy_path, run};
use crate::connection::{self, Role};
use crate::open::OpenError;

const ONE: &str = "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('kept canary');";
const TWO: &str = "ALTER TABLE note ADD COLUMN color TEXT;";
const BROKEN: &str = "DROP TABLE note; CREATE TABLE oops (";

fn text(connection: &Connection) -> Option<String> {
    connection.query_row("SELECT text FROM note", [], |row| row.get(0)).ok()
}

#[test]
fn an_older_database_is_copied_and_migrated() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("library.db");
    std::fs::write(&path, []).unwrap();
    let key = DatabaseKey::generate().unwrap().expose_raw_key_pragma();
    let open = |path: &std::path::Path| connection::open(path, &key, Role::Writer).ok().unwrap();
    let mut database = open(&path);
    run(&mut database, &path, &[ONE]).unwrap();
    assert!(!copy_path(&path, 0).exists() && !copy_path(&path, 1).exists(), "an empty database needs no copy");
    run(&mut database, &path, &[ONE]).unwrap();
    assert!(matches!(run(&mut database, &path, &[ONE, BROKEN]), Err(OpenError::Store(_))));
    assert_eq!(text(&database).as_deref(), Some("kept canary"), "a migration that fails changes nothing");
    run(&mut database, &path, &[ONE, TWO]).unwrap();
    database.execute("UPDATE note SET text = 'new', color = 'red'", []).unwrap();
    assert!(matches!(run(&mut database, &path, &[ONE]), Err(OpenError::Newer { found: 2, known: 1 })));
    // The copy is the old state, under the same key, and not readable without.
    let copy = copy_path(&path, 1);
    let bytes = std::fs::read(&copy).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"canary") && !bytes.starts_with(b"SQLite format 3"));
    assert_eq!(text(&open(&copy)).as_deref(), Some("kept canary"));
    assert!(!path.with_extension("db.copying").exists());
}
