//! A recovery code opens the library once it has been typed back, and not before.

use alexandria_crypto::recovery::RecoveryCode;
use alexandria_domain::{CodedError, ErrorCode};

use super::*;

/// The shown code, as a person types it back.
pub(super) fn typed(code: &RecoveryCode) -> String {
    code.expose_text().to_lowercase()
}

pub(super) fn with_code(text: &str) -> Credential {
    Credential::RecoveryCode(RecoveryCode::parse(text.to_owned()).unwrap())
}

/// Gives the vault a recovery code, and returns it.
pub(super) fn add_code(folder: &Path, credential: &Credential, keychain: &Fake) -> String {
    let new = Vault::prepare_recovery_code(folder, credential, keychain).ok().unwrap();
    let text = typed(new.code());
    assert_eq!(Vault::confirm_recovery_code(folder, &new, text.clone()).unwrap(), []);
    text
}

fn made() -> (TempDir, Fake, Unlocked) {
    let (folder, keychain) = (folder(), Fake::default());
    let made = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    (folder, keychain, made)
}

#[test]
fn a_code_opens_a_library_whose_keychain_is_gone() {
    let (folder, keychain, made) = made();
    let code = add_code(folder.path(), &Credential::Keychain, &keychain);
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain, SlotKind::RecoveryCode]));
    // Another machine: the keychain has no such entry, and gets it.
    let elsewhere = Fake::default();
    let opened = Vault::unlock(folder.path(), &with_code(&code), &elsewhere).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&made));
    Vault::protect(folder.path(), &with_code(&code), &Protection::Keychain, &elsewhere).unwrap();
    assert_eq!(elsewhere.entries(), keychain.entries());
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &elsewhere).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&made));
}

#[test]
fn a_code_is_of_no_use_before_it_is_typed_back() {
    let (folder, keychain, _) = made();
    let before = snapshot(folder.path());
    let new = Vault::prepare_recovery_code(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    let text = typed(new.code());
    let unlocked = Vault::unlock(folder.path(), &with_code(&text), &keychain).err();
    assert!(matches!(unlocked, Some(UnlockError::NoSlot)));
    let other = typed(&RecoveryCode::generate().unwrap());
    let check = |reentry: &str, expected: fn(&ProtectError) -> bool| {
        let error = Vault::confirm_recovery_code(folder.path(), &new, reentry.to_owned()).unwrap_err();
        assert!(expected(&error), "{reentry}: {error:?}");
        assert_eq!(error.code(), ErrorCode::WrongRecoveryCode);
        assert_eq!(snapshot(folder.path()), before);
    };
    check("", |error| matches!(error, ProtectError::Mistyped(_)));
    check(&text.replace('-', "").split_off(1), |error| matches!(error, ProtectError::Mistyped(_)));
    check(&other, |error| matches!(error, ProtectError::ReentryDiffers));
    // And then it is typed right.
    Vault::confirm_recovery_code(folder.path(), &new, text.clone()).unwrap();
    assert!(Vault::unlock(folder.path(), &with_code(&text), &keychain).is_ok());
}

#[test]
fn a_new_code_replaces_the_old_everywhere() {
    let (folder, keychain, _) = made();
    let old = add_code(folder.path(), &Credential::Keychain, &keychain);
    let new = add_code(folder.path(), &with_code(&old), &keychain);
    for remaining in ["vault", "vault.prev"] {
        let failed = Vault::unlock(folder.path(), &with_code(&old), &keychain).err();
        assert!(matches!(failed, Some(UnlockError::WrongRecoveryCode)), "{remaining}");
        assert!(Vault::unlock(folder.path(), &with_code(&new), &keychain).is_ok(), "{remaining}");
        fs::remove_file(folder.path().join("vault")).ok();
    }
}

#[test]
fn a_code_made_for_an_older_vault_is_refused() {
    let (folder, keychain, _) = made();
    let prepare = || Vault::prepare_recovery_code(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    let (first, second) = (prepare(), prepare());
    Vault::confirm_recovery_code(folder.path(), &first, typed(first.code())).unwrap();
    let before = snapshot(folder.path());
    let refused = Vault::confirm_recovery_code(folder.path(), &second, typed(second.code()));
    assert!(matches!(refused, Err(ProtectError::Changed)));
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn no_code_without_a_credential() {
    let (folder, keychain, _) = made();
    let refused = Vault::prepare_recovery_code(folder.path(), &with_passphrase("a guess or two"), &keychain).err();
    assert!(matches!(refused, Some(ProtectError::Unlock(UnlockError::NoSlot))));
}
