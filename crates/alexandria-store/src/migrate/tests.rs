//! Forward, with a copy; never over a newer version.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_crypto::keys::DatabaseKey;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{copy_path, run, version};
use crate::connection::{self, Role};
use crate::open_error::OpenError;

const ONE: &str = "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('kept canary');";
const TWO: &str = "ALTER TABLE note ADD COLUMN color TEXT;";
const BROKEN: &str = "DROP TABLE note; CREATE TABLE oops (";

fn text(connection: &Connection) -> Option<String> {
    connection.query_row("SELECT text FROM note", [], |row| row.get(0)).ok()
}

#[test]
fn migration_copies_an_older_database_first() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("library.db");
    fs::write(&path, []).unwrap();
    let key = DatabaseKey::generate().unwrap().expose_raw_key_pragma();
    let open = |path: &Path| connection::open(path, &key, Role::Write).ok().unwrap();
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
    let bytes = fs::read(&copy).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"canary") && !bytes.starts_with(b"SQLite format 3"));
    assert_eq!(text(&open(&copy)).as_deref(), Some("kept canary"));
    assert!(!path.with_extension("db.copying").exists());
}

/// The steps from each version to the next; every one of them can be seen in what it leaves.
const STEPS: [&str; 4] = [
    ONE,
    TWO,
    "CREATE TABLE tag (name TEXT); INSERT INTO tag SELECT text FROM note;",
    "UPDATE note SET color = 'red'; DROP TABLE tag;",
];

/// A database file of one test, and its key.
struct Database {
    folder: TempDir,
    key: DatabaseKey,
}

impl Database {
    /// One of that version.
    fn of(version: usize) -> Self {
        let database = Self { folder: TempDir::new().unwrap(), key: DatabaseKey::generate().unwrap() };
        fs::write(database.path(), []).unwrap();
        run(&mut database.open(), &database.path(), &STEPS[..version]).unwrap();
        database
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("library.db")
    }

    fn open(&self) -> Connection {
        self.open_at(&self.path())
    }

    fn open_at(&self, path: &Path) -> Connection {
        connection::open(path, &self.key.expose_raw_key_pragma(), Role::Write).ok().unwrap()
    }

    /// What is in the folder besides the database and its log, in order.
    fn copies(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let names = entries.map(|name| name.into_string().unwrap());
        let mut copies: Vec<String> =
            names.filter(|name| !["library.db", "library.db-wal", "library.db-shm"].contains(&name.as_str())).collect();
        copies.sort();
        copies
    }
}

/// Everything in a database.
fn dump(connection: &Connection) -> Vec<String> {
    let mut all = vec![version(connection).unwrap().to_string()];
    let names = |query: &str| -> Vec<String> {
        connection.prepare(query).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    all.extend(names("SELECT sql FROM sqlite_master ORDER BY name"));
    for table in names("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
        let mut rows = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let row = rows.query_map([], |row| {
            (0..columns).map(|at| Ok(format!("{:?}", row.get_ref(at)?))).collect::<Result<Vec<_>, _>>()
        });
        all.extend(row.unwrap().map(|row| row.unwrap().join(" ")));
    }
    all
}

/// A migration from version 1 to 4 that goes wrong, and what is done about it. The old database opens as it was, and a
/// second try ends as one that was never disturbed.
fn check_interrupted(what: &str, disturb: impl FnOnce(&Database, &mut Connection), undo: impl FnOnce(&Database)) {
    let undisturbed = Database::of(1);
    run(&mut undisturbed.open(), &undisturbed.path(), &STEPS).unwrap();
    let database = Database::of(1);
    let before = dump(&database.open());
    let mut connection = database.open();
    disturb(&database, &mut connection);
    drop(connection);
    assert_eq!(dump(&database.open()), before, "{what}: the old database");
    undo(&database);
    run(&mut database.open(), &database.path(), &STEPS).unwrap();
    assert_eq!(dump(&database.open()), dump(&undisturbed.open()), "{what}: a second try");
    assert_eq!(dump(&database.open_at(&copy_path(&database.path(), 1))), before, "{what}: the copy");
    assert_eq!(database.copies(), ["library.db.v1"], "{what}: what is left");
}

#[test]
fn failed_migration_can_be_retried() {
    let fails = |database: &Database, connection: &mut Connection, steps: &[&str]| {
        run(connection, &database.path(), steps).unwrap_err();
    };
    for broken in 1..STEPS.len() {
        let mut steps = STEPS;
        let half = format!("{} {BROKEN}", STEPS[broken]);
        steps[broken] = &half;
        check_interrupted(&format!("step {broken}"), |it, connection| fails(it, connection, &steps), |_| {});
    }
    let refuse = |it: &Database, connection: &mut Connection| {
        connection.commit_hook(Some(|| true)).unwrap();
        fails(it, connection, &STEPS);
        assert!(copy_path(&it.path(), 1).exists(), "it came that far");
    };
    check_interrupted("the commit", refuse, |_| {});
    // A folder where a file has to be made is refused everywhere, whoever asks.
    for (what, name) in [("the copy", "library.db.copying"), ("the copy's name", "library.db.v1")] {
        let occupy = |it: &Database, connection: &mut Connection| {
            fs::create_dir_all(it.folder.path().join(name).join("x")).unwrap();
            fails(it, connection, &STEPS);
        };
        check_interrupted(what, occupy, |it| fs::remove_dir_all(it.folder.path().join(name)).unwrap());
    }
}

#[test]
fn killed_migration_can_be_retried() {
    // What a killed process leaves: nothing is undone by it, the next to open does that.
    let half_copy = |it: &Database, _: &mut Connection| {
        fs::write(it.folder.path().join("library.db.copying"), [7; 5000]).unwrap();
    };
    check_interrupted("during the copy", half_copy, |_| {});
    let copied = |it: &Database, connection: &mut Connection| super::copy(connection, &it.path(), 1).unwrap();
    check_interrupted("after the copy", copied, |_| {});
    for done in 1..STEPS.len() {
        let uncommitted = |it: &Database, connection: &mut Connection| {
            super::copy(connection, &it.path(), 1).unwrap();
            // With next to no cache the changes reach the log before they are committed.
            connection.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE;").unwrap();
            STEPS[1..=done].iter().for_each(|step| connection.execute_batch(step).unwrap());
            connection
                .execute_batch(
                    "CREATE TABLE much AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) \
                     SELECT i, randomblob(500) FROM n;",
                )
                .unwrap();
            let log = fs::metadata(it.path().with_extension("db-wal")).unwrap().len();
            assert!(log > 100_000, "{log} bytes");
            // The log as it is now is what a kill would leave.
            let kept =
                ["library.db", "library.db-wal"].map(|name| (name, fs::read(it.folder.path().join(name)).unwrap()));
            connection.execute_batch("ROLLBACK").unwrap();
            let connection = std::mem::replace(connection, Connection::open_in_memory().unwrap());
            connection.close().unwrap();
            kept.iter().for_each(|(name, bytes)| fs::write(it.folder.path().join(name), bytes).unwrap());
        };
        check_interrupted(&format!("after step {done}"), uncommitted, |_| {});
    }
}

#[test]
fn migration_keeps_only_the_newest_copy() {
    let database = Database::of(1);
    let foreign = ["library.db.v", "library.db.v01", "library.db.vault", "library.v0", "other.db.v1"];
    for name in foreign.iter().chain(&["library.db.v9"]) {
        fs::write(database.folder.path().join(name), "not ours").unwrap();
    }
    let check = |copies: &[&str]| {
        let mut expect: Vec<&str> = foreign.iter().chain(copies).copied().collect();
        expect.sort_unstable();
        assert_eq!(database.copies(), expect);
    };
    let migrate = |to: usize| run(&mut database.open(), &database.path(), &STEPS[..to]);
    migrate(2).unwrap();
    check(&["library.db.v1", "library.db.v9"]);
    assert!(run(&mut database.open(), &database.path(), &[ONE, TWO, BROKEN]).is_err());
    check(&["library.db.v1", "library.db.v2", "library.db.v9"]);
    migrate(3).unwrap();
    check(&["library.db.v2", "library.db.v9"]);
    migrate(4).unwrap();
    // One of a later version is of a library that was newer than this database.
    check(&["library.db.v3", "library.db.v9"]);
    assert_eq!(version(&database.open_at(&copy_path(&database.path(), 3))).unwrap(), 3);
}
