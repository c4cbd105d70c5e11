//! A slot opens only with its passphrase, and a changed cost is rejected before any work is done.

use super::*;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn slot() -> (LibraryKey, PassphraseSlot) {
    let key = LibraryKey::generate().unwrap();
    let slot = PassphraseSlot::seal(&key, &passphrase("caf\u{e9} au lait"), Cost::MIN).unwrap();
    (key, slot)
}

#[test]
fn slot_opens_only_with_its_passphrase() {
    let (key, slot) = slot();
    let check = |text: &str, expected: Result<(), OpenSlotError>| {
        let opened = slot.open(&passphrase(text)).map(|opened| assert!(opened.is_same(&key)));
        assert_eq!(opened, expected, "{text}");
    };
    check("caf\u{e9} au lait", Ok(()));
    // The same text composed the other way.
    check("cafe\u{301} au lait", Ok(()));
    check("cafe au lait", Err(OpenSlotError::WrongPassphrase));
    check("caf\u{e9} au lait ", Err(OpenSlotError::WrongPassphrase));
    check("", Err(OpenSlotError::WrongPassphrase));
    check(&"x".repeat(MAX_PASSPHRASE_BYTES + 1), Err(OpenSlotError::WrongPassphrase));
    assert!(slot.open(&passphrase("caf\u{e9} au lait").duplicate()).is_ok_and(|opened| opened.is_same(&key)));
}

#[test]
fn passphrases_are_compared_in_nfc() {
    let check = |one: &str, other: &str, expect| {
        assert_eq!(passphrase(one).is_same(&passphrase(other)), expect, "{one} {other}");
    };
    check("caf\u{e9}", "cafe\u{301}", true);
    check("caf\u{e9}", "cafe", false);
    check("cafe ", "cafe", false);
    check("", "", true);
}

#[test]
fn changed_slot_does_not_open() {
    let (_, slot) = slot();
    let check = |change: &dyn Fn(&mut PassphraseSlot), expected| {
        let mut changed = slot.clone();
        change(&mut changed);
        assert_eq!(changed.open(&passphrase("caf\u{e9} au lait")).err(), Some(expected));
    };
    check(&|slot| slot.salt[0] ^= 1, OpenSlotError::WrongPassphrase);
    check(&|slot| slot.cost.passes = 3, OpenSlotError::WrongPassphrase);
    check(&|slot| slot.cost.passes = 1, OpenSlotError::Cost);
    check(&|slot| slot.cost.passes = u32::MAX, OpenSlotError::Cost);
    check(&|slot| slot.cost.memory_kib = 8, OpenSlotError::Cost);
    check(&|slot| slot.cost.memory_kib = u32::MAX, OpenSlotError::Cost);
    check(&|slot| slot.cost.lanes = 0, OpenSlotError::Cost);
    check(&|slot| slot.cost.lanes = 1 << 23, OpenSlotError::Cost);
    check(&|slot| slot.envelope[90] ^= 1, OpenSlotError::Envelope(EnvelopeError::NotAuthentic));
    check(&|slot| slot.envelope.truncate(10), OpenSlotError::Envelope(EnvelopeError::Malformed));
}

#[test]
fn short_and_long_passphrases_are_rejected() {
    let key = LibraryKey::generate().unwrap();
    let check = |text: &str, cost, expected| {
        assert_eq!(PassphraseSlot::seal(&key, &passphrase(text), cost).err(), expected);
    };
    check("1234567", Cost::MIN, Some(SealSlotError::TooShort));
    check("日本語の本棚です", Cost::MIN, None);
    check(&"x".repeat(MAX_PASSPHRASE_BYTES + 1), Cost::MIN, Some(SealSlotError::TooLong));
    check("long enough", Cost { memory_kib: 1024, ..Cost::MIN }, Some(SealSlotError::Cost));
}
