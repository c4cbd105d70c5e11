//! The database file as a whole: encrypted, and refused for the right reason.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use alexandria_crypto::keys::DatabaseKey;
use alexandria_domain::{CodedError, ErrorCode};
use rusqlite::Connection;

use crate::connection::{self, Role};
use crate::fixture::{Shelf, insert};
use crate::{FILE_NAME, OpenError, Store};

mod file;

/// Closes the library and gives the path of its database.
fn closed(shelf: Shelf) -> (tempfile::TempDir, DatabaseKey, PathBuf) {
    let Shelf { folder, key, store } = shelf;
    drop(store);
    let path = folder.path().join(FILE_NAME);
    (folder, key, path)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn database_files_hold_no_plaintext() {
    let shelf = Shelf::of(&["zyxcanaryword and more", "another qwvcanary"]);
    shelf.store.meta_set("key", b"metacanary").unwrap();
    let scan = || {
        let files: Vec<PathBuf> = fs::read_dir(shelf.path()).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.iter().any(|file| file.ends_with(FILE_NAME)));
        for file in &files {
            let bytes = fs::read(file).unwrap();
            for canary in
                ["zyxcanari", "zyxcanary", "qwvcanary", "metacanary", "Title 1", "publication", "SQLite format"]
            {
                let wide: Vec<u8> = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
                assert!(!contains(&bytes, canary.as_bytes()) && !contains(&bytes, &wide), "{canary}");
            }
        }
        files.len()
    };
    assert!(scan() > 1, "the log is looked at, too");
    shelf.store.maintenance().unwrap();
    scan();
    // The same bytes unencrypted would have been found.
    let plain = tempfile::TempDir::new().unwrap();
    let path = plain.path().join("plain.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE publication (text); INSERT INTO publication VALUES ('zyxcanaryword')")
        .unwrap();
    assert!(contains(&fs::read(path).unwrap(), b"zyxcanary"));
}

#[test]
fn database_does_not_open_without_the_key() {
    let (_folder, _key, path) = closed(Shelf::of(&["sea"]));
    let plain = Connection::open(path).unwrap();
    assert!(plain.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).is_err());
}

#[test]
fn writes_are_there_after_reopening() {
    let shelf = Shelf::of(&["sea"]);
    shelf.store.meta_set("a", b"1").unwrap();
    shelf.store.meta_set("a", b"2").unwrap();
    let shelf = shelf.reopen();
    assert_eq!(shelf.store.totals().unwrap().passages, 1);
    assert_eq!(shelf.store.meta_get("a").unwrap().as_deref(), Some(&b"2"[..]));
    assert_eq!(shelf.store.meta_get("b").unwrap(), None);
}

#[test]
fn every_connection_has_the_documented_settings() {
    let shelf = Shelf::new();
    let pragma = |connection: &Connection, name: &str| -> String {
        connection
            .query_row(&format!("PRAGMA {name}"), [], |row| {
                Ok(row.get::<_, i64>(0).map_or_else(|_| row.get::<_, String>(0).unwrap(), |number| number.to_string()))
            })
            .unwrap()
    };
    let expect = [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("temp_store", "2"),
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("cell_size_check", "1"),
        ("secure_delete", "1"),
        ("cipher_page_size", "4096"),
    ];
    let check = |connection: &Connection| {
        for (name, value) in expect {
            assert_eq!(pragma(connection, name), value, "{name}");
        }
        assert!(!pragma(connection, "cipher_version").is_empty());
    };
    check(&shelf.store.writer.lock().unwrap());
    let readers: Vec<_> =
        (0..shelf.store.read_connections.len()).map(|_| shelf.store.read_connections.acquire().unwrap()).collect();
    assert!(readers.len() > 1);
    readers.iter().for_each(|reader| check(reader));
    drop(readers);
    assert!(
        shelf.store.read_connections.acquire().unwrap().execute("DELETE FROM meta", []).is_err(),
        "readers cannot write"
    );
}

fn overwrite(mut file: &File, at: u64, bytes: &[u8]) {
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

/// Opens a library after its file was changed.
fn open_after(change: impl FnOnce(&File, u64)) -> OpenError {
    let shelf = Shelf::of(&["sea"; 500]);
    let (folder, key, path) = closed(shelf);
    let file = File::options().read(true).write(true).open(&path).unwrap();
    change(&file, file.metadata().unwrap().len());
    Store::open(folder.path(), &key).map(|_| ()).unwrap_err()
}

#[test]
fn open_reports_why_a_file_does_not_open() {
    let (folder, _key, _) = closed(Shelf::of(&["sea"]));
    let other = DatabaseKey::generate().unwrap();
    let error = Store::open(folder.path(), &other).map(|_| ()).unwrap_err();
    assert!(matches!(error, OpenError::WrongKey), "{error}");

    let plain = open_after(|file, _| overwrite(file, 0, b"SQLite format 3\0"));
    assert!(matches!(plain, OpenError::Plaintext), "{plain}");
    let other_file = open_after(|file, length| overwrite(file, 0, &vec![b'x'; usize::try_from(length).unwrap()]));
    assert!(matches!(other_file, OpenError::WrongKey), "{other_file}");
    let torn = open_after(|file, _| file.set_len(10).unwrap());
    assert!(matches!(torn, OpenError::Damaged), "{torn}");
    let first_page = open_after(|file, _| overwrite(file, 100, b"xxxx"));
    assert!(matches!(first_page, OpenError::Damaged), "{first_page}");
    let cut = open_after(|file, length| file.set_len(length - 100).unwrap());
    assert!(matches!(cut, OpenError::Damaged), "{cut}");
    let pages_cut = open_after(|file, length| file.set_len(length / 4096 / 2 * 4096).unwrap());
    assert!(matches!(pages_cut, OpenError::Damaged), "{pages_cut}");
    assert_eq!(pages_cut.code(), ErrorCode::Damaged);
}

/// All files in a folder, with their bytes, in order.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let mut files: Vec<_> = paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    files.sort();
    files
}

/// A way to lose a database of that key.
type Loss = fn(&Path, &DatabaseKey);

#[test]
fn open_does_not_create_a_database_next_to_books() {
    let losses: [(&str, Loss); 3] = [
        ("missing", |path, _| fs::remove_file(path).unwrap()),
        ("empty", |path, _| fs::write(path, []).unwrap()),
        ("without its log", |path, key| {
            // What is in the file of a library so young that all else is in the log.
            fs::write(path, []).unwrap();
            drop(connection::open(path, &key.expose_raw_key_pragma(), Role::Write).ok().unwrap());
            assert_eq!(fs::metadata(path).unwrap().len(), 4096);
        }),
    ];
    for (what, lose) in losses {
        for has_blob_folder in [false, true] {
            let (folder, key, path) = closed(Shelf::of(&["sea"]));
            lose(&path, &key);
            if has_blob_folder {
                fs::create_dir(folder.path().join("blobs")).unwrap();
            }
            let before = files(folder.path());
            let opened = Store::open(folder.path(), &key);
            if has_blob_folder {
                let error = opened.map(|_| ()).unwrap_err();
                assert!(matches!(error, OpenError::Missing), "{what}: {error}");
                assert_eq!(error.code(), ErrorCode::Damaged);
                assert_eq!(files(folder.path()), before, "{what}");
            } else {
                // So far as a library may be when its making is interrupted.
                assert_eq!(opened.unwrap().totals().unwrap().publications, 0, "{what}");
            }
        }
    }
}

#[test]
fn open_removes_interrupted_copies() {
    let left = ["library.db.snapshot", "library.db.snapshot-journal", "library.db.copying", "library.db.copying-wal"];
    let kept = ["library.db.v1", "library.db.snapshots", "other.db.snapshot"];
    let (folder, key, _) = closed(Shelf::of(&["sea"]));
    for name in left.iter().chain(&kept) {
        fs::write(folder.path().join(name), "as far as it got").unwrap();
    }
    let there = |names: &[&str]| names.iter().filter(|name| folder.path().join(name).exists()).count();
    let other = DatabaseKey::generate().unwrap();
    assert!(Store::open(folder.path(), &other).is_err());
    assert_eq!(there(&left), left.len(), "one that is refused changes nothing");
    let store = Store::open(folder.path(), &key).unwrap();
    assert_eq!((there(&left), there(&kept)), (0, kept.len()));
    assert_eq!(store.totals().unwrap().passages, 1);
}

#[test]
fn open_leaves_a_newer_schema_alone() {
    let shelf = Shelf::of(&["sea"]);
    shelf.store.with_writer(|connection| connection.pragma_update(None, "user_version", 99)).unwrap();
    let (folder, key, _) = closed(shelf);
    let error = Store::open(folder.path(), &key).map(|_| ()).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error}");
    assert_eq!(error.code(), ErrorCode::NewerVersion);
}

#[test]
fn check_finds_a_damaged_page() {
    let (folder, key, path) = closed(Shelf::of(&["sea"; 3000]));
    let file = File::options().write(true).open(&path).unwrap();
    let pages = file.metadata().unwrap().len() / 4096;
    overwrite(&file, (pages - 3) * 4096 + 50, b"xxxx");
    let store = Store::open(folder.path(), &key).unwrap();
    assert!(!store.check().unwrap().problems.is_empty());
}

#[test]
fn reads_see_complete_publications_during_an_insert() {
    let shelf = Shelf::new();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 1..=20 {
                insert(&shelf.store, number, &["sea"; 50]).unwrap();
            }
        });
        while !writer.is_finished() {
            let totals = shelf.store.totals().unwrap();
            assert_eq!(totals.passages, totals.publications * 50);
        }
    });
    assert_eq!(shelf.store.totals().unwrap().passages, 1000);
}

#[test]
fn read_only_store_reads_a_plaintext_copy_that_open_rejects() {
    let shelf = Shelf::of(&["the white whale", "a green sea"]);
    let plain = tempfile::TempDir::new().unwrap();
    let path = plain.path().join(FILE_NAME);
    let name = path.to_str().unwrap();
    // Attaching makes no file where the connection itself would not.
    fs::write(&path, []).unwrap();
    let export = |connection: &Connection| {
        connection.execute("ATTACH DATABASE ?1 AS plain KEY ''", [name])?;
        connection.query_row("SELECT sqlcipher_export('plain')", [], |_| Ok(()))?;
        connection.execute_batch("DETACH DATABASE plain")
    };
    shelf.store.with_writer(export).unwrap();
    let connect = |_| Connection::open(&path).unwrap();
    let copy = Store::read_only((0..2).map(connect).collect()).unwrap();
    let query = alexandria_domain::Query::parse("whale").unwrap();
    let find = |store: &Store| store.search(&query, &crate::Scope::default(), 10, 0).unwrap();
    assert_eq!(find(&copy), find(&shelf.store));
    assert!(insert(&copy, 2, &["new"]).is_err());
    assert!(copy.meta_set("key", b"value").is_err());
    assert!(matches!(Store::open(plain.path(), &shelf.key), Err(OpenError::Plaintext)));
    assert!(Store::read_only((0..1).map(connect).collect()).is_err(), "one connection cannot read and write");
}
