//! The real keychain of a Linux session: gnome-keyring on a private bus, and sessions that have none.
//!
//! The bus comes from the environment, and a process has one keychain. Each test therefore runs in a child process: it starts its
//! own binary again, in the session it needs, for that test only.

use std::fs;
use std::path::Path;
use std::process::Command;

use alexandria_crypto::passphrase::Passphrase;
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_tests_skip::{Requirement, skip};

use super::*;
use crate::{
    CreateError, Credential, KeychainStatus, ProtectError, Protection, SlotKind, UnlockError, Vault, VaultState,
};

/// Set in the child process: the folder in which the test may write.
const HOME: &str = "ALEXANDRIA_TEST_KEYCHAIN_HOME";

/// The session of the child process.
enum Session {
    /// A bus with gnome-keyring, unlocked.
    Unlocked,
    /// A bus with gnome-keyring, locked and without anyone to answer a prompt.
    Locked,
    /// A bus without a Secret Service.
    BusOnly,
    /// No bus.
    None,
}

/// Starts an unlocked gnome-keyring.
const UNLOCK: &str = "printf %s test | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

/// Waits until the bus knows the keyring, which reports earlier that it has started.
const WAIT: &str = "for try in $(seq 200); do dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true && break; sleep 0.1; done";

/// In the child process: runs `body`. Otherwise: runs the test `name` in a child process within `session`.
fn in_session(session: &Session, name: &str, body: impl FnOnce(&Path)) {
    if let Some(home) = std::env::var_os(HOME) {
        return body(Path::new(&home));
    }
    let missing = |program| Command::new(program).arg("--version").output().is_err();
    if !matches!(session, Session::None) && (missing("dbus-run-session") || missing("gnome-keyring-daemon")) {
        skip(Requirement::Keyring, "no dbus-run-session or no gnome-keyring-daemon");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    // A bus without folders of service files, so that it starts no program by itself.
    let quiet_bus = home.path().join("bus.conf");
    fs::write(&quiet_bus, BUS).unwrap();
    let unlock = format!("{UNLOCK} && {WAIT} && exec \"$@\"");
    let start = format!("gnome-keyring-daemon --start --components=secrets >/dev/null && {WAIT} && exec \"$@\"");
    let mut child = match session {
        Session::None => Command::new(&this),
        Session::BusOnly | Session::Locked | Session::Unlocked => {
            let mut child = Command::new("dbus-run-session");
            child.arg("--config-file").arg(&quiet_bus).arg("--");
            match session {
                Session::Unlocked => drop(child.args(["sh", "-c", &unlock, "sh"])),
                Session::Locked => drop(child.args(["sh", "-c", &start, "sh"])),
                Session::BusOnly | Session::None => {}
            }
            child.arg(&this);
            child
        }
    };
    child.args(["--exact", &format!("keychain::os::tests::session::{name}"), "--nocapture"]).env(HOME, home.path());
    for variable in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
        child.env(variable, home.path());
    }
    for variable in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL"] {
        child.env_remove(variable);
    }
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    // A child process that found no test of that name would also succeed.
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

fn library_folder(home: &Path) -> std::path::PathBuf {
    let folder = home.join("library");
    fs::create_dir(&folder).unwrap();
    folder
}

#[test]
fn library_unlocks_from_gnome_keyring() {
    in_session(&Session::Unlocked, "library_unlocks_from_gnome_keyring", |home| {
        let (folder, keychain) = (library_folder(home), OsKeychain::new());
        let created =
            Vault::create(&folder, &Protection::Keychain, &keychain).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(Vault::state(&folder).unwrap(), VaultState::Locked { slots: vec![SlotKind::Keychain] });
        let before = fs::read(folder.join("vault")).unwrap();

        // Another handle, as another process would have.
        let opened =
            Vault::unlock(&folder, &Credential::Keychain, &OsKeychain::new()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(*opened.keys.database.expose_raw_key_pragma(), *created.keys.database.expose_raw_key_pragma());
        assert_eq!((opened.device, opened.library), (created.device, created.library));

        let account = created.library.iter().fold(String::from("library-"), |text, byte| text + &format!("{byte:02x}"));
        keychain.delete(&account).unwrap();
        assert_eq!(keychain.delete(&account), Err(KeychainError::NoEntry));
        let failed = Vault::unlock(&folder, &Credential::Keychain, &keychain).err().unwrap();
        assert!(matches!(failed, UnlockError::Keychain(KeychainError::NoEntry)));
        assert_eq!(failed.code(), ErrorCode::Locked);
        let failed = Vault::create(&folder, &Protection::Keychain, &keychain).err().unwrap();
        assert!(matches!(failed, CreateError::Exists));
        assert_eq!(fs::read(folder.join("vault")).unwrap(), before);
    });
}

/// Without a keychain nothing is created, and no fallback stores the key.
fn assert_nothing_is_created(home: &Path) {
    let folder = library_folder(home);
    let failed = Vault::create(&folder, &Protection::Keychain, &OsKeychain::new()).err().unwrap();
    assert!(matches!(failed, CreateError::Keychain(KeychainError::Unavailable)), "{failed:?}");
    assert_eq!(failed.code(), ErrorCode::KeychainUnavailable);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    assert_eq!(Vault::state(&folder).unwrap(), VaultState::None);
    // A fallback store would report that it has no such entry.
    assert_eq!(OsKeychain::new().get(ACCOUNT).err(), Some(KeychainError::Unavailable));
}

#[test]
fn rotated_key_gets_its_own_keyring_entry() {
    in_session(&Session::Unlocked, "rotated_key_gets_its_own_keyring_entry", |home| {
        let (folder, keychain) = (library_folder(home), OsKeychain::new());
        let created =
            Vault::create(&folder, &Protection::Keychain, &keychain).unwrap_or_else(|error| panic!("{error}"));
        let account = created.library.iter().fold(String::from("library-"), |text, byte| text + &format!("{byte:02x}"));
        let old = keychain.get(&account).unwrap_or_else(|error| panic!("{error}"));
        let with = Credential::Keychain;
        let rotation =
            Vault::prepare_rotation(&folder, &with, None, &keychain).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(Vault::rotate(&folder, &rotation, None, &keychain).unwrap(), []);
        assert_eq!(keychain.get(&account).err(), Some(KeychainError::NoEntry));
        let opened = Vault::unlock(&folder, &with, &OsKeychain::new()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(*opened.keys.database.expose_raw_key_pragma(), *created.keys.database.expose_raw_key_pragma());
        // The old key opens nothing, even in its old entry.
        keychain.set(&account, &old, Box::new(|| false)).unwrap();
        let inspection = Vault::inspect(&folder, &keychain).unwrap();
        assert_eq!(inspection.keychain, KeychainStatus::HasKey);
    });
}

#[test]
fn keychain_is_unavailable_without_a_bus() {
    in_session(&Session::None, "keychain_is_unavailable_without_a_bus", assert_nothing_is_created);
}

#[test]
fn keychain_is_unavailable_on_a_bus_without_secret_service() {
    in_session(&Session::BusOnly, "keychain_is_unavailable_on_a_bus_without_secret_service", assert_nothing_is_created);
}

#[test]
fn keychain_started_after_the_program_is_found() {
    in_session(&Session::BusOnly, "keychain_started_after_the_program_is_found", |home| {
        assert_nothing_is_created(home);
        let started = Command::new("sh").args(["-c", &format!("{UNLOCK} && {WAIT}")]).status().unwrap();
        assert!(started.success());
        let (folder, keychain) = (home.join("library"), OsKeychain::new());
        let created =
            Vault::create(&folder, &Protection::Keychain, &keychain).unwrap_or_else(|error| panic!("{error}"));
        let again = Vault::unlock(&folder, &Credential::Keychain, &keychain).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((again.device, again.library), (created.device, created.library));
    });
}

#[test]
fn locked_keyring_prevents_creation_and_passphrase_works() {
    in_session(&Session::Locked, "locked_keyring_prevents_creation_and_passphrase_works", |home| {
        let folder = library_folder(home);
        let keychain = OsKeychain { timeout: Duration::from_secs(2), ..OsKeychain::new() };
        // It has no entry and cannot store one; whether it reports that or waits for a prompt depends on its version.
        let is_locked = |error: KeychainError| {
            let fits = matches!(error, KeychainError::Locked | KeychainError::Unavailable | KeychainError::TimedOut);
            assert!(fits, "{error:?}");
        };
        let failed = Vault::create(&folder, &Protection::Keychain, &keychain).err().unwrap();
        let CreateError::Keychain(error) = failed else { panic!("{failed:?}") };
        is_locked(error);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);

        let passphrase = || Passphrase::new("the way out".to_owned());
        let created = Vault::create(&folder, &Protection::Passphrase(passphrase()), &keychain).ok().unwrap();
        let before = fs::read(folder.join("vault")).unwrap();
        let with = Credential::Passphrase(passphrase());
        let failed = Vault::protect(&folder, &with, &Protection::Keychain, &keychain).err().unwrap();
        let ProtectError::Keychain(error) = failed else { panic!("{failed:?}") };
        is_locked(error);
        assert_eq!(fs::read(folder.join("vault")).unwrap(), before);
        let opened = Vault::unlock(&folder, &with, &keychain).ok().unwrap();
        assert_eq!(opened.library, created.library);
    });
}
