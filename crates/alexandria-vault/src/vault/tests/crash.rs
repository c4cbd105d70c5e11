//! Every file operation of every change fails once, and once ends the process: the old way opens the library, or the
//! new one does, and what was acknowledged stays.

use super::recovery::{add_code, typed, with_code};
use super::*;
use crate::file::fault::{Failure, inject};

const OLD: &str = "the old passphrase";
const NEW: &str = "the new passphrase";

/// What a change leaves: whether it was acknowledged, and what has to open the library if so.
struct Change {
    acknowledged: bool,
    new: Vec<Credential>,
}

/// Fails `change` at every operation there is, on a fresh copy of what `prepare` made.
fn check(prepare: impl Fn(&Path, &Fake) -> Vec<Credential>, change: impl Fn(&Path, &Fake) -> Change) {
    let (origin, keychain) = (folder(), Fake::default());
    Vault::create(origin.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let old = prepare(origin.path(), &keychain);
    let keys = fingerprint(&Vault::unlock(origin.path(), &old[0], &keychain).ok().unwrap());
    let entries = keychain.entries();
    for failure in [Failure::Once, Failure::Crash] {
        let mut number = 0;
        loop {
            let world = folder();
            for (name, bytes) in snapshot(origin.path()) {
                fs::write(world.path().join(name), bytes).unwrap();
            }
            keychain.entries.lock().unwrap().clone_from(&entries);
            let (done, failed) = inject(number, failure, || change(world.path(), &keychain));
            let opens = |credentials: &[Credential]| {
                let opened = |with| Vault::unlock(world.path(), with, &keychain).ok();
                credentials.iter().all(|with| opened(with).is_some_and(|opened| fingerprint(&opened) == keys))
            };
            let place = format!("{failure:?} at {number}");
            assert!(opens(&done.new) || (!done.acknowledged && opens(&old)), "nothing opens it: {place}");
            // And it can be changed again, by whoever opens it.
            let with = done.new.iter().chain(&old).find(|with| opens(std::slice::from_ref(*with)));
            add_code(world.path(), with.unwrap(), &keychain);
            if !failed {
                assert!(done.acknowledged, "{place}");
                break;
            }
            number += 1;
        }
        assert!(number > 5, "too few operations to be true: {number}");
    }
}

fn protect(folder: &Path, with: &Credential, protection: &Protection, keychain: &Fake) -> bool {
    Vault::protect(folder, with, protection, keychain).is_ok()
}

fn add_passphrase(folder: &Path, keychain: &Fake) {
    assert!(protect(folder, &Credential::Keychain, &Protection::Passphrase(passphrase(OLD)), keychain));
}

#[test]
fn a_changed_passphrase() {
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
fn a_removed_keychain_and_one_that_comes_back() {
    let prepare = |folder: &Path, keychain: &Fake| {
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
fn a_confirmed_recovery_code() {
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
fn a_rotated_key() {
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

#[test]
fn a_new_vault() {
    for failure in [Failure::Once, Failure::Crash] {
        for number in 0.. {
            let (folder, keychain) = (folder(), Fake::default());
            let create = || Vault::create(folder.path(), &Protection::Keychain, &keychain);
            let (made, failed) = inject(number, failure, create);
            let keys = match (made, Vault::state(folder.path()).unwrap()) {
                // Not made: a second try is not in the way of what is left of the first.
                (Err(_), VaultState::None) => fingerprint(&create().ok().unwrap()),
                (Ok(made), _) => fingerprint(&made),
                // Made, and the process ended before it could say so.
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
