//! The frozen vectors of `tests/vectors/crypto/`: files that were written once must open permanently.
//!
//! The code below generates each vector from fixed keys and salts and compares it with the stored one. If one of these tests
//! fails, existing libraries would no longer open: the format needs a new version, not a new vector. To add a case, run with
//! `ALEXANDRIA_WRITE_VECTORS=1` and verify that only the new case differs.

use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::chunked::Sealer;
use crate::envelope;
use crate::format::FileCipher;
use crate::keys::{BackupKey, BlobKeys, ContentKey, IndexKey, KeyRing, LibraryKey, SecretKey};
use crate::passphrase::{Cost, Passphrase, PassphraseSlot};
use crate::recovery::{RecoveryCode, RecoverySlot};

/// Compares `generated` with the stored file, or stores it if the environment requests that.
pub(crate) fn check_file(name: &str, generated: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/crypto").join(name);
    if std::env::var_os("ALEXANDRIA_WRITE_VECTORS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("{generated:#}\n")).unwrap();
    }
    let stored: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(*generated, stored);
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn counting<const N: usize>(start: u8) -> [u8; N] {
    std::array::from_fn(|at| start.wrapping_add(u8::try_from(at).unwrap()))
}

/// Byte `i` is (7 i + 3) mod 251.
pub(crate) fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((7 * at + 3) % 251).unwrap()).collect()
}

fn sealed(key: &ContentKey, length: usize) -> Vec<u8> {
    let cipher = FileCipher::with_salt(key, &counting(0xa0), counting(0x40), counting(0x80));
    let (mut sealer, mut file) = (Sealer::from_cipher(cipher), Vec::new());
    sealer.push(&plain(length), &mut file).unwrap();
    sealer.finish(&mut file).unwrap();
    file
}

/// The complete file if it is short, otherwise its hash.
fn file_case(key: &ContentKey, length: usize) -> Value {
    let file = sealed(key, length);
    json!({
        "label": std::str::from_utf8(key.label()).unwrap(),
        "key": hex(key.secret()),
        "id": hex(&counting::<16>(0xa0)),
        "salt": hex(&counting::<32>(0x40)),
        "nonce_prefix": hex(&counting::<7>(0x80)),
        "plain_length": length,
        "plain_sha256": sha256(&plain(length)),
        "header": hex(&file[..96]),
        "sealed_length": file.len(),
        "sealed_sha256": sha256(&file),
        "sealed": if length <= 64 { Value::from(hex(&file)) } else { Value::Null },
    })
}

#[test]
fn sealed_files() {
    let blob = BlobKeys::from_secret(SecretKey::take(&mut counting(0x00)));
    let index = IndexKey::from_secret(SecretKey::take(&mut counting(0x00)));
    let lengths = [0, 1, 16, 64, 65_535, 65_536, 65_537, 131_072, 200_000];
    let mut cases: Vec<Value> = lengths.iter().map(|&length| file_case(blob.content().newest(), length)).collect();
    cases.extend([0, 64, 131_073].map(|length| file_case(index.content().newest(), length)));
    let backup = BackupKey::from_secret(SecretKey::take(&mut counting(0x00)));
    cases.extend([0, 64, 65_537].map(|length| file_case(backup.content().newest(), length)));
    check_file("sealed-files.json", &json!({ "plain": "byte i is (7 i + 3) mod 251", "cases": cases }));
    // The public interface opens the vectors.
    let file = sealed(index.content().newest(), 131_073);
    assert_eq!(crate::chunked::open(&index, &counting(0xa0), &file).unwrap(), plain(131_073));
}

#[test]
fn key_rings() {
    let (library, salt, ring) = (counting::<32>(0x20), counting::<32>(0x60), plain(128));
    let context = b"alexandria/vault/v1 and two ids";
    let wrapped = envelope::seal_with_salt(&library, b"alexandria/key-ring/v1", context, &ring, &salt);
    let opened = KeyRing::unwrap(&LibraryKey::take(&mut library.clone()), context, &wrapped).ok().unwrap();
    let content_hash = counting::<32>(0x10);
    check_file(
        "key-ring.json",
        &json!({
            "library_key": hex(&library),
            "context": hex(context),
            "salt": hex(&salt),
            "ring": hex(&ring),
            "wrapped": hex(&wrapped),
            "database_pragma": *opened.database.expose_raw_key_pragma(),
            "blob_key_id": opened.blobs.content().newest().id().to_string(),
            "index_key_id": opened.index.content().newest().id().to_string(),
            "backup_key_id": opened.backup_key().content().newest().id().to_string(),
            "content_hash": hex(&content_hash),
            "publication_id": hex(&opened.ids.publication_id(&content_hash)),
        }),
    );
}

#[test]
fn key_rings_with_epochs() {
    let (library, salt, context) = (counting::<32>(0x20), counting::<32>(0x60), b"alexandria/vault/v1 and two ids");
    // Three epochs, and an entry of a kind that this version does not know.
    let kinds = [1, 2, 3, 4, 4, 4, 200];
    let mut ring = plain(33 * kinds.len());
    ring.chunks_mut(33).zip(kinds).for_each(|(entry, kind)| entry[0] = kind);
    let wrapped = envelope::seal_with_salt(&library, b"alexandria/key-ring/v2", context, &ring, &salt);
    let opened = KeyRing::unwrap(&LibraryKey::take(&mut library.clone()), context, &wrapped).ok().unwrap();
    let content_hash = counting::<32>(0x10);
    check_file(
        "key-ring-v2.json",
        &json!({
            "library_key": hex(&library),
            "context": hex(context),
            "salt": hex(&salt),
            "ring": hex(&ring),
            "wrapped": hex(&wrapped),
            "database_pragma": *opened.database.expose_raw_key_pragma(),
            "epoch_key_ids": opened.blobs.ids().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "index_key_id": opened.index.content().newest().id().to_string(),
            "backup_key_id": opened.backup_key().content().newest().id().to_string(),
            "content_hash": hex(&content_hash),
            "publication_id": hex(&opened.ids.publication_id(&content_hash)),
            "files": opened.blobs.content().iter().map(|key| file_case(key, 20)).collect::<Vec<_>>(),
        }),
    );
    // A file of every epoch opens with the ring.
    for key in opened.blobs.content().iter() {
        let file = std::io::Cursor::new(sealed(key, 20));
        let mut read = vec![0; 20];
        crate::blob::BlobReader::open(file, &opened.blobs, &counting(0xa0)).unwrap().read_at(0, &mut read).unwrap();
        assert_eq!(read, plain(20));
    }
}

#[test]
fn passphrase_slots() {
    let library = LibraryKey::take(&mut counting(0x20));
    let slot = |text: &str, cost| {
        let passphrase = Passphrase::new(text.to_owned());
        let slot =
            PassphraseSlot::seal_with_salts(&library, &passphrase, cost, counting(0x30), &counting(0x50)).unwrap();
        assert!(slot.open(&passphrase).ok().unwrap().is_same(&library));
        json!({
            "library_key": *library.expose_hex(),
            "passphrase": text,
            "memory_kib": cost.memory_kib,
            "passes": cost.passes,
            "lanes": cost.lanes,
            "salt": hex(&slot.salt),
            "envelope_salt": hex(&counting::<32>(0x50)),
            "envelope": hex(&slot.envelope),
        })
    };
    let cases = [
        slot("correct horse battery staple", Cost::MIN),
        slot("correct horse battery staple", Cost::STANDARD),
        slot("caf\u{e9} au lait", Cost::MIN),
        slot("cafe\u{301} au lait", Cost::MIN),
    ];
    assert_eq!(cases[2]["envelope"], cases[3]["envelope"]);
    check_file("passphrase-slots.json", &json!({ "cases": cases }));
}

#[test]
fn recovery_slots() {
    let library = LibraryKey::take(&mut counting(0x20));
    let slot = |digits: [u8; 26]| {
        let code = RecoveryCode::from_secret_digits(&digits);
        let slot = RecoverySlot::seal_with_salt(&library, &code, &counting(0x50));
        assert!(slot.open(&code).ok().unwrap().is_same(&library));
        json!({
            "library_key": *library.expose_hex(),
            "digits": digits,
            "code": *code.expose_text(),
            "envelope_salt": hex(&counting::<32>(0x50)),
            "envelope": hex(&slot.envelope),
        })
    };
    let cases = [
        slot([0; 26]),
        slot([31; 26]),
        slot(counting(0)),
        slot(counting::<26>(7).map(|digit| digit.wrapping_mul(11) & 31)),
    ];
    check_file("recovery-slots.json", &json!({ "cases": cases }));
}
