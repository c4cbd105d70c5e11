//! Every file operation of every change fails once, and once ends the process: the old way opens the library, or the
//! new one does, and what was acknowledged stays. Where the new one does, the old way is finished with.

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

/// Ends the process at every operation of `change`. Wherever the new vault was in place, the old way, which `prepare`
/// gives, opens nothing from then on; and when `new` has opened the library, nothing of it is left on disk, and in the
/// keychain as many entries as there have to be.
fn check_cut_short(
    prepare: impl Fn(&Path, &Fake) -> Credential,
    change: impl Fn(&Path, &Fake),
    new: &Credential,
    entries: usize,
) {
    let mut cut_short = 0;
    for number in 0.. {
        let (folder, keychain) = (folder(), Fake::default());
        Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
        let old = prepare(folder.path(), &keychain);
        let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
        let before = read("vault");
        let ((), failed) = inject(number, Failure::Crash, || change(folder.path(), &keychain));
        let standing = || Vault::inspect(folder.path(), &keychain).unwrap().copy;
        let opens = |with: &Credential| Vault::unlock(folder.path(), with, &keychain).is_ok();
        if read("vault") == before {
            assert_eq!(standing(), CopyStanding::Same, "{number}");
            assert!(opens(&old), "{number}");
        } else {
            cut_short += usize::from(standing() == CopyStanding::Earlier);
            assert!(!opens(&old), "{number}");
            assert!(opens(new), "{number}");
            assert!(!opens(&old), "{number}");
            assert_eq!((read("vault.prev"), standing()), (read("vault"), CopyStanding::Same), "{number}");
            assert_eq!(keychain.entries().len(), entries, "{number}");
        }
        if !failed {
            break;
        }
    }
    assert!(cut_short > 3, "too few to be true: {cut_short}");
}

#[test]
fn a_passphrase_that_was_being_changed_opens_nothing() {
    check_cut_short(
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
fn a_keychain_that_was_being_removed_opens_nothing_and_keeps_nothing() {
    check_cut_short(
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
fn a_code_and_a_key_that_were_being_replaced_are_of_no_use() {
    check_cut_short(
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
fn a_removal_waits_for_a_keychain_that_cannot_be_used() {
    let (folder, keychain) = (folder(), Fake::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    add_passphrase(folder.path(), &keychain);
    // As a power cut leaves it that hits when the new vault is in place, and nothing else is done.
    let before = fs::read(folder.path().join("vault")).unwrap();
    let entries = keychain.entries();
    let made = Vault::remove(folder.path(), &with_passphrase(OLD), SlotKind::Keychain, &keychain);
    assert_eq!(made.unwrap(), []);
    fs::write(folder.path().join("vault.prev"), before).unwrap();
    keychain.entries.lock().unwrap().clone_from(&entries);
    let standing = || Vault::inspect(folder.path(), &keychain).unwrap().copy;
    for error in errors().into_iter().filter(|error| *error != KeychainError::Malformed) {
        let files = snapshot(folder.path());
        keychain.then([Some(error); 2]);
        let opened = Vault::unlock(folder.path(), &with_passphrase(OLD), &keychain).ok().unwrap();
        keychain.then([Some(error); 2]);
        Vault::mend(folder.path(), &opened.witness, &keychain).unwrap();
        keychain.then([]);
        assert_eq!((snapshot(folder.path()), keychain.entries()), (files, entries.clone()), "{error:?}");
        assert_eq!(standing(), CopyStanding::Earlier);
    }
    assert!(Vault::unlock(folder.path(), &with_passphrase(OLD), &keychain).is_ok());
    assert_eq!((standing(), keychain.entries().len()), (CopyStanding::Same, 0));
}

#[test]
fn an_adopted_vault() {
    let (old, keychain) = (folder(), Fake::default());
    let made = Vault::create(old.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let text = Vault::copy(old.path(), &made.witness).unwrap();
    for failure in [Failure::Once, Failure::Crash] {
        for number in 0.. {
            let (new, entries) = (folder(), keychain.entries());
            let adopt = || Vault::adopt(new.path(), text.as_bytes(), &Credential::Keychain, &keychain);
            let (adopted, failed) = inject(number, failure, adopt);
            let opens = |folder: &TempDir| Vault::unlock(folder.path(), &Credential::Keychain, &keychain).is_ok();
            assert!(opens(&old), "{failure:?} at {number}");
            if adopted.is_ok() {
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
