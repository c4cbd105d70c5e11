//! The code of an account is not that of a library.

use super::*;

#[test]
fn account_code_derives_independent_secrets() {
    let code = AccountRecoveryCode::generate().unwrap();
    let typed = AccountRecoveryCode::parse(code.expose_text().to_lowercase()).ok().unwrap();
    assert!(typed.is_same(&code) && typed.slot_key().is_same(&code.slot_key()));
    assert_eq!(*typed.verifier(), *code.verifier());
    assert!(!AccountRecoveryCode::generate().unwrap().is_same(&code));
    let mut derived = [
        code.derive(b"alexandria/account-recovery-code/v1"),
        code.derive(b"alexandria/account-recovery-verifier/v1"),
        code.derive(b"alexandria/recovery-code/v1"),
    ]
    .map(|key| *key.expose());
    derived.sort_unstable();
    assert!(derived.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn library_slot_does_not_open_with_the_same_digits_of_an_account_code() {
    use crate::account::AccountRootKey;
    use crate::account::bundle::KeyBundle;
    use crate::account::secrets::AccountSecrets;
    use crate::keys::PublicationIdKey;

    let code = AccountRecoveryCode::generate().unwrap();
    let secrets = AccountSecrets::generate(&PublicationIdKey::generate().unwrap()).unwrap();
    let bundle = KeyBundle::create(&[1; 16], &secrets, &[&code.slot_key()]).unwrap();
    assert!(bundle.open(&[1; 16], &code.slot_key()).is_ok_and(|opened| opened.secrets.root.is_same(&secrets.root)));
    let with_library_label = SlotKey::new(SlotKind::Recovery, code.derive(b"alexandria/recovery-code/v1"));
    assert!(bundle.open(&[1; 16], &with_library_label).is_err());
    assert!(!AccountRootKey::generate().unwrap().is_same(&secrets.root));
}
