//! A package opens for the device, the sender and the enrolment that it was sealed for, and nowhere else.

use super::*;
use crate::account::SlotKey;
use crate::account::opaque::PasswordCost;
use crate::account::rotation;
use crate::keys::{PublicationIdKey, SecretKey};

const CONTEXT: EnrolmentContext = EnrolmentContext { account: [1; 16], enrolment: [2; 16], transcript: [3; 32] };

fn account() -> (AccountSecrets, KeyBundle) {
    let secrets = AccountSecrets::generate(&PublicationIdKey::generate().unwrap()).unwrap();
    let key = SlotKey::stretched(SecretKey::take(&mut [1; 32]), PasswordCost::STANDARD.cost());
    let bundle = KeyBundle::create(&CONTEXT.account, &secrets, &[&key]).unwrap();
    (secrets, bundle)
}

fn device() -> DeviceKeys {
    DeviceKeys::generate().unwrap()
}

#[test]
fn enrolment_package_opens_only_for_its_device_sender_and_transcript() {
    let (secrets, bundle) = account();
    let (old, new) = (device(), device());
    let package = seal(&CONTEXT, &old, new.public_key(), &secrets).unwrap();
    assert_eq!(package.len(), PACKAGE_LEN);
    let check =
        |context: EnrolmentContext, device: &DeviceKeys, sender: &DeviceKeys, expect: Option<EnrolmentError>| {
            let opened = open(&context, device, sender.public_key(), &package, &bundle);
            assert_eq!(opened.map(|opened| assert!(opened.root.is_same(&secrets.root))).err(), expect);
        };
    check(CONTEXT, &new, &old, None);
    let refused = Some(EnrolmentError::NotAuthentic);
    check(CONTEXT, &device(), &old, refused);
    check(CONTEXT, &new, &device(), refused);
    check(EnrolmentContext { account: [9; 16], ..CONTEXT }, &new, &old, refused);
    check(EnrolmentContext { enrolment: [9; 16], ..CONTEXT }, &new, &old, refused);
    check(EnrolmentContext { transcript: [9; 32], ..CONTEXT }, &new, &old, refused);
}

#[test]
fn changed_enrolment_package_is_refused() {
    let (secrets, bundle) = account();
    let (old, new) = (device(), device());
    let package = seal(&CONTEXT, &old, new.public_key(), &secrets).unwrap();
    let opened = |package: &[u8]| open(&CONTEXT, &new, old.public_key(), package, &bundle).err();
    for at in 0..package.len() {
        let mut changed = package.clone();
        changed[at] ^= 1;
        assert!(opened(&changed).is_some(), "{at}");
        assert!(opened(&package[..at]).is_some(), "{at}");
    }
    assert_eq!(opened(&[&package[..], b"0"].concat()), Some(EnrolmentError::Malformed));
    assert_eq!(opened(&[&[2][..], &package[1..]].concat()), Some(EnrolmentError::NewerVersion));
    assert_eq!(seal(&CONTEXT, &old, &[0; 32], &secrets), Err(EnrolmentError::InvalidKey));
}

#[test]
fn new_device_reads_older_epochs_and_refuses_another_bundle() {
    let (mut secrets, bundle) = account();
    let (old, new) = (device(), device());
    let sealed = secrets.epochs.record_keys().seal(b"head", b"before").unwrap();
    let stale = bundle.clone();
    let rotated = rotation::rotate(&CONTEXT.account, &mut secrets, &old, &[], bundle).unwrap();
    let package = seal(&CONTEXT, &old, new.public_key(), &secrets).unwrap();
    let opened = open(&CONTEXT, &new, old.public_key(), &package, &rotated.bundle).ok().unwrap();
    assert_eq!(*opened.epochs.record_keys().open(1, b"head", &sealed).unwrap(), b"before");
    // A server that shows the bundle from before the rotation, or one of another account.
    let with = |bundle: &KeyBundle| open(&CONTEXT, &new, old.public_key(), &package, bundle).err();
    assert_eq!(with(&stale), Some(HistoryError::WrongLength.into()));
    assert!(matches!(with(&account().1), Some(EnrolmentError::Bundle(_))));
}
