//! Published test vectors, and a log of key and nonce pairs which shows that none is repeated.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};

use super::*;

/// Key, nonce, and the hash of additional data and plaintext.
type Usage = ([u8; 32], [u8; NONCE_LEN], u64);

thread_local! {
    static USAGES: RefCell<Vec<Usage>> = const { RefCell::new(Vec::new()) };
}

/// Logs the nonces that this thread seals with under one key.
pub(super) struct UsageLog {
    key: [u8; 32],
}

impl UsageLog {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self { key: *key }
    }

    pub(super) fn record(&self, nonce: &[u8; NONCE_LEN], aad: &[u8], plain: &[u8]) {
        let mut hasher = std::hash::DefaultHasher::new();
        (aad, plain).hash(&mut hasher);
        USAGES.with_borrow_mut(|usages| usages.push((self.key, *nonce, hasher.finish())));
    }
}

#[test]
fn mac_matches_published_vectors() {
    // RFC 4231, test case 1, whose key is shorter: HMAC pads it with zeros.
    let mut key = [0; 32];
    key[..20].fill(0x0b);
    let expected = 0xb034_4c61_d8db_3853_5ca8_afce_af0b_f12b_u128;
    assert_eq!(mac(&key, &[b"Hi ", b"There"])[..16], expected.to_be_bytes());
}

#[test]
fn aes_gcm_matches_published_vectors() {
    // McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 and 14.
    let check = |plain: &[u8], sealed: &[u8]| {
        let key = AeadKey::new(&[0; 32]);
        let mut out = vec![0; sealed.len()];
        key.seal(&[0; 12], &[], plain, &mut out).unwrap();
        assert_eq!(out, sealed);
        let mut back = vec![0xff; plain.len()];
        key.open(&[0; 12], &[], sealed, &mut back).unwrap();
        assert_eq!(back, plain);
    };
    check(&[], &0x530f_8afb_c745_36b9_a963_b4f1_c4cb_738b_u128.to_be_bytes());
    check(
        &[0; 16],
        &[
            0xcea7_403d_4d60_6b6e_074e_c5d3_baf3_9d18_u128.to_be_bytes(),
            0xd0d1_c8a7_9999_6bf0_265b_98b5_d48a_b919_u128.to_be_bytes(),
        ]
        .concat(),
    );
}

#[test]
fn aead_rejects_wrong_buffer_sizes_and_releases_no_plaintext() {
    let key = AeadKey::new(&[1; 32]);
    let mut sealed = [0; 5 + TAG_LEN];
    assert_eq!(key.seal(&[0; 12], &[], b"hello", &mut sealed[..20]), Err(AeadError));
    key.seal(&[1; 12], &[], b"hello", &mut sealed).unwrap();
    assert_eq!(key.open(&[1; 12], &[], &sealed, &mut [0; 4]), Err(AeadError));
    assert_eq!(key.open(&[1; 12], &[], &sealed[..15], &mut [0; 0]), Err(AeadError));
    let mut plain = [0x55; 5];
    assert_eq!(key.open(&[1; 12], b"other", &sealed, &mut plain), Err(AeadError));
    assert_eq!(plain, [0x55; 5]);
}

#[test]
fn no_nonce_is_repeated_under_one_key() {
    use std::io::Write;

    use crate::blob::BlobWriter;
    use crate::chunked;
    use crate::keys::{KeyRing, LibraryKey};
    use crate::passphrase::{Cost, Passphrase, PassphraseSlot};

    USAGES.take();
    let ring = KeyRing::generate().unwrap();
    let library = LibraryKey::generate().unwrap();
    let plain = vec![7; 3 * chunked::CHUNK_LEN + 5];
    let passphrase = Passphrase::new("correct horse battery".into());
    // Key, id and plaintext are the same every time: only the salts differ.
    for _ in 0..200 {
        chunked::seal(&ring.index, &[0; 16], &plain[..100]).unwrap();
        ring.wrap(&library, b"").unwrap();
    }
    for _ in 0..4 {
        chunked::seal(&ring.index, &[0; 16], &plain).unwrap();
        let mut writer = BlobWriter::new(Vec::new(), &ring.blobs, &[0; 16]).unwrap();
        plain.chunks(999).for_each(|part| writer.write_all(part).unwrap());
        writer.finish().unwrap();
    }
    PassphraseSlot::seal(&library, &passphrase, Cost::MIN).unwrap();
    PassphraseSlot::seal(&library, &passphrase, Cost::MIN).unwrap();

    check_usages(2 * 200 + 4 * (4 + 4) + 2);
}

#[test]
fn no_nonce_meets_two_texts_in_an_account() {
    use crate::account::{AccountRootKey, Epochs};
    use crate::blob::cloud::CloudBlob;
    use crate::chunked::CHUNK_LEN;

    USAGES.take();
    let (epochs, names) = (Epochs::generate().unwrap(), AccountRootKey::generate().unwrap().blob_names());
    let (records, snapshots) = (epochs.record_keys(), epochs.snapshot_keys());
    // The same frame and number again and again, as after a restored backup.
    for number in 0..200_u8 {
        records.seal(b"head", &[number]).unwrap();
        records.seal(b"head", b"same").unwrap();
        snapshots.seal(&[0; 16], &[number]).unwrap();
    }
    check_usages(600);
    // Blobs that differ in one byte, at the same length; each is sealed twice, in parts of different sizes.
    for number in 0..20 {
        let mut text = vec![0; 2 * CHUNK_LEN + 9];
        text[number * 6000] = 1;
        for part in [1 << 16, 12_345] {
            let mut blob = CloudBlob::new(text.as_slice(), &epochs.blob_keys(), &names).unwrap();
            let (mut buffer, mut offset) = (vec![0; part], 0);
            while offset < blob.sealed_len() {
                offset += blob.read_sealed(offset, &mut buffer).unwrap() as u64;
            }
        }
    }
    let mut usages = USAGES.take();
    usages.sort_unstable();
    usages.dedup();
    assert_eq!(usages.len(), 20 * 3, "sealing again seals the same text");
    usages.dedup_by_key(|(key, nonce, _text)| (*key, *nonce));
    assert_eq!(usages.len(), 20 * 3, "a pair of key and nonce met two texts");
}

/// Asserts that this thread has sealed `count` times since the log was cleared, never twice with one key and nonce.
fn check_usages(count: usize) {
    let mut usages = USAGES.take();
    assert_eq!(usages.len(), count);
    usages.sort_unstable();
    usages.dedup_by_key(|(key, nonce, _text)| (*key, *nonce));
    assert_eq!(usages.len(), count, "a pair of key and nonce was repeated");
}

#[test]
fn a_million_seals_repeat_no_nonce_under_one_key() {
    use crate::chunked;
    use crate::envelope;
    use crate::format::FileCipher;
    use crate::keys::IndexKey;

    const FILES: usize = 600_000;
    const CHUNKED: usize = 100_000;
    const WHOLE: usize = 20_000;
    const ENVELOPES: usize = 80_000;

    USAGES.take();
    USAGES.with_borrow_mut(|usages| usages.reserve(1_000_000));
    // Key, id and plaintext are constant, so that only the salts and counters of the sealing code differ.
    let key = IndexKey::generate().unwrap();
    let mut sealed = [0; 4 + TAG_LEN];
    // Without the sealer, whose chunk buffer would take most of the time to wipe.
    for _ in 0..FILES {
        let (cipher, _header) = FileCipher::create(key.content().newest(), &[0; 16]).unwrap();
        cipher.seal_chunk(0, true, b"same", &mut sealed).unwrap();
    }
    for _ in 0..CHUNKED {
        let (cipher, _header) = FileCipher::create(key.content().newest(), &[0; 16]).unwrap();
        cipher.seal_chunk(0, false, b"same", &mut sealed).unwrap();
        cipher.seal_chunk(1, false, b"same", &mut sealed).unwrap();
        cipher.seal_chunk_in_place(2, true, &mut sealed).unwrap();
    }
    for _ in 0..WHOLE {
        chunked::seal(&key, &[0; 16], b"same").unwrap();
    }
    for _ in 0..ENVELOPES {
        envelope::seal(key.content().newest().secret(), b"label", b"context", b"same").unwrap();
    }
    check_usages(1_000_000);
}
