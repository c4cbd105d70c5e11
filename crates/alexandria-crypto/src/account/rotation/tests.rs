//! Devices that stay receive the new epoch, the revoked one does not, and old epochs stay readable.

use super::*;
use crate::account::opaque::PasswordCost;
use crate::account::record::OpenRecordError;
use crate::account::stored::{Owner, open_secrets, seal_secrets};
use crate::account::{HistoryError, SlotKey};
use crate::keys::{KeyRing, PublicationIdKey, SecretKey};

const ACCOUNT: &[u8; 16] = b"account number 1";

fn password() -> SlotKey {
    SlotKey::stretched(SecretKey::take(&mut [1; 32]), PasswordCost::STANDARD.cost())
}

struct Account {
    secrets: AccountSecrets,
    bundle: KeyBundle,
    /// The device that revokes, one that stays, and one that is revoked.
    devices: [DeviceKeys; 3],
}

fn account() -> Account {
    let secrets = AccountSecrets::generate(&PublicationIdKey::generate().unwrap()).unwrap();
    let bundle = KeyBundle::create(ACCOUNT, &secrets, &[&password()]).unwrap();
    Account { secrets, bundle, devices: [(); 3].map(|()| DeviceKeys::generate().unwrap()) }
}

#[test]
fn rotation_reaches_the_devices_that_stay_and_not_the_revoked_one() {
    let Account { mut secrets, bundle, devices: [first, stays, revoked] } = account();
    let mut on_stays = secrets.duplicate();
    let mut on_revoked = secrets.duplicate();
    let old = secrets.epochs.record_keys().seal(b"head", b"old").unwrap();
    let rotated = rotate(ACCOUNT, &mut secrets, &first, &[*stays.public_key()], bundle).unwrap();
    assert_eq!((rotated.epoch, secrets.epochs.newest(), rotated.bundle.revision()), (2, 2, 2));
    let new = secrets.epochs.record_keys().seal(b"head", b"new").unwrap();

    let [grant] = rotated.grants[..] else { panic!("one grant") };
    for _ in 0..2 {
        let accepted = accept(ACCOUNT, &mut on_stays, &stays, first.public_key(), &grant, &rotated.bundle);
        assert_eq!(accepted, Ok(2));
    }
    let keys = on_stays.epochs.record_keys();
    assert_eq!(*keys.open(2, b"head", &new).unwrap(), b"new");
    assert_eq!(*keys.open(1, b"head", &old).unwrap(), b"old");

    let stolen = accept(ACCOUNT, &mut on_revoked, &revoked, first.public_key(), &grant, &rotated.bundle);
    assert_eq!(stolen, Err(RotationError::Grant(GrantError::NotAuthentic)));
    let keys = on_revoked.epochs.record_keys();
    assert_eq!(*keys.open(1, b"head", &old).unwrap(), b"old");
    assert_eq!(keys.open(2, b"head", &new).err(), Some(OpenRecordError::UnknownEpoch { epoch: 2 }));
    // Nor do the bundle and its history help: they are sealed under what the revoked device lacks.
    let first_epoch = on_revoked.epochs.newest_secret().duplicate();
    assert!(matches!(rotated.bundle.history().open(ACCOUNT, first_epoch), Err(HistoryError::Link { .. })));
}

#[test]
fn password_opens_the_bundle_after_rotations_that_did_not_know_it() {
    let Account { mut secrets, mut bundle, devices: [first, second, _] } = account();
    for device in [&first, &second, &first] {
        bundle = rotate(ACCOUNT, &mut secrets, device, &[], bundle).unwrap().bundle;
    }
    let opened = KeyBundle::parse(&bundle.to_bytes()).unwrap().open(ACCOUNT, &password()).ok().unwrap();
    assert_eq!((opened.secrets.epochs.newest(), opened.granted_by), (4, Some(*first.public_key())));
    let sealed = secrets.epochs.record_keys().seal(b"head", b"new").unwrap();
    assert_eq!(*opened.secrets.epochs.record_keys().open(4, b"head", &sealed).unwrap(), b"new");
    // A new password seals the newest epoch itself.
    let resealed = bundle.with_slot(&secrets, &password()).unwrap();
    assert_eq!(resealed.open(ACCOUNT, &password()).ok().unwrap().granted_by, None);
}

#[test]
fn device_that_missed_rotations_catches_up_with_the_newest_grant() {
    let Account { mut secrets, mut bundle, devices: [first, stays, _] } = account();
    let mut behind = secrets.duplicate();
    let (mut grants, mut bundles) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let rotated = rotate(ACCOUNT, &mut secrets, &first, &[*stays.public_key()], bundle).unwrap();
        bundle = rotated.bundle.clone();
        grants.extend(rotated.grants);
        bundles.push(rotated.bundle);
    }
    let mut take = |grant: usize, bundle: usize| {
        accept(ACCOUNT, &mut behind, &stays, first.public_key(), &grants[grant], &bundles[bundle])
    };
    assert_eq!(take(0, 2), Err(RotationError::OtherEpoch { granted: 2, bundle: 4 }));
    assert_eq!(take(2, 2), Ok(4));
    // A server that goes back is refused, and nothing is lost.
    assert_eq!(take(1, 1), Err(RotationError::OtherEpoch { granted: 3, bundle: 3 }));
    assert_eq!(behind.epochs.newest(), 4);
}

#[test]
fn grants_are_bound_to_account_sender_and_root_key() {
    let Account { mut secrets, bundle, devices: [first, stays, other] } = account();
    let before = secrets.duplicate();
    let rotated = rotate(ACCOUNT, &mut secrets, &first, &[*stays.public_key()], bundle.clone()).unwrap();
    let grant = rotated.grants[0];
    let taken = |sender: &DeviceKeys, grant: &[u8]| {
        accept(ACCOUNT, &mut before.duplicate(), &stays, sender.public_key(), grant, &rotated.bundle).err()
    };
    assert_eq!(taken(&first, &grant), None);
    assert_eq!(taken(&other, &grant), Some(RotationError::Grant(GrantError::NotAuthentic)));
    for at in 0..grant.len() {
        let mut changed = grant;
        changed[at] ^= 1;
        assert!(taken(&first, &changed).is_some(), "{at}");
        assert!(taken(&first, &grant[..at]).is_some(), "{at}");
    }
    // Who knows every public key but not the root key cannot make one.
    let mut strangers = account().secrets;
    strangers.epochs.add_epoch().unwrap();
    let forged = super::grant(ACCOUNT, &strangers, &first, stays.public_key(), &mut EntropyStream::new().unwrap());
    assert_eq!(taken(&first, &forged.unwrap()), Some(RotationError::Grant(GrantError::NotAuthentic)));
    // A device with another second epoch refuses this one.
    let mut forked = before.duplicate();
    rotate(ACCOUNT, &mut forked, &other, &[], bundle).unwrap();
    let refused = accept(ACCOUNT, &mut forked, &stays, first.public_key(), &grant, &rotated.bundle);
    assert_eq!(refused, Err(RotationError::Bundle(HistoryError::Fork.into())));
}

#[test]
fn failed_rotation_changes_nothing() {
    let Account { mut secrets, bundle, devices: [first, ..] } = account();
    let invalid = rotate(ACCOUNT, &mut secrets, &first, &[[0; 32]], bundle.clone());
    assert_eq!(invalid, Err(RotationError::Grant(GrantError::InvalidKey)));
    let other = rotate(b"account number 2", &mut secrets, &first, &[], bundle.clone());
    assert_eq!(other, Err(RotationError::Bundle(BundleError::OtherAccount)));
    assert_eq!(secrets.epochs.newest(), 1);
    while secrets.epochs.add_epoch().is_ok() {}
    let full = rotate(ACCOUNT, &mut secrets, &first, &[], bundle);
    assert_eq!(full, Err(RotationError::Epoch(AddEpochError::TooMany)));
    assert_eq!(secrets.epochs.newest(), 256);
}

#[test]
fn all_epochs_are_stored() {
    let Account { mut secrets, .. } = account();
    secrets.epochs.add_epoch().unwrap();
    let (ring, owner) = (KeyRing::generate().unwrap(), Owner { account: *ACCOUNT, device: [2; 16] });
    let sealed = seal_secrets(&ring.account_store_key(), &owner, &secrets).unwrap();
    let opened = open_secrets(&ring.account_store_key(), &owner, &sealed).ok().unwrap();
    assert!(opened.epochs.secrets().zip(secrets.epochs.secrets()).all(|(one, two)| one.is_same(two)));
    assert_eq!(opened.epochs.newest(), 2);
}

#[test]
fn account_signing_seed_changes_with_the_epoch() {
    let Account { mut secrets, .. } = account();
    let before = secrets.epochs.account_signing_seed();
    assert_eq!(*before, *secrets.epochs.account_signing_seed());
    secrets.epochs.add_epoch().unwrap();
    assert_ne!(*before, *secrets.epochs.account_signing_seed());
}
