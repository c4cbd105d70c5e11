//! Key bundles of accounts: one encoding, bounded, and none opens but those that were sealed.

use alexandria_crypto::account::bundle::{KeyBundle, MAX_BUNDLE_BYTES};
use alexandria_crypto::account::recovery::AccountRecoveryCode;

/// Of the frozen vectors, as are the seeds.
const ACCOUNT: [u8; 16] = *b"\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20";
const CODE: &str = "1CQ2-DR3E-S4FT-5GV6-HW7J-X8KY-9MAQ";
const SEALED: [&[u8]; 2] = [
    include_bytes!("../../../../fuzz/corpus/key_bundle/created"),
    include_bytes!("../../../../fuzz/corpus/key_bundle/rotated"),
];

pub(super) fn check(bytes: &[u8]) {
    let Ok(bundle) = KeyBundle::parse(bytes) else {
        assert!(!SEALED.contains(&bytes), "a sealed bundle is refused");
        return;
    };
    assert!(bytes.len() <= MAX_BUNDLE_BYTES);
    assert_eq!(bundle.to_bytes(), bytes, "two encodings of one bundle");
    let Ok(code) = AccountRecoveryCode::parse(CODE.to_owned()) else { return };
    let opened = bundle.open(&ACCOUNT, &code.slot_key()).is_ok();
    assert_eq!(opened, SEALED.contains(&bytes), "a changed bundle opens, or a sealed one does not");
}
