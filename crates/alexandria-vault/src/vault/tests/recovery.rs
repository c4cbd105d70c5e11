//! A recovery code unlocks the library only after it has been re-entered.

use alexandria_crypto::recovery::RecoveryCode;
use alexandria_domain::{CodedError, ErrorCode};

use super::*;

/// The displayed code, as a person types it.
pub(super) fn typed(code: &RecoveryCode) -> String {
    code.expose_text().to_lowercase()
}

pub(super) fn with_code(text: &str) -> Credential {
    Credential::RecoveryCode(RecoveryCode::parse(text.to_owned()).unwrap())
}

/// Adds a recovery code to the vault and returns it.
pub(super) fn add_code(folder: &Path, credential: &Credential, keychain: &FakeKeychain) -> String {
    let new = Vault::prepare_recovery_code(folder, credential, keychain).ok().unwrap();
    let text = typed(new.code());
    assert_eq!(Vault::confirm_recovery_code(folder, &new, text.clone()).unwrap(), []);
    text
}

fn new_vault() -> (TempDir, FakeKeychain, Unlocked) {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    (folder, keychain, created)
}

#[test]
fn recovery_code_unlocks_when_keychain_is_lost() {
    let (folder, keychain, created) = new_vault();
    let code = add_code(folder.path(), &Credential::Keychain, &keychain);
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain, SlotKind::RecoveryCode]));
    // On another machine the keychain has no such entry, and gets it.
    let elsewhere = FakeKeychain::default();
    let opened = Vault::unlock(folder.path(), &with_code(&code), &elsewhere).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&created));
    Vault::protect(folder.path(), &with_code(&code), &Protection::Keychain, &elsewhere).unwrap();
    assert_eq!(elsewhere.entries(), keychain.entries());
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &elsewhere).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&created));
}

#[test]
fn recovery_code_is_invalid_before_reentry() {
    let (folder, keychain, _) = new_vault();
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
    check("", |error| matches!(error, ProtectError::InvalidReentry(_)));
    check(&text.replace('-', "").split_off(1), |error| matches!(error, ProtectError::InvalidReentry(_)));
    check(&other, |error| matches!(error, ProtectError::ReentryMismatch));
    // Then it is typed correctly.
    Vault::confirm_recovery_code(folder.path(), &new, text.clone()).unwrap();
    assert!(Vault::unlock(folder.path(), &with_code(&text), &keychain).is_ok());
}

#[test]
fn new_recovery_code_replaces_old_in_vault_and_copy() {
    let (folder, keychain, _) = new_vault();
    let old = add_code(folder.path(), &Credential::Keychain, &keychain);
    let new = add_code(folder.path(), &with_code(&old), &keychain);
    for file in ["vault", "vault.prev"] {
        let failed = Vault::unlock(folder.path(), &with_code(&old), &keychain).err();
        assert!(matches!(failed, Some(UnlockError::WrongRecoveryCode)), "{file}");
        assert!(Vault::unlock(folder.path(), &with_code(&new), &keychain).is_ok(), "{file}");
        fs::remove_file(folder.path().join("vault")).ok();
    }
}

#[test]
fn recovery_code_for_changed_vault_is_rejected() {
    let (folder, keychain, _) = new_vault();
    let prepare = || Vault::prepare_recovery_code(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    let (first, second) = (prepare(), prepare());
    Vault::confirm_recovery_code(folder.path(), &first, typed(first.code())).unwrap();
    let before = snapshot(folder.path());
    let rejected = Vault::confirm_recovery_code(folder.path(), &second, typed(second.code()));
    assert!(matches!(rejected, Err(ProtectError::ConcurrentChange)));
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn recovery_code_requires_a_credential() {
    let (folder, keychain, _) = new_vault();
    let rejected = Vault::prepare_recovery_code(folder.path(), &with_passphrase("a guess or two"), &keychain).err();
    assert!(matches!(rejected, Some(ProtectError::Unlock(UnlockError::NoSlot))));
}
