use super::*;
use crate::devices::SealingPublicKey;
use crate::ids::{AccountId, EnrolmentId};
use crate::samples;
use crate::secret::EnrolmentSecret;

fn keys(seed: u8) -> EnrolmentKeys {
    EnrolmentKeys {
        signing_key: samples::key(seed).public_key(),
        sealing_key: SealingPublicKey::from_bytes([seed; 32]),
    }
}

fn transcript() -> Transcript {
    Transcript {
        account: samples::account(),
        enrolment: EnrolmentId::from_bytes([0xe0; 16]),
        new_device: samples::device(2),
        old_device: samples::device(1),
        new_keys: keys(2),
        opening: Opening::from_bytes([0x77; 32]),
        nonce: AnswerNonce::from_bytes([0x99; 32]),
        old_keys: keys(1),
    }
}

#[test]
fn commitment_opens_with_its_keys_and_number_only() {
    let (enrolment, opening) = (EnrolmentId::from_bytes([1; 16]), Opening::from_bytes([2; 32]));
    let commitment = keys(3).commit(enrolment, &opening);
    assert!(keys(3).opens(enrolment, &opening, &commitment));
    assert!(!keys(4).opens(enrolment, &opening, &commitment));
    assert!(!keys(3).opens(EnrolmentId::from_bytes([2; 16]), &opening, &commitment));
    assert!(!keys(3).opens(enrolment, &Opening::from_bytes([3; 32]), &commitment));
    let half = EnrolmentKeys { sealing_key: keys(4).sealing_key, ..keys(3) };
    assert!(!half.opens(enrolment, &opening, &commitment));
}

#[test]
fn digits_and_seal_differ_with_everything_that_was_exchanged() {
    let base = transcript();
    let others = [
        Transcript { account: AccountId::from_bytes([0; 16]), ..base },
        Transcript { enrolment: EnrolmentId::from_bytes([0; 16]), ..base },
        Transcript { new_device: samples::device(9), ..base },
        Transcript { old_device: samples::device(9), ..base },
        Transcript { new_keys: keys(9), ..base },
        Transcript { opening: Opening::from_bytes([0; 32]), ..base },
        Transcript { nonce: AnswerNonce::from_bytes([0; 32]), ..base },
        Transcript { old_keys: keys(9), ..base },
    ];
    for other in others {
        // Seven digits can agree by chance; these do not.
        assert_ne!(other.digits(), base.digits(), "{other:?}");
        assert_ne!(other.seal_info(), base.seal_info());
    }
    assert_eq!(transcript().digits(), base.digits());
}

/// Trap 20 of the sync design: a relay that may choose its keys after it saw the other side's finds keys for any digits; a
/// relay that committed before has one guess. Fewer digits here, so that the search is short.
#[test]
fn relay_that_did_not_commit_finds_keys_for_the_digits_that_it_wants() {
    let shown = |transcript: &Transcript| transcript.digits().to_string().split_off(5);
    let wanted = shown(&transcript());
    let forged = |number: u32| {
        let mut nonce = [0; 32];
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        Transcript { new_keys: keys(66), nonce: AnswerNonce::from_bytes(nonce), ..transcript() }
    };
    let hit = (0..20_000).find(|number| shown(&forged(*number)) == wanted);
    assert!(hit.is_some(), "the search itself works");
    // With the commitment, the forged keys would have to open what was sent before the nonce was known.
    let sent = keys(66).commit(transcript().enrolment, &Opening::from_bytes([1; 32]));
    assert!(!keys(67).opens(transcript().enrolment, &Opening::from_bytes([1; 32]), &sent));
}

#[test]
fn digits_are_read_as_people_type_them() {
    let check = |text: &str, expect: Option<&str>| {
        let read = text.parse::<Digits>().ok().map(|digits| digits.to_string());
        assert_eq!(read.as_deref(), expect, "{text:?}");
    };
    check("123 4567", Some("123 4567"));
    check("1234567", Some("123 4567"));
    check(" 000-0001\n", Some("000 0001"));
    check("123456", None);
    check("12345678", None);
    check("99999999999999999999", None);
    check("123456x", None);
    check("", None);
    check("١٢٣٤٥٦٧", None);
    let shown = transcript().digits();
    assert_eq!(shown.to_string().parse::<Digits>().unwrap(), shown);
    assert_eq!(format!("{shown:?}"), "Digits(…)");
}

#[test]
fn qr_payload_is_read_as_it_was_written() {
    let payload = QrPayload {
        enrolment: EnrolmentId::from_bytes([0xe1; 16]),
        device: samples::device(7),
        keys: keys(7).hash(EnrolmentId::from_bytes([0xe1; 16])),
        secret: EnrolmentSecret::from_bytes([0xcd; 32]),
    };
    let text = payload.expose_text();
    // The alphanumeric mode of QR codes.
    let is_dense = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || "$%*+-./: ".contains(c);
    assert!(text.chars().all(is_dense), "{}", *text);
    let read: QrPayload = text.parse().unwrap();
    assert_eq!((read.enrolment, read.device, read.keys), (payload.enrolment, payload.device, payload.keys));
    assert_eq!(read.secret.expose(), payload.secret.expose());
    assert!(!format!("{read:?}").contains("cdcd"));

    let check = |text: &str, expect: ParseQrError| assert_eq!(text.parse::<QrPayload>().unwrap_err(), expect, "{text}");
    check("", ParseQrError::Other);
    check("https://example.org", ParseQrError::Other);
    check(&text.replace("ENROL:1", "ENROL:2"), ParseQrError::Newer);
    check(&text.replace("ENROL:1", "ENROL:x"), ParseQrError::Other);
    check(&format!("{}:AA", *text), ParseQrError::Other);
    check(text.split_at(text.len() - 1).0, ParseQrError::Other);
    check(&"ALX-ENROL:1:".repeat(100), ParseQrError::Other);
}
