//! The frozen vectors of accounts, `tests/vectors/crypto/account.json`. What [`crate::vectors`] says of the others holds here.

use serde_json::{Value, json};

use super::bundle::KeyBundle;
use super::device::DeviceKeys;
use super::enrolment::{self, EnrolmentContext};
use super::opaque::{ExportKey, PasswordCost};
use super::recovery::AccountRecoveryCode;
use super::secrets::AccountSecrets;
use super::stored::{self, Owner};
use super::{AccountRootKey, EpochHistory, Epochs, rotation};
use crate::blob::cloud::CloudBlob;
use crate::chunked::Sealer;
use crate::entropy::EntropyStream;
use crate::format::FileCipher;
use crate::keys::{ContentKeys, KeyRing, LibraryKey, SecretKey};
use crate::recovery::RecoveryCode;
use crate::vectors::{check_file, counting, hex, plain, sha256};

const HEAD: &[u8] = b"the fields of a frame before its payload";

fn account() -> [u8; 16] {
    counting(0x11)
}

/// Secrets with epochs 1 to `epochs`.
fn secrets(epochs: u8) -> AccountSecrets {
    let epochs = (0..epochs).map(|epoch| SecretKey::take(&mut counting(0x40 + epoch))).collect();
    AccountSecrets {
        root: AccountRootKey::take(&mut counting(0x01)),
        ids: SecretKey::take(&mut counting(0x21)).into(),
        epochs: Epochs::from_secrets(epochs).unwrap(),
    }
}

fn device(start: u8) -> DeviceKeys {
    DeviceKeys::from_seeds(SecretKey::take(&mut counting(start)), SecretKey::take(&mut counting(start + 1)))
}

fn entropy() -> EntropyStream {
    EntropyStream::from_seed(&counting(0x70))
}

fn derived(secrets: &AccountSecrets) -> Value {
    let content_hash = counting(0x10);
    json!({
        "root": hex(secrets.root.expose()),
        "ids": hex(secrets.ids.expose()),
        "epochs": secrets.epochs.secrets().map(|secret| hex(secret.expose())).collect::<Vec<_>>(),
        "key_check": hex(secrets.root.key_check().as_bytes()),
        "newest_epoch_id": secrets.epochs.newest_id().to_string(),
        "account_signing_seed": hex(&*secrets.epochs.account_signing_seed()),
        "newest_blob_key_id": secrets.epochs.blob_keys().newest_id().to_string(),
        "content_hash": hex(&content_hash),
        "blob_id": hex(&secrets.root.blob_names().blob_id(&content_hash)),
    })
}

fn records(secrets: &AccountSecrets) -> Vec<Value> {
    let keys = secrets.epochs.record_keys();
    let case = |length: usize| {
        let (payload, salt) = (plain(length), counting(0x50));
        let sealed = keys.seal_with_salt(HEAD, &payload, &salt).unwrap();
        assert_eq!(*keys.open(keys.epoch(), HEAD, &sealed).unwrap(), payload);
        json!({
            "epoch": keys.epoch(),
            "head": hex(HEAD),
            "payload_length": length,
            "salt": hex(&salt),
            "sealed_length": sealed.len(),
            "sealed_sha256": sha256(&sealed),
            "sealed": if sealed.len() == 256 { Value::from(hex(&sealed)) } else { Value::Null },
        })
    };
    [0, 170, 171, 5000].map(case).to_vec()
}

fn snapshots(secrets: &AccountSecrets) -> Vec<Value> {
    let keys = secrets.epochs.snapshot_keys();
    let case = |length: usize| {
        let (id, salt, prefix) = (counting::<16>(0xa0), counting(0x40), counting(0x80));
        let sealer = Sealer::from_cipher(FileCipher::with_salt(keys.content().newest(), &id, salt, prefix));
        let sealed = keys.seal_with(sealer, &plain(length)).unwrap();
        assert_eq!(*keys.open(&id, &sealed).unwrap(), plain(length));
        json!({
            "id": hex(&id), "salt": hex(&salt), "nonce_prefix": hex(&prefix), "plain_length": length,
            "sealed_length": sealed.len(), "sealed_sha256": sha256(&sealed),
        })
    };
    [0, 4089, 100_000].map(case).to_vec()
}

fn blobs(secrets: &AccountSecrets) -> Vec<Value> {
    let case = |length: usize| {
        let text = plain(length);
        let mut blob =
            CloudBlob::new(text.as_slice(), &secrets.epochs.blob_keys(), &secrets.root.blob_names()).unwrap();
        let mut sealed = vec![0; usize::try_from(blob.sealed_len()).unwrap()];
        blob.read_sealed(0, &mut sealed).unwrap();
        json!({
            "plain_length": length, "content_hash": hex(blob.content_hash()), "id": hex(blob.id()),
            "header": hex(&sealed[..96]), "sealed_length": sealed.len(), "sealed_sha256": sha256(&sealed),
        })
    };
    [0, 64, 65_537].map(case).to_vec()
}

fn bundle() -> Value {
    let (first, both, device) = (secrets(1), secrets(2), device(0x81));
    let mut export: [u8; 64] = counting(0x90);
    let export_hex = hex(&export);
    let password = ExportKey::new(&mut export, PasswordCost::STANDARD).slot_key();
    let digits = counting::<26>(3).map(|digit| digit.wrapping_mul(11) & 31);
    let code = AccountRecoveryCode::from_code(RecoveryCode::from_secret_digits(&digits));
    let history = |secrets: &AccountSecrets| {
        EpochHistory::seal_with(&account(), &secrets.epochs, |_| Ok(counting(0x33))).unwrap()
    };
    let salt = || Ok(counting(0x55));
    let keys = [&password, &code.slot_key()];
    let created = KeyBundle::create_with(&account(), &first, &keys, history(&first), salt).unwrap();
    let rotated = created.clone().with_history(&both, &device, history(&both), &mut entropy()).unwrap();
    for (bundle, newest) in [(&created, 1), (&rotated, 2)] {
        for key in keys {
            let opened = bundle.open(&account(), key).ok().unwrap();
            assert_eq!(opened.secrets.epochs.newest(), newest);
        }
    }
    json!({
        "account": hex(&account()),
        "export_key": export_hex,
        "code": *code.expose_text(),
        "recovery_verifier": hex(&*code.verifier()),
        "granted_by": hex(device.public_key()),
        "created": hex(&created.to_bytes()),
        "rotated": hex(&rotated.to_bytes()),
    })
}

fn packages() -> Value {
    let (secrets, sender, recipient) = (secrets(2), device(0x81), device(0x91));
    let context = EnrolmentContext { account: account(), enrolment: counting(0x61), transcript: counting(0x71) };
    let package = enrolment::seal_with(&context, &sender, recipient.public_key(), &secrets, &mut entropy()).unwrap();
    let grant = rotation::grant(&account(), &secrets, &sender, recipient.public_key(), &mut entropy()).unwrap();
    json!({
        "account": hex(&account()),
        "enrolment": hex(&context.enrolment),
        "transcript": hex(&context.transcript),
        "sender": hex(sender.public_key()),
        "recipient_seed": hex(recipient.sealing().seed()),
        "recipient": hex(recipient.public_key()),
        "package": hex(&package),
        "grant": hex(&grant),
    })
}

fn stored_rows() -> Value {
    let (library, ring, salt) = (counting::<32>(0x20), plain(128), counting(0x60));
    let wrapped = crate::envelope::seal_with_salt(&library, b"alexandria/key-ring/v1", b"", &ring, &salt);
    let opened = KeyRing::unwrap(&LibraryKey::take(&mut library.clone()), b"", &wrapped).ok().unwrap();
    let (key, owner) = (opened.account_store_key(), Owner { account: account(), device: counting(0x31) });
    json!({
        "database_key": hex(&ring[..32]),
        "account": hex(&owner.account),
        "device": hex(&owner.device),
        "salt": hex(&salt),
        "signing_seed": hex(&counting::<32>(0x81)),
        "sealing_seed": hex(&counting::<32>(0x82)),
        "device_keys": hex(&stored::seal_device_with(&key, &owner, &device(0x81), &salt)),
        "secrets": hex(&stored::seal_secrets_with(&key, &owner, &secrets(2), &salt)),
    })
}

#[test]
fn accounts() {
    let secrets = secrets(2);
    check_file(
        "account.json",
        &json!({
            "plain": "byte i is (7 i + 3) mod 251",
            "derived": derived(&secrets),
            "records": records(&secrets),
            "snapshots": snapshots(&secrets),
            "blobs": blobs(&secrets),
            "bundle": bundle(),
            "packages": packages(),
            "stored": stored_rows(),
        }),
    );
}

/// The label of the keys is that of their use.
#[test]
fn content_keys_of_an_account_have_their_own_labels() {
    let label = |keys: &ContentKeys| keys.newest().label().to_vec();
    assert_eq!(label(secrets(1).epochs.snapshot_keys().content()), b"alx/snapshot/v1");
}
