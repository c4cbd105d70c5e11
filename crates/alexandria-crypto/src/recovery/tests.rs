//! Codes survive being typed by people; errors are found; only the right code opens a slot.

use proptest::prelude::*;

use super::*;

fn code(secret: [u8; 26]) -> RecoveryCode {
    RecoveryCode::of_secret(&secret.map(|byte| byte & 31))
}

fn parse(text: &str) -> Result<RecoveryCode, NotARecoveryCode> {
    RecoveryCode::parse(text.to_owned())
}

fn counting() -> RecoveryCode {
    code(std::array::from_fn(|at| u8::try_from(at).unwrap()))
}

#[test]
fn a_code_is_read_the_way_people_type_it() {
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
    assert!(counting().again().is_same(&counting()));
}

#[test]
fn what_is_no_code_says_why() {
    let shown = counting().expose_text().to_string();
    let check = |text: &str, expected| assert_eq!(parse(text).err(), Some(expected), "{text}");
    check("", NotARecoveryCode::Length);
    check(shown.strip_suffix(|_| true).unwrap(), NotARecoveryCode::Length);
    check(&format!("{shown}0"), NotARecoveryCode::Length);
    check(&shown.replace('M', "U"), NotARecoveryCode::Character);
    check(&shown.replace('M', "\u{e9}"), NotARecoveryCode::Character);
    check(&shown.replace('M', "N"), NotARecoveryCode::Mistyped);
    check(&"A".repeat(1 << 20), NotARecoveryCode::Length);
}

#[test]
fn codes_are_random() {
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
    fn every_code_reads_back(secret: [u8; 26]) {
        let made = code(secret);
        prop_assert!(parse(&made.expose_text()).is_ok_and(|read| read.is_same(&made)));
    }

    #[test]
    fn every_error_of_one_or_two_digits_is_found(
        secret: [u8; 26], first in 0_usize..28, second in 0_usize..28, by in 1_u8..32, by_too in 1_u8..32
    ) {
        let text = code(secret).expose_text().replace('-', "");
        let alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut digits: Vec<usize> = text.chars().map(|digit| alphabet.find(digit).unwrap()).collect();
        let written = |digits: &[usize]| digits.iter().map(|at| alphabet.chars().nth(*at).unwrap()).collect::<String>();
        digits[first] ^= usize::from(by);
        prop_assert_eq!(parse(&written(&digits)).err(), Some(NotARecoveryCode::Mistyped));
        if first != second {
            digits[second] ^= usize::from(by_too);
            prop_assert_eq!(parse(&written(&digits)).err(), Some(NotARecoveryCode::Mistyped));
        }
    }

    #[test]
    fn every_exchange_of_two_digits_is_found(secret: [u8; 26], first in 0_usize..28, second in 0_usize..28) {
        let mut digits: Vec<char> = code(secret).expose_text().replace('-', "").chars().collect();
        let differ = digits[first] != digits[second];
        digits.swap(first, second);
        let read = parse(&digits.into_iter().collect::<String>());
        prop_assert_eq!(read.err(), differ.then_some(NotARecoveryCode::Mistyped));
    }

    #[test]
    fn no_text_is_too_strange_to_be_refused(text: String) {
        if let Ok(read) = parse(&text) {
            prop_assert!(parse(&read.expose_text()).is_ok());
        }
    }
}

#[test]
fn only_the_right_code_opens_a_slot() {
    let (key, code) = (LibraryKey::generate().unwrap(), RecoveryCode::generate().unwrap());
    let slot = RecoverySlot::seal(&key, &code).unwrap();
    assert!(slot.open(&code).is_ok_and(|opened| opened.is_same(&key)));
    let other = RecoveryCode::generate().unwrap();
    assert_eq!(slot.open(&other).err(), Some(OpenRecoveryError::WrongCode));
    // Sealed anew, the same key looks different.
    assert_ne!(RecoverySlot::seal(&key, &code).unwrap(), slot);
}

#[test]
fn a_changed_slot_does_not_open() {
    let (key, code) = (LibraryKey::generate().unwrap(), RecoveryCode::generate().unwrap());
    let slot = RecoverySlot::seal(&key, &code).unwrap();
    for at in 0..slot.envelope.len() {
        let mut changed = slot.clone();
        changed.envelope[at] ^= 1;
        assert!(changed.open(&code).is_err(), "{at}");
        changed.envelope.truncate(at);
        assert!(changed.open(&code).is_err(), "{at}");
    }
    // A slot of another kind is not a recovery slot, even under the same secret.
    let passed_off = envelope::seal(sealing_key(&code).expose(), b"alexandria/other/v1", &[], key.expose()).unwrap();
    assert!(RecoverySlot { envelope: passed_off }.open(&code).is_err());
}
