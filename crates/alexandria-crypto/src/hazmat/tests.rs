//! Published vectors, and the record that shows no nonce is used twice.

use std::cell::RefCell;

use super::*;

type Use = ([u8; 32], [u8; NONCE_LEN]);

thread_local! {
    static USES: RefCell<Vec<Use>> = const { RefCell::new(Vec::new()) };
}

/// Remembers which nonces this thread sealed with under one key.
pub(super) struct Record {
    key: [u8; 32],
}

impl Record {
    pub(super) fn of(key: &[u8; 32]) -> Self {
        Self { key: *key }
    }

    pub(super) fn sealed(&self, nonce: &[u8; NONCE_LEN]) {
        USES.with_borrow_mut(|uses| uses.push((self.key, *nonce)));
    }
}

#[test]
fn aes_gcm_gives_the_published_values() {
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
fn buffers_of_the_wrong_size_are_refused_and_failures_release_nothing() {
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
fn no_nonce_is_used_twice_under_one_key() {
    use std::io::Write;

    use crate::blob::BlobWriter;
    use crate::chunked;
    use crate::keys::{KeyRing, LibraryKey};
    use crate::passphrase::{Cost, Passphrase, PassphraseSlot};

    USES.take();
    let ring = KeyRing::generate().unwrap();
    let library = LibraryKey::generate().unwrap();
    let plain = vec![7; 3 * chunked::CHUNK_LEN + 5];
    let passphrase = Passphrase::new("correct horse battery".into());
    // The same key, id and plaintext again and again: only the salts keep them apart.
    for _ in 0..200 {
        chunked::seal(&ring.index, &[0; 16], &plain[..100]).unwrap();
        ring.wrap(&library, b"").unwrap();
    }
    for _ in 0..4 {
        chunked::seal(&ring.index, &[0; 16], &plain).unwrap();
        let mut writer = BlobWriter::new(Vec::new(), &ring.blobs, &[0; 16]).unwrap();
        plain.chunks(999).for_each(|piece| writer.write_all(piece).unwrap());
        writer.finish().unwrap();
    }
    PassphraseSlot::seal(&library, &passphrase, Cost::FLOOR).unwrap();
    PassphraseSlot::seal(&library, &passphrase, Cost::FLOOR).unwrap();

    check_uses(2 * 200 + 4 * (4 + 4) + 2);
}

/// This thread has sealed so many times since the record was emptied, and never twice with one key and nonce.
fn check_uses(count: usize) {
    let mut uses = USES.take();
    assert_eq!(uses.len(), count);
    uses.sort_unstable();
    uses.dedup();
    assert_eq!(uses.len(), count, "a pair of key and nonce was used again");
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

    USES.take();
    USES.with_borrow_mut(|uses| uses.reserve(1_000_000));
    // One key, one id, one plaintext: whatever differs was drawn or counted by the code that seals.
    let key = IndexKey::generate().unwrap();
    let mut sealed = [0; 4 + TAG_LEN];
    // The cipher of a file as the sealer makes it, without the sealer's room for a chunk: wiping that is what takes time.
    for _ in 0..FILES {
        let (cipher, _header) = FileCipher::create(key.content(), &[0; 16]).unwrap();
        cipher.seal_chunk(0, true, b"same", &mut sealed).unwrap();
    }
    for _ in 0..CHUNKED {
        let (cipher, _header) = FileCipher::create(key.content(), &[0; 16]).unwrap();
        cipher.seal_chunk(0, false, b"same", &mut sealed).unwrap();
        cipher.seal_chunk(1, false, b"same", &mut sealed).unwrap();
        cipher.seal_chunk_in_place(2, true, &mut sealed).unwrap();
    }
    for _ in 0..WHOLE {
        chunked::seal(&key, &[0; 16], b"same").unwrap();
    }
    for _ in 0..ENVELOPES {
        envelope::seal(key.content().secret(), b"label", b"context", b"same").unwrap();
    }
    check_uses(1_000_000);
}
