//! The frozen vectors of `tests/vectors/protocol/`: what was signed once must verify permanently.
//!
//! The code below generates each vector from fixed keys and compares it with the stored one. If one of these tests fails,
//! existing records and statements would no longer be accepted: the format needs a new version, not a new vector. To add a
//! case, run with `ALEXANDRIA_WRITE_VECTORS=1` and verify that only the new case differs.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::devices::{DeviceChange, DeviceLog, DeviceStatement, Issuer, NewDevice, SealingPublicKey};
use crate::enrolment::{AnswerNonce, EnrolmentKeys, Opening, QrPayload, Transcript};
use crate::frame::chain::Head;
use crate::frame::{Frame, FrameHeader, HEADER_BYTES, RecordHash};
use crate::ids::{BlobId, EnrolmentId, SnapshotId, StreamId};
use crate::proof::{DeviceProof, Nonce, Purpose, SnapshotStatement};
use crate::samples::{self, account, device, key};
use crate::secret::EnrolmentSecret;

/// Compares `generated` with the stored file, or stores it if the environment requests that.
fn check_file(name: &str, generated: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/protocol").join(name);
    if std::env::var_os("ALEXANDRIA_WRITE_VECTORS").is_some() {
        std::fs::write(&path, format!("{generated:#}\n")).unwrap();
    }
    let stored: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(*generated, stored);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn seed(number: u8) -> String {
    hex(&[number; 32])
}

/// Byte `i` is (7 i + 3) mod 251.
fn ciphertext(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((7 * at + 3) % 251).unwrap()).collect()
}

#[test]
fn records_are_as_they_always_were() {
    let mut previous = RecordHash::NONE;
    // Lengths around the chunks of BLAKE3 and blocks of SHA-512, and one of several chunks.
    let mut record = |(seq, length): (u64, usize)| {
        let header = FrameHeader {
            account: account(),
            device: device(1),
            stream: StreamId::from_bytes([7; 16]),
            seq,
            hlc: (1_800_000_000_000 << 16) + seq,
            key_epoch: u32::try_from(seq).unwrap() * 0x0101_0101,
            previous,
        };
        let frame = Frame::sign(header, &ciphertext(length), &key(1)).unwrap();
        assert_eq!(Frame::decode(frame.as_bytes()).unwrap(), frame);
        frame.verify(&key(1).public_key()).unwrap();
        previous = frame.hash();
        json!({
            "account": header.account, "device": header.device, "stream": header.stream,
            "seq": seq, "hlc": header.hlc, "key_epoch": header.key_epoch,
            "ciphertext_length": length,
            "additional_data": hex(&header.additional_data()),
            "signature": frame.signature(),
            "hash": frame.hash(),
            "frame_length": frame.as_bytes().len(),
            "frame": (length <= 2048 - HEADER_BYTES).then(|| hex(frame.as_bytes())),
        })
    };
    let records: Vec<Value> = (1..).zip([1, 16, 256, 848, 849, 4096, 262_144]).map(&mut record).collect();
    check_file("records.json", &json!({"seed": seed(1), "public_key": key(1).public_key(), "records": records}));
}

fn new_device(number: u8, label_length: usize) -> NewDevice {
    NewDevice {
        device: device(number),
        signing_key: key(number).public_key(),
        sealing_key: SealingPublicKey::from_bytes([number | 0x40; 32]),
        label: ciphertext(label_length).into(),
    }
}

/// A change with its bytes as hexadecimal digits throughout.
fn change_json(change: &DeviceChange) -> Value {
    let mut json = serde_json::to_value(change).unwrap();
    if let DeviceChange::Create { device, .. } | DeviceChange::Add { device } = change {
        json["device"]["label"] = hex(device.label.as_slice()).into();
    }
    json
}

fn device_log() -> Vec<Value> {
    let account_key = |epoch: u8| key(200 + epoch).public_key();
    let end = |stream, seq| {
        let hash = RecordHash::from_bytes([stream; 32]);
        Head { device: device(1), stream: StreamId::from_bytes([stream; 16]), seq, hash }
    };
    let by = |number| (Issuer::Device { device: device(number) }, number);
    let steps = [
        (by(1), DeviceChange::Create { device: new_device(1, 48), account_key: account_key(1) }),
        (by(1), DeviceChange::Add { device: new_device(2, 0) }),
        (
            by(2),
            DeviceChange::Revoke { device: device(1), account_key: account_key(2), ends: vec![end(7, 3), end(0, 9)] },
        ),
        ((Issuer::Account, 202), DeviceChange::Add { device: new_device(3, 1024) }),
        ((Issuer::Account, 202), DeviceChange::Rekey { account_key: account_key(3) }),
    ];
    let mut log = DeviceLog::new(account());
    let append = |((issuer, signer), change): ((Issuer, u8), DeviceChange)| {
        let (number, previous) = (log.end().number + 1, log.end().hash);
        let (at_ms, json) = (1_800_000_000_000 + u64::from(number), change_json(&change));
        let entry = DeviceStatement { account: account(), number, previous, at_ms, issuer, change }.sign(&key(signer));
        log.append(&entry).unwrap();
        let issuer = match issuer {
            Issuer::Account => Value::Null,
            Issuer::Device { device } => json!(device),
        };
        json!({
            "account": account(), "at_ms": at_ms, "issuer": issuer, "issuer_seed": seed(signer), "change": json,
            "signature": entry.signature, "hash": entry.hash(),
        })
    };
    steps.into_iter().map(append).collect()
}

fn proofs() -> Vec<Value> {
    let cases = [
        (Purpose::Session, "session", "https://sync.example.org"),
        (Purpose::Erasure, "erasure", "http://127.0.0.1:8080"),
    ];
    let proof = |(purpose, name, origin)| {
        let nonce = Nonce::from_bytes([0x4e; 32]);
        let proof = DeviceProof { purpose, origin, account: account(), device: device(1), nonce };
        json!({
            "purpose": name, "origin": origin, "account": account(), "device": device(1), "nonce": nonce,
            "seed": seed(1), "signature": proof.sign(&key(1)),
        })
    };
    cases.into_iter().map(proof).collect()
}

fn snapshot() -> Value {
    let head = |device, stream, seq| {
        let hash = RecordHash::from_bytes([device ^ stream; 32]);
        Head { device: samples::device(device), stream: StreamId::from_bytes([stream; 16]), seq, hash }
    };
    let covered = [head(2, 0, 300), head(1, 7, 2), head(1, 0, u64::from(u32::MAX) + 1)];
    let (snapshot, blob) = (SnapshotId::from_bytes([0x51; 16]), BlobId::from_bytes([0xb1; 16]));
    let statement =
        SnapshotStatement { account: account(), snapshot, device: device(1), blob, key_epoch: 3, covered: &covered };
    json!({
        "account": account(), "snapshot": snapshot, "device": device(1), "blob": blob, "key_epoch": 3,
        "covered": covered, "seed": seed(1), "signature": statement.sign(&key(1)),
    })
}

fn enrolment() -> Value {
    let keys = |number: u8| EnrolmentKeys {
        signing_key: key(number).public_key(),
        sealing_key: SealingPublicKey::from_bytes([number | 0x40; 32]),
    };
    let joined = |keys: EnrolmentKeys| hex(&[*keys.signing_key.as_bytes(), *keys.sealing_key.as_bytes()].concat());
    let enrolment = EnrolmentId::from_bytes([0xe0; 16]);
    let (new_keys, old_keys, opening) = (keys(2), keys(1), Opening::from_bytes([0x77; 32]));
    let nonce = AnswerNonce::from_bytes([0x99; 32]);
    let (new_device, old_device) = (device(2), device(1));
    let transcript =
        Transcript { account: account(), enrolment, new_device, old_device, new_keys, opening, nonce, old_keys };
    let secret = EnrolmentSecret::from_bytes([0xcd; 32]);
    let qr = QrPayload { enrolment, device: new_device, keys: new_keys.hash(enrolment), secret: secret.clone() };
    json!({
        "account": account(), "enrolment": enrolment, "new_device": new_device, "old_device": old_device,
        "new_keys": joined(new_keys), "old_keys": joined(old_keys), "opening": opening, "nonce": nonce,
        "commitment": new_keys.commit(enrolment, &opening), "keys_hash": new_keys.hash(enrolment),
        "digits": transcript.digits().to_string(), "seal_info": hex(&transcript.seal_info()),
        "secret": *secret.expose_text(), "qr": *qr.expose_text(),
    })
}

#[test]
fn statements_are_as_they_always_were() {
    check_file(
        "statements.json",
        &json!({
            "device_log": device_log(), "proofs": proofs(), "snapshot": snapshot(), "enrolment": enrolment(),
        }),
    );
}
