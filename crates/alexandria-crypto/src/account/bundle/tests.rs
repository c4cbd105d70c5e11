//! A bundle opens with its password or code only, in its account, unchanged, and never with a weaker cost.

use proptest::prelude::*;

use super::*;
use crate::account::opaque::PasswordCost;
use crate::account::recovery::AccountRecoveryCode;
use crate::account::rotation;
use crate::keys::{PublicationIdKey, SecretKey};
use crate::passphrase::Cost;

const ACCOUNT: &[u8; 16] = b"account number 1";
/// Offset of the first slot's cost: magic, version, suite, account, revision, key check, number of slots, kind.
const COST_AT: usize = 4 + 2 + 16 + 8 + 32 + 1 + 1;

fn new_secrets() -> AccountSecrets {
    AccountSecrets::generate(&PublicationIdKey::generate().unwrap()).unwrap()
}

fn password(byte: u8) -> SlotKey {
    SlotKey::stretched(SecretKey::take(&mut [byte; 32]), PasswordCost::STANDARD.cost())
}

fn recovery() -> SlotKey {
    AccountRecoveryCode::generate().unwrap().slot_key()
}

fn same(one: &AccountSecrets, two: &AccountSecrets) -> bool {
    one.root.is_same(&two.root)
        && one.ids.is_same(&two.ids)
        && one.epochs.secrets().count() == two.epochs.secrets().count()
        && one.epochs.secrets().zip(two.epochs.secrets()).all(|(one, two)| one.is_same(two))
}

#[test]
fn key_bundle_opens_with_each_of_its_slots() {
    let (secrets, code) = (new_secrets(), recovery());
    let bundle = KeyBundle::create(ACCOUNT, &secrets, &[&code, &password(1)]).unwrap();
    assert_eq!((bundle.revision(), bundle.slots()), (1, vec![SlotKind::Password, SlotKind::Recovery]));
    let parsed = KeyBundle::parse(&bundle.to_bytes()).unwrap();
    assert_eq!(parsed, bundle);
    for key in [&password(1), &code] {
        let opened = parsed.open(ACCOUNT, key).ok().unwrap();
        assert!(same(&opened.secrets, &secrets) && opened.granted_by.is_none());
    }
    let check = |account: &[u8; 16], key: &SlotKey, expect| {
        assert_eq!(parsed.open(account, key).err(), Some(expect));
    };
    check(ACCOUNT, &password(2), BundleError::WrongKey);
    check(ACCOUNT, &recovery(), BundleError::WrongKey);
    check(b"account number 2", &password(1), BundleError::OtherAccount);
    let single = KeyBundle::create(ACCOUNT, &secrets, &[&code]).unwrap();
    assert_eq!(single.open(ACCOUNT, &password(1)).err(), Some(BundleError::NoSlot));
    assert_eq!(KeyBundle::create(ACCOUNT, &secrets, &[]), Err(BundleError::NoSlot));
    assert_eq!(KeyBundle::create(ACCOUNT, &secrets, &[&code, &code]), Err(BundleError::Malformed));
    assert_eq!(bundle.verify(ACCOUNT, &new_secrets()), Err(BundleError::OtherAccount));
}

#[test]
fn every_changed_or_missing_byte_of_a_key_bundle_is_refused() {
    let mut secrets = new_secrets();
    let device = DeviceKeys::generate().unwrap();
    let (key, code) = (password(1), recovery());
    let bundle = KeyBundle::create(ACCOUNT, &secrets, &[&key, &code]).unwrap();
    let bundle = rotation::rotate(ACCOUNT, &mut secrets, &device, &[], bundle).unwrap().bundle;
    let bytes = bundle.to_bytes();
    let refused = |bytes: &[u8]| match KeyBundle::parse(bytes) {
        Ok(bundle) => bundle.open(ACCOUNT, &key).is_err() && bundle.verify(ACCOUNT, &secrets).is_err(),
        Err(_) => true,
    };
    assert!(KeyBundle::parse(&bytes).is_ok_and(|bundle| bundle.open(ACCOUNT, &key).is_ok()));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(refused(&changed), "{at}");
        assert!(KeyBundle::parse(&bytes[..at]).is_err(), "{at}");
    }
    assert!(KeyBundle::parse(&[&bytes[..], b"0"].concat()).is_err());
}

#[test]
fn key_bundle_with_weaker_cost_or_unknown_suite_is_refused() {
    let bytes = KeyBundle::create(ACCOUNT, &new_secrets(), &[&password(1)]).unwrap().to_bytes();
    let with = |at: usize, field: &[u8]| {
        let mut changed = bytes.clone();
        changed[at..at + field.len()].copy_from_slice(field);
        KeyBundle::parse(&changed).err()
    };
    let with_cost = |memory_kib: u32, passes: u32, lanes: u32| {
        with(COST_AT, [memory_kib, passes, lanes].map(u32::to_be_bytes).as_flattened())
    };
    assert_eq!(with_cost(65_536, 3, 1), None);
    assert_eq!(with_cost(65_535, 3, 1), Some(BundleError::Cost));
    assert_eq!(with_cost(65_536, 2, 1), Some(BundleError::Cost));
    assert_eq!(with_cost(65_536, 3, 0), Some(BundleError::Cost));
    assert_eq!(with_cost(0, 0, 0), Some(BundleError::Cost));
    assert_eq!(with_cost(1 << 20, 3, 1), Some(BundleError::Cost));
    assert_eq!(with_cost(65_536, 13, 1), Some(BundleError::Cost));
    assert_eq!(with(4, &[2]), Some(BundleError::NewerVersion));
    assert_eq!(with(4, &[0]), Some(BundleError::Malformed));
    assert_eq!(with(5, &[2]), Some(BundleError::Malformed));
    assert_eq!(with(0, b"ALX1"), Some(BundleError::Malformed));
    // No slot, three slots, an unknown kind.
    assert_eq!(with(COST_AT - 2, &[0]), Some(BundleError::Malformed));
    assert_eq!(with(COST_AT - 2, &[3]), Some(BundleError::Malformed));
    assert_eq!(with(COST_AT - 1, &[3]), Some(BundleError::Malformed));
    // A higher cost is accepted as a number, but the envelope is bound to the one it was sealed with.
    let mut dearer = bytes.clone();
    dearer[COST_AT + 7] = 4;
    let dearer_key = |cost| SlotKey::stretched(SecretKey::take(&mut [1; 32]), cost);
    let dearer = KeyBundle::parse(&dearer).unwrap();
    assert_eq!(dearer.open(ACCOUNT, &password(1)).err(), Some(BundleError::Malformed));
    let cost = Cost { passes: 4, ..Cost::STANDARD };
    assert_eq!(dearer.open(ACCOUNT, &dearer_key(cost)).err(), Some(BundleError::NotAuthentic));
}

#[test]
fn new_password_replaces_its_slot_and_leaves_the_other() {
    let (secrets, code) = (new_secrets(), recovery());
    let bundle = KeyBundle::create(ACCOUNT, &secrets, &[&password(1), &code]).unwrap();
    let changed = bundle.clone().with_slot(&secrets, &password(2)).unwrap();
    assert_eq!(changed.revision(), 2);
    assert_eq!(changed.open(ACCOUNT, &password(1)).err(), Some(BundleError::WrongKey));
    assert!(changed.open(ACCOUNT, &password(2)).is_ok() && changed.open(ACCOUNT, &code).is_ok());
    let without = changed.without_slot(&secrets, SlotKind::Password).unwrap();
    assert_eq!((without.revision(), without.slots()), (3, vec![SlotKind::Recovery]));
    assert_eq!(without.without_slot(&secrets, SlotKind::Recovery), Err(BundleError::NoSlot));
    // Someone else's secrets change nothing.
    assert_eq!(bundle.with_slot(&new_secrets(), &password(3)).err(), Some(BundleError::OtherAccount));
}

#[test]
fn slots_of_two_bundles_cannot_be_mixed() {
    let secrets = new_secrets();
    let old = KeyBundle::create(ACCOUNT, &secrets, &[&password(1)]).unwrap();
    let new = old.clone().with_slot(&secrets, &password(2)).unwrap();
    let fields = BundleFields { slots: old.fields.slots.clone(), ..new.fields.clone() };
    let mixed = KeyBundle { fields, ..new };
    assert_eq!(mixed.open(ACCOUNT, &password(1)).err(), Some(BundleError::NotAuthentic));
    // A server cannot put in a bundle of its own: it has no slot that the password opens.
    let injected = KeyBundle::create(ACCOUNT, &new_secrets(), &[&password(3)]).unwrap();
    assert_eq!(injected.open(ACCOUNT, &password(1)).err(), Some(BundleError::WrongKey));
    assert_eq!(injected.verify(ACCOUNT, &secrets), Err(BundleError::OtherAccount));
}

#[test]
fn largest_key_bundle_fits_the_limit() {
    let mut secrets = new_secrets();
    while secrets.epochs.add_epoch().is_ok() {}
    let bundle = KeyBundle::create(ACCOUNT, &secrets, &[&password(1), &recovery()]).unwrap();
    let mut entropy = EntropyStream::new().unwrap();
    let bundle = bundle.with_newest_epoch(&secrets, &DeviceKeys::generate().unwrap(), &mut entropy).unwrap();
    let bytes = bundle.to_bytes();
    assert_eq!(bytes.len(), MAX_BUNDLE_BYTES);
    let opened = KeyBundle::parse(&bytes).unwrap().open(ACCOUNT, &password(1)).ok().unwrap();
    assert!(same(&opened.secrets, &secrets));
}

proptest! {
    #[test]
    fn parsing_arbitrary_bytes_never_panics(tail: Vec<u8>) {
        let bytes = [b"ALXK\x01\x01".as_slice(), &tail].concat();
        if let Ok(bundle) = KeyBundle::parse(&bytes) {
            prop_assert_eq!(bundle.to_bytes(), bytes);
        }
    }
}
