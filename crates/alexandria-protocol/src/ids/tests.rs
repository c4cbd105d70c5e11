use super::*;
use crate::secret::SessionToken;

#[test]
fn id_has_one_text() {
    let text = "00ff0123456789abcdef0123456789ab";
    let id: AccountId = text.parse().unwrap();
    assert_eq!((id.to_string(), id.as_bytes()[1]), (text.to_owned(), 255));
    assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<AccountId>(&format!("\"{text}\"")).unwrap(), id);
    for wrong in ["", "00", &text.to_uppercase(), &format!("{text}00"), &text.replace('f', "g"), &"é".repeat(16)] {
        assert!(wrong.parse::<AccountId>().is_err(), "{wrong}");
    }
}

#[test]
fn secret_prints_redacted_and_is_sent_in_full() {
    let token = SessionToken::from_bytes([0xab; 32]);
    assert_eq!(format!("{token:?}"), "SessionToken(…)");
    assert_eq!(*token.expose_text(), "ab".repeat(32));
    let json = serde_json::to_string(&token).unwrap();
    assert_eq!(serde_json::from_str::<SessionToken>(&json).unwrap().expose(), token.expose());
    assert_ne!(&token.digest(), token.expose());
}
