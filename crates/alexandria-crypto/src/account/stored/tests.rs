//! Stored secrets open for their library, account and device only.

use super::*;
use crate::keys::KeyRing;

const OWNER: Owner = Owner { account: [1; 16], device: [2; 16] };

#[test]
fn stored_secrets_open_only_for_their_library_and_owner() {
    let ring = KeyRing::generate().unwrap();
    let (key, device) = (ring.account_store_key(), DeviceKeys::generate().unwrap());
    let secrets = AccountSecrets::generate(&ring.ids).unwrap();
    let (sealed_device, sealed_secrets) =
        (seal_device(&key, &OWNER, &device).unwrap(), seal_secrets(&key, &OWNER, &secrets).unwrap());
    let opened = open_device(&key, &OWNER, &sealed_device).ok().unwrap();
    assert_eq!(
        (opened.expose_signing_seed(), opened.public_key()),
        (device.expose_signing_seed(), device.public_key())
    );
    let opened = open_secrets(&key, &OWNER, &sealed_secrets).ok().unwrap();
    assert!(opened.root.is_same(&secrets.root) && opened.ids.is_same(&ring.ids));

    let check = |key: &AccountStoreKey, owner: Owner, device: &[u8], secrets: &[u8], expect| {
        assert_eq!(open_device(key, &owner, device).err(), Some(expect));
        assert_eq!(open_secrets(key, &owner, secrets).err(), Some(expect));
    };
    let other = KeyRing::generate().unwrap().account_store_key();
    check(&other, OWNER, &sealed_device, &sealed_secrets, EnvelopeError::WrongKey);
    let (account, on_device) = (Owner { account: [9; 16], ..OWNER }, Owner { device: [9; 16], ..OWNER });
    check(&key, account, &sealed_device, &sealed_secrets, EnvelopeError::NotAuthentic);
    check(&key, on_device, &sealed_device, &sealed_secrets, EnvelopeError::NotAuthentic);
    // One in the place of the other.
    check(&key, OWNER, &sealed_secrets, &sealed_device, EnvelopeError::WrongKey);
    let truncated = (&sealed_device[..sealed_device.len() - 1], &sealed_secrets[..sealed_secrets.len() - 1]);
    check(&key, OWNER, truncated.0, truncated.1, EnvelopeError::NotAuthentic);
    check(&key, OWNER, &[], &[], EnvelopeError::Malformed);
}

#[test]
fn stored_secrets_of_the_wrong_length_are_refused() {
    let key = KeyRing::generate().unwrap().account_store_key();
    let sealed = |label, length| envelope::seal(key.expose(), label, &OWNER.context(), &vec![1; length]).unwrap();
    for length in [0, 32, 63, 65, 96] {
        let device = open_device(&key, &OWNER, &sealed(DEVICE_LABEL, length));
        assert_eq!(device.err(), Some(EnvelopeError::Malformed), "{length}");
    }
    for length in [0, 32, 64, 95, 97] {
        let secrets = open_secrets(&key, &OWNER, &sealed(SECRETS_LABEL, length));
        assert_eq!(secrets.err(), Some(EnvelopeError::Malformed), "{length}");
    }
}
