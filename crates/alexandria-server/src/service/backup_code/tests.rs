use super::*;

const KEY: [u8; 32] = [3; 32];

#[test]
fn other_code_account_or_key_has_another_hash() {
    let stored = hash(&KEY, b"account", "ABCD-EFGH-0123-4567");
    for (key, account, code) in [
        (&KEY, &b"account"[..], "ABCD-EFGH-0123-4568"),
        (&KEY, b"other", "ABCD-EFGH-0123-4567"),
        (&[4; 32], b"account", "ABCD-EFGH-0123-4567"),
    ] {
        assert_ne!(hash(key, account, code), stored, "{code}");
    }
    for same in ["abcd-efgh-0123-4567", "ABCDEFGH01234567", " abcd efgh o123 4567", "ABCD-EFGH-OI23-4567"] {
        assert_eq!(hash(&KEY, b"account", same), stored, "{same}");
    }
}

#[test]
fn generated_code_has_sixteen_characters_of_the_alphabet() {
    let code = generate().unwrap();
    assert_eq!(code.len(), 19);
    assert!(code.bytes().all(|byte| byte == b'-' || ALPHABET.contains(&byte)), "{code}");
    assert_ne!(generate().unwrap(), code);
}
