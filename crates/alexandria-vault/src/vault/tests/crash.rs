//! Every file operation of every change fails once, and once ends the process. The library opens with the old credential or
//! the new one, and an acknowledged change persists. Once the new vault is in place, the old credential is revoked.

use super::recovery::{add_code, typed, with_code};
use super::*;
use crate::file::fault_injection::{Failure, inject};

const OLD: &str = "the old passphrase";
const NEW: &str = "the new passphrase";

/// The outcome of a change: whether it was acknowledged, and what has to open the library in that case.
struct Change {
    acknowledged: bool,
    new: Vec<Credential>,
}

/// Fails `change` at each of its operations, on a copy of what `prepare` created.
fn check(prepare: impl Fn(&Path, &FakeKeychain) -> Vec<Credential>, change: impl Fn(&Path, &FakeKeychain) -> Change) {
    let (origin, keychain) = (folder(), FakeKeychain::default());
    Vault::create(origin.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let old = prepare(origin.path(), &keychain);
    let keys = fingerprint(&Vault::unlock(origin.path(), &old[0], &keychain).ok().unwrap());
    let entries = keychain.entries();
    for failure in [Failure::Once, Failure::Crash] {
        let mut number = 0;
        loop {
            let folder_copy = folder();
            for (name, bytes) in snapshot(origin.path()) {
                fs::write(folder_copy.path().join(name), bytes).unwrap();
            }
            keychain.entries.lock().unwrap().clone_from(&entries);
            let (outcome, failed) = inject(number, failure, || change(folder_copy.path(), &keychain));
            let opens = |credentials: &[Credential]| {
                let opened = |with| Vault::unlock(folder_copy.path(), with, &keychain).ok();
                credentials.iter().all(|with| opened(with).is_some_and(|opened| fingerprint(&opened) == keys))
            };
            let context = format!("{failure:?} at {number}");
            assert!(
                opens(&outcome.new) || (!outcome.acknowledged && opens(&old)),
                "nothing opens the library: {context}"
            );
            // Whatever opens the library can change it again.
            let with = outcome.new.iter().chain(&old).find(|with| opens(std::slice::from_ref(*with)));
            add_code(folder_copy.path(), with.unwrap(), &keychain);
            if !failed {
                assert!(outcome.acknowledged, "{context}");
                break;
            }
            number += 1;
        }
        assert!(number > 5, "implausibly few operations: {number}");
    }
}

fn protect(folder: &Path, with: &Credential, protection: &Protection, keychain: &FakeKeychain) -> bool {
    Vault::protect(folder, with, protection, keychain).is_ok()
}

fn add_passphrase(folder: &Path, keychain: &FakeKeychain) {
    assert!(protect(folder, &Credential::Keychain, &Protection::Passphrase(passphrase(OLD)), keychain));
}

#[test]
fn interrupted_passphrase_change_leaves_old_or_new_passphrase() {
    check(
        |folder, keychain| {
            add_passphrase(folder, keychain);
            vec![with_passphrase(OLD)]
        },
        |folder, keychain| Change {
            acknowledged: protect(folder, &with_passphrase(OLD), &Protection::Passphrase(passphrase(NEW)), keychain),
            new: vec![with_passphrase(NEW)],
        },
    );
}

#[test]
fn interrupted_keychain_removal_or_addition_leaves_passphrase() {
    let prepare = |folder: &Path, keychain: &FakeKeychain| {
        add_passphrase(folder, keychain);
        vec![with_passphrase(OLD)]
    };
    check(prepare, |folder, keychain| Change {
        acknowledged: Vault::remove(folder, &with_passphrase(OLD), SlotKind::Keychain, keychain).is_ok(),
        new: vec![with_passphrase(OLD)],
    });
    check(
        |folder, keychain| {
            let old = prepare(folder, keychain);
            Vault::remove(folder, &old[0], SlotKind::Keychain, keychain).unwrap();
            old
        },
        |folder, keychain| Change {
            acknowledged: protect(folder, &with_passphrase(OLD), &Protection::Keychain, keychain),
            new: vec![Credential::Keychain],
        },
    );
}

#[test]
fn interrupted_confirmation_leaves_keychain_or_recovery_code() {
    check(
        |_, _| vec![Credential::Keychain],
        |folder, keychain| {
            let Ok(new) = Vault::prepare_recovery_code(folder, &Credential::Keychain, keychain) else {
                return Change { acknowledged: false, new: vec![Credential::Keychain] };
            };
            let text = typed(new.code());
            let acknowledged = Vault::confirm_recovery_code(folder, &new, text.clone()).is_ok();
            Change { acknowledged, new: vec![with_code(&text), Credential::Keychain] }
        },
    );
}

#[test]
fn interrupted_rotation_leaves_old_or_new_key() {
    check(
        |folder, keychain| vec![with_code(&add_code(folder, &Credential::Keychain, keychain)), Credential::Keychain],
        |folder, keychain| {
            let Ok(rotation) = Vault::prepare_rotation(folder, &Credential::Keychain, None, keychain) else {
                return Change { acknowledged: false, new: vec![Credential::Keychain] };
            };
            let text = typed(rotation.code().unwrap());
            let acknowledged = Vault::rotate(folder, &rotation, Some(text.clone()), keychain).is_ok();
            Change { acknowledged, new: vec![with_code(&text), Credential::Keychain] }
        },
    );
}

/// Ends the process at every operation of `change`. Once the new vault is in place, the old credential, which `prepare`
/// returns, opens nothing; and after `new` has unlocked the library, the old credential is gone from the disk, and the
/// keychain has `entries` entries.
fn check_interrupted(
    prepare: impl Fn(&Path, &FakeKeychain) -> Credential,
    change: impl Fn(&Path, &FakeKeychain),
    new: &Credential,
    entries: usize,
) {
    let mut interrupted = 0;
    for number in 0.. {
        let (folder, keychain) = (folder(), FakeKeychain::default());
        Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
        let old = prepare(folder.path(), &keychain);
        let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
        let before = read("vault");
        let ((), failed) = inject(number, Failure::Crash, || change(folder.path(), &keychain));
        let copy_status = || Vault::inspect(folder.path(), &keychain).unwrap().copy;
        let opens = |with: &Credential| Vault::unlock(folder.path(), with, &keychain).is_ok();
        if read("vault") == before {
            assert_eq!(copy_status(), CopyStatus::Same, "{number}");
            assert!(opens(&old), "{number}");
        } else {
            interrupted += usize::from(copy_status() == CopyStatus::Outdated);
            assert!(!opens(&old), "{number}");
            assert!(opens(new), "{number}");
            assert!(!opens(&old), "{number}");
            assert_eq!((read("vault.prev"), copy_status()), (read("vault"), CopyStatus::Same), "{number}");
            assert_eq!(keychain.entries().len(), entries, "{number}");
        }
        if !failed {
            break;
        }
    }
    assert!(interrupted > 3, "implausibly few interruptions: {interrupted}");
}

#[test]
fn interrupted_passphrase_change_revokes_old_passphrase() {
    check_interrupted(
        |folder, keychain| {
            add_passphrase(folder, keychain);
            with_passphrase(OLD)
        },
        |folder, keychain| {
            protect(folder, &with_passphrase(OLD), &Protection::Passphrase(passphrase(NEW)), keychain);
        },
        &with_passphrase(NEW),
        1,
    );
}

#[test]
fn interrupted_keychain_removal_revokes_slot_and_entry() {
    check_interrupted(
        |folder, keychain| {
            add_passphrase(folder, keychain);
            Credential::Keychain
        },
        |folder, keychain| drop(Vault::remove(folder, &with_passphrase(OLD), SlotKind::Keychain, keychain)),
        &with_passphrase(OLD),
        0,
    );
}

#[test]
fn interrupted_rotation_revokes_old_code_and_key() {
    check_interrupted(
        |folder, keychain| with_code(&add_code(folder, &Credential::Keychain, keychain)),
        |folder, keychain| {
            if let Ok(rotation) = Vault::prepare_rotation(folder, &Credential::Keychain, None, keychain) {
                let text = typed(rotation.code().unwrap());
                drop(Vault::rotate(folder, &rotation, Some(text), keychain));
            }
        },
        &Credential::Keychain,
        1,
    );
}

#[test]
fn interrupted_removal_waits_for_usable_keychain() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    add_passphrase(folder.path(), &keychain);
    // Simulates a power cut directly after the new vault was written.
    let before = fs::read(folder.path().join("vault")).unwrap();
    let entries = keychain.entries();
    let removed = Vault::remove(folder.path(), &with_passphrase(OLD), SlotKind::Keychain, &keychain);
    assert_eq!(removed.unwrap(), []);
    fs::write(folder.path().join("vault.prev"), before).unwrap();
    keychain.entries.lock().unwrap().clone_from(&entries);
    let copy_status = || Vault::inspect(folder.path(), &keychain).unwrap().copy;
    for error in errors().into_iter().filter(|error| *error != KeychainError::Malformed) {
        let files = snapshot(folder.path());
        keychain.set_script([Some(error); 2]);
        let opened = Vault::unlock(folder.path(), &with_passphrase(OLD), &keychain).ok().unwrap();
        keychain.set_script([Some(error); 2]);
        Vault::repair(folder.path(), &opened.unlock_record, &keychain).unwrap();
        keychain.set_script([]);
        assert_eq!((snapshot(folder.path()), keychain.entries()), (files, entries.clone()), "{error:?}");
        assert_eq!(copy_status(), CopyStatus::Outdated);
    }
    assert!(Vault::unlock(folder.path(), &with_passphrase(OLD), &keychain).is_ok());
    assert_eq!((copy_status(), keychain.entries().len()), (CopyStatus::Same, 0));
}

#[test]
fn interrupted_import_leaves_original_and_no_partial_vault() {
    let (old, keychain) = (folder(), FakeKeychain::default());
    let created = Vault::create(old.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let text = Vault::export(old.path(), &created.unlock_record).unwrap();
    for failure in [Failure::Once, Failure::Crash] {
        for number in 0.. {
            let (new, entries) = (folder(), keychain.entries());
            let import = || Vault::import(new.path(), text.as_bytes(), &Credential::Keychain, &keychain);
            let (imported, failed) = inject(number, failure, import);
            let opens = |folder: &TempDir| Vault::unlock(folder.path(), &Credential::Keychain, &keychain).is_ok();
            assert!(opens(&old), "{failure:?} at {number}");
            if imported.is_ok() {
                assert!(opens(&new), "{failure:?} at {number}");
            } else if failure == Failure::Once {
                assert_eq!(Vault::state(new.path()).unwrap(), VaultState::None, "{number}");
                assert_eq!(keychain.entries(), entries, "{number}");
            }
            if !failed {
                break;
            }
        }
    }
}

#[test]
fn interrupted_creation_can_be_repeated_or_unlocked() {
    for failure in [Failure::Once, Failure::Crash] {
        for number in 0.. {
            let (folder, keychain) = (folder(), FakeKeychain::default());
            let create = || Vault::create(folder.path(), &Protection::Keychain, &keychain);
            let (created, failed) = inject(number, failure, create);
            let keys = match (created, Vault::state(folder.path()).unwrap()) {
                // Not created: what the first attempt left does not prevent a second.
                (Err(_), VaultState::None) => fingerprint(&create().ok().unwrap()),
                (Ok(created), _) => fingerprint(&created),
                // Created, but the process ended before it could report so.
                (Err(_), _) => {
                    fingerprint(&Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap())
                }
            };
            let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
            assert_eq!(fingerprint(&opened), keys, "{failure:?} at {number}");
            if !failed {
                break;
            }
        }
    }
}
