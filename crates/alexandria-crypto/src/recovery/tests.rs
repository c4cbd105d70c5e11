//! Codes parse as people type them, typing errors are detected, and only the right code opens a slot.

use proptest::prelude::*;

use super::*;

fn code(secret: [u8; 26]) -> RecoveryCode {
    RecoveryCode::from_secret_digits(&secret.map(|byte| byte & 31))
}

fn parse(text: &str) -> Result<RecoveryCode, InvalidRecoveryCode> {
    RecoveryCode::parse(text.to_owned())
}

fn counting() -> RecoveryCode {
    code(std::array::from_fn(|at| u8::try_from(at).unwrap()))
}

#[test]
fn recovery_code_parses_as_people_type_it() {
    let shown = counting().expose_text().to_string();
    assert_eq!(shown.len(), 34);
    assert!(shown.starts_with("0123-4567-89AB-CDEF-GHJK-MNPQ-RS"), "{shown}");
    let check = |text: String| assert!(parse(&text).is_ok_and(|read| read.is_same(&counting())), "{text}");
    check(shown.clone());
    check(shown.to_lowercase());
    check(shown.replace('-', ""));
    check(shown.replace('-', " "));
    check(shown.replace('-', "\u{2013}"));
    check(format!("  {}\r\n", shown.replace('-', "\n")));
    check(shown.replace('0', "O"));
    check(shown.replace('0', "o"));
    check(shown.replacen('1', "I", 1));
    check(shown.replacen('1', "l", 1));
    assert!(counting().duplicate().is_same(&counting()));
}

#[test]
fn invalid_recovery_codes_have_distinct_errors() {
    let shown = counting().expose_text().to_string();
    let check = |text: &str, expected| assert_eq!(parse(text).err(), Some(expected), "{text}");
    check("", InvalidRecoveryCode::Length);
    check(shown.strip_suffix(|_| true).unwrap(), InvalidRecoveryCode::Length);
    check(&format!("{shown}0"), InvalidRecoveryCode::Length);
    check(&shown.replace('M', "U"), InvalidRecoveryCode::Character);
    check(&shown.replace('M', "\u{e9}"), InvalidRecoveryCode::Character);
    check(&shown.replace('M', "N"), InvalidRecoveryCode::Checksum);
    check(&"A".repeat(1 << 20), InvalidRecoveryCode::Length);
}

#[test]
fn recovery_codes_are_random() {
    let mut all: Vec<String> =
        (0..500).map(|_| RecoveryCode::generate().unwrap().expose_secret_digits().to_string()).collect();
    // Every digit occurs: 13,000 draws of 32.
    let seen: std::collections::BTreeSet<char> = all.iter().flat_map(|code| code.chars()).collect();
    assert_eq!(seen.len(), 32);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 500);
}

proptest! {
    #[test]
    fn recovery_code_round_trips(secret: [u8; 26]) {
        let generated = code(secret);
        prop_assert!(parse(&generated.expose_text()).is_ok_and(|parsed| parsed.is_same(&generated)));
    }

    #[test]
    fn check_digits_detect_one_or_two_wrong_digits(
        secret: [u8; 26], first in 0_usize..28, second in 0_usize..28, by in 1_u8..32, by_too in 1_u8..32
    ) {
        let text = code(secret).expose_text().replace('-', "");
        let alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut digits: Vec<usize> = text.chars().map(|digit| alphabet.find(digit).unwrap()).collect();
        let written = |digits: &[usize]| digits.iter().map(|at| alphabet.chars().nth(*at).unwrap()).collect::<String>();
        digits[first] ^= usize::from(by);
        prop_assert_eq!(parse(&written(&digits)).err(), Some(InvalidRecoveryCode::Checksum));
        if first != second {
            digits[second] ^= usize::from(by_too);
            prop_assert_eq!(parse(&written(&digits)).err(), Some(InvalidRecoveryCode::Checksum));
        }
    }

    #[test]
    fn check_digits_detect_transposed_digits(secret: [u8; 26], first in 0_usize..28, second in 0_usize..28) {
        let mut digits: Vec<char> = code(secret).expose_text().replace('-', "").chars().collect();
        let differ = digits[first] != digits[second];
        digits.swap(first, second);
        let read = parse(&digits.into_iter().collect::<String>());
        prop_assert_eq!(read.err(), differ.then_some(InvalidRecoveryCode::Checksum));
    }

    #[test]
    fn parsing_arbitrary_text_never_panics(text: String) {
        if let Ok(read) = parse(&text) {
            prop_assert!(parse(&read.expose_text()).is_ok());
        }
    }
}

#[test]
fn slot_opens_only_with_its_recovery_code() {
    let (key, code) = (LibraryKey::generate().unwrap(), RecoveryCode::generate().unwrap());
    let slot = RecoverySlot::seal(&key, &code).unwrap();
    assert!(slot.open(&code).is_ok_and(|opened| opened.is_same(&key)));
    let other = RecoveryCode::generate().unwrap();
    assert_eq!(slot.open(&other).err(), Some(OpenRecoveryError::WrongCode));
    // Sealing the same key again gives another envelope.
    assert_ne!(RecoverySlot::seal(&key, &code).unwrap(), slot);
}

#[test]
fn changed_slot_does_not_open() {
    let (key, code) = (LibraryKey::generate().unwrap(), RecoveryCode::generate().unwrap());
    let slot = RecoverySlot::seal(&key, &code).unwrap();
    for at in 0..slot.envelope.len() {
        let mut changed = slot.clone();
        changed.envelope[at] ^= 1;
        assert!(changed.open(&code).is_err(), "{at}");
        changed.envelope.truncate(at);
        assert!(changed.open(&code).is_err(), "{at}");
    }
    // An envelope with another label is not a recovery slot, even under the same secret.
    let other_kind = envelope::seal(sealing_key(&code).expose(), b"alexandria/other/v1", &[], key.expose()).unwrap();
    assert!(RecoverySlot { envelope: other_kind }.open(&code).is_err());
}
