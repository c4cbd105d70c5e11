//! Databases of every released schema, frozen: the newest code opens each. A newer one is refused, and stays as it is.
//!
//! `tests/vectors/store/v<version>.db` was written by the code of its time, under the key of
//! `tests/vectors/crypto/key-ring.json`. The next schema adds its own with `ALEXANDRIA_WRITE_VECTORS=1`; one that is
//! there is never written again.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_crypto::keys::{DatabaseKey, KeyRing, LibraryKey};
use alexandria_domain::{CollectionId, DeviceId, Entity, Field, Hlc, Op, OpId, Query, Value};
use tempfile::TempDir;

use super::MIGRATIONS;
use crate::connection::{self, Role};
use crate::fixture::{DEVICE, id, insert, op};
use crate::sync::{AccountRow, QuarantineRow, RecordRow, SyncChange, WireOpRow};
use crate::{FILE_NAME, OpenError, Scope, Store};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn bytes_of(case: &serde_json::Value, name: &str) -> Vec<u8> {
    let digits = case[name].as_str().unwrap();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap()).collect()
}

/// The database key of the frozen key ring. It protects nothing.
fn key() -> DatabaseKey {
    let text = fs::read_to_string(vectors().join("crypto/key-ring.json")).unwrap();
    let case: serde_json::Value = serde_json::from_str(&text).unwrap();
    let library = LibraryKey::take(&mut bytes_of(&case, "library_key").try_into().unwrap());
    KeyRing::unwrap(&library, &bytes_of(&case, "context"), &bytes_of(&case, "wrapped")).ok().unwrap().database
}

fn frozen(version: usize) -> PathBuf {
    vectors().join(format!("store/v{version}.db"))
}

/// The reader's own title of the publication.
fn title() -> Op {
    op(3, Entity::Publication(id(1)), Field::Title, Value::Text("Moby".into()))
}

/// Stars, and a collection with the publication in it.
fn order() -> [Op; 3] {
    let group = CollectionId::from_bytes([7; 16]);
    [
        op(4, Entity::Publication(id(1)), Field::Rating, Value::Integer(4)),
        op(5, Entity::Publication(id(1)), Field::Collection(group), Value::Flag(true)),
        op(6, Entity::Collection(group), Field::Name, Value::Text("Whales".into())),
    ]
}

/// An op of a version later than the one that froze the database.
const NEWER_OP: &str = "INSERT INTO op (entity, field, device, stamp, id, owner, value) \
    VALUES ('annotation:aa', 'tags', zeroblob(16), zeroblob(8), zeroblob(16), zeroblob(16), x'00ff7b')";

fn account() -> AccountRow {
    AccountRow {
        account: [1; 16],
        device: DEVICE,
        server: "https://books.example".into(),
        login_name: None,
        server_key: Some([2; 32]),
        bundle_revision: 3,
        device_keys: vec![4; 146],
        secrets: Some(vec![5; 178]),
    }
}

/// A record of another device, put aside, with a card that came before it.
fn received() -> [SyncChange; 3] {
    let device = DeviceId::from_bytes([9; 16]);
    let card = WireOpRow {
        id: OpId::from_bytes([8; 16]),
        owner: Some(id(2)),
        card_of: Some(id(2)),
        device,
        stamp: Hlc::from_u64(7),
        bytes: vec![6; 9],
    };
    [
        SyncChange::ApplyWire(vec![card]),
        SyncChange::Receive(RecordRow { device, seq: 1, hash: [3; 32], bytes: vec![2; 256] }),
        SyncChange::Quarantine(QuarantineRow { device, seq: 1, reason: vec![1] }),
    ]
}

fn freeze(version: usize) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), &key()).unwrap();
    insert(&store, 1, &["The whale is white.", "The sea is wide."]).unwrap();
    store.meta_set("key", b"value").unwrap();
    store.apply(&[title()]).unwrap();
    store.apply(&order()).unwrap();
    store.with_writer(|connection| connection.execute_batch(NEWER_OP)).unwrap();
    store.set_account(&account()).unwrap();
    store.sync_commit(&received()).unwrap();
    store.maintenance().unwrap();
    drop(store);
    fs::create_dir_all(vectors().join("store")).unwrap();
    fs::copy(folder.path().join(FILE_NAME), frozen(version)).unwrap();
}

#[test]
fn every_released_schema_opens() {
    if std::env::var_os("ALEXANDRIA_WRITE_VECTORS").is_some() && !frozen(MIGRATIONS.len()).exists() {
        freeze(MIGRATIONS.len());
    }
    for version in 1..=MIGRATIONS.len() {
        let folder = TempDir::new().unwrap();
        fs::copy(frozen(version), folder.path().join(FILE_NAME)).unwrap();
        let store = Store::open(folder.path(), &key()).unwrap();
        assert_eq!(store.check().unwrap().problems, Vec::<String>::new(), "version {version}");
        let publication = store.publication(&id(1)).unwrap().unwrap();
        let own_title = if version == 1 { "Title 1" } else { "Moby" };
        assert_eq!((publication.metadata.title.as_str(), publication.passages), (own_title, 2));
        let count = match version {
            1 => 1,
            2..5 => 3,
            _ => 6,
        };
        assert_eq!(ops(&store).len(), count, "version {version}");
        let collections = store.collections().unwrap();
        let ordered = (publication.rating, collections.first().map(|collection| collection.publications));
        assert_eq!(ordered, if version < 5 { (0, None) } else { (4, Some(1)) }, "version {version}");
        assert_eq!(store.meta_get("key").unwrap().as_deref(), Some(&b"value"[..]));
        let synced =
            (store.account().unwrap(), store.sync_rows().unwrap().quarantine.len(), store.cards().unwrap().len());
        assert_eq!(synced, if version < 4 { (None, 0, 0) } else { (Some(account()), 1, 1) }, "version {version}");
        // Nothing was sent by the versions before, and nothing is in a record here.
        // One op is of a later version, and no register.
        assert_eq!(store.outbox(9).unwrap().ops.len(), if version == 1 { 1 } else { count - 1 }, "version {version}");
        let is_complete = || store.read(crate::common_sets::are_complete).unwrap();
        assert_eq!(is_complete(), version > 2, "version {version}");
        for _ in 0..2 {
            let hits = store.search(&Query::parse("the wh* \"is white\"").unwrap(), &Scope::default(), 9, 0).unwrap();
            assert_eq!((hits.total, hits.hits.len()), (1, 1), "version {version}");
            assert!(store.maintenance().unwrap() && is_complete());
        }
    }
}

/// Entity, field and owner of every op, and its value in hexadecimal digits.
fn ops(store: &Store) -> Vec<[String; 4]> {
    let query = "SELECT entity, field, ifnull(hex(owner), ''), hex(value) FROM op ORDER BY entity, field";
    let texts = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
    store.read(|connection| connection.prepare(query)?.query_map([], texts)?.collect()).unwrap()
}

#[test]
fn ops_of_version_1_get_their_owner_and_keep_their_value() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(FILE_NAME);
    fs::copy(frozen(1), &path).unwrap();
    let old = connection::open(&path, &key().expose_raw_key_pragma(), Role::Write).ok().unwrap();
    let (publication, setting) = (format!("publication:{}", id(1)), "{\"text\":\"dark\"}");
    let rows = [
        (publication.as_str(), "title", "{\"text\":\"Moby\"}"),
        ("settings", "setting:theme", setting),
        ("publication:no id", "title", "\"none\""),
    ];
    for (entity, field, value) in rows {
        let insert = "INSERT INTO op VALUES (?1, ?2, zeroblob(16), zeroblob(8), zeroblob(16), ?3, 1)";
        old.execute(insert, (entity, field, value)).unwrap();
    }
    old.close().unwrap();
    let store = Store::open(folder.path(), &key()).unwrap();
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02X}")).collect::<String>();
    let owner = id(1).to_string().to_uppercase();
    let expect = [
        [&publication, "membership", &owner, &hex("{\"membership\":\"shelf\"}")],
        [&publication, "title", &owner, &hex("{\"text\":\"Moby\"}")],
        ["publication:no id", "title", "", &hex("\"none\"")],
        ["settings", "setting:theme", "", &hex(setting)],
    ];
    assert_eq!(ops(&store), expect);
    assert_eq!(store.settings().unwrap(), [("theme".to_owned(), Value::Text("dark".into()))]);
    assert_eq!(store.device_claim().unwrap(), None, "no device is claimed by an old database");
}

#[test]
fn newer_schema_is_rejected_and_not_modified() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), &key()).unwrap();
    store.with_writer(|connection| connection.pragma_update(None, "user_version", 99)).unwrap();
    drop(store);
    let files = || {
        let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<(PathBuf, Vec<u8>)> = entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        files.sort();
        files
    };
    let before = files();
    for _ in 0..2 {
        let error = Store::open(folder.path(), &key()).map(|_| ()).unwrap_err();
        assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error}");
        assert_eq!(files(), before);
    }
}
