//! No two copies of a library write under one device id, whatever is copied, put back, lost or not writable; and one that
//! is simply opened again stays the device it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use alexandria_crypto::keys::DatabaseKey;
use alexandria_domain::DeviceId;
use alexandria_store::Store;
use tempfile::TempDir;

use super::claim_with;

const VAULT: DeviceId = DeviceId::from_bytes([7; 16]);

/// The state folder of all libraries that the unit tests of this process open.
pub(super) fn state_folder() -> Option<PathBuf> {
    static STATE: LazyLock<Option<TempDir>> = LazyLock::new(|| TempDir::new().ok());
    STATE.as_ref().map(|folder| folder.path().join("devices"))
}

/// Folders of copies of one library and of the state of several computers, by name.
struct Computers {
    folder: TempDir,
    key: DatabaseKey,
}

impl Computers {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), key: DatabaseKey::generate().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Opens the library in the folder `library` on the computer whose state folder is `computer`, and closes it.
    fn open(&self, library: &str, computer: &str) -> DeviceId {
        self.open_as(library, computer, VAULT)
    }

    fn open_as(&self, library: &str, computer: &str, vault_device: DeviceId) -> DeviceId {
        fs::create_dir_all(self.path(library)).unwrap();
        let store = Store::open(&self.path(library), &self.key).unwrap();
        let device = claim_with(&store, vault_device, Some(&self.path(computer))).unwrap();
        assert_eq!(store.device_claim().unwrap().unwrap().device, device, "recorded");
        device
    }

    fn copy(&self, from: &str, to: &str) {
        let _replaced = fs::remove_dir_all(self.path(to));
        fs::create_dir_all(self.path(to)).unwrap();
        for entry in fs::read_dir(self.path(from)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), self.path(to).join(entry.file_name())).unwrap();
        }
    }

    /// The marks on a computer.
    fn marks(&self, computer: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path(computer)).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.file_name().unwrap().len() == 32).collect()
    }
}

#[test]
fn a_library_that_is_opened_again_stays_the_device_it_was() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    for _ in 0..3 {
        assert_eq!(computers.open("a", "here"), device);
    }
    // Moved, it is still the one copy.
    fs::rename(computers.path("a"), computers.path("b")).unwrap();
    assert_eq!(computers.open("b", "here"), device);
}

#[test]
fn a_folder_copied_to_another_computer_is_another_device_there() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    computers.copy("a", "b");
    let other = computers.open("b", "there");
    assert_ne!(other, device);
    assert_eq!((computers.open("a", "here"), computers.open("b", "there")), (device, other));
    // A database of an old version names no device: two copies of it are two devices from the first.
    fs::create_dir(computers.path("old")).unwrap();
    drop(Store::open(&computers.path("old"), &computers.key).unwrap());
    computers.copy("old", "old copy");
    assert_ne!(computers.open("old", "here"), computers.open("old copy", "there"));
}

#[test]
fn two_copies_on_one_computer_are_two_devices() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    computers.copy("a", "b");
    assert_eq!(computers.open("a", "here"), device);
    let other = computers.open("b", "here");
    assert_ne!(other, device);
    for _ in 0..2 {
        assert_eq!((computers.open("a", "here"), computers.open("b", "here")), (device, other));
    }
    // Whichever is opened first goes on as the device; the other becomes a new one.
    computers.copy("a", "c");
    assert_eq!(computers.open("c", "here"), device);
    assert!(![device, other].contains(&computers.open("a", "here")));
}

#[test]
fn an_older_copy_that_is_put_back_is_a_new_device() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    computers.copy("a", "older");
    assert_eq!(computers.open("a", "here"), device);
    computers.copy("older", "a");
    assert_ne!(computers.open("a", "here"), device);
}

#[test]
fn an_account_copied_with_its_marks_is_another_computer() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    computers.copy("a", "b");
    computers.copy("here", "there");
    assert_ne!(computers.open("b", "there"), device);
    assert_eq!(computers.open("a", "here"), device);
}

#[test]
fn a_restored_library_is_a_new_device() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    computers.copy("a", "restored");
    // A restore gives the vault a new device, and the database is the copy that the backup holds.
    let restored = computers.open_as("restored", "here", DeviceId::from_bytes([8; 16]));
    assert_ne!(restored, device);
    assert_eq!(
        (computers.open("a", "here"), computers.open_as("restored", "here", DeviceId::from_bytes([8; 16]))),
        (device, restored)
    );
}

#[test]
fn a_lost_or_unreadable_mark_makes_a_new_device() {
    let check = |what: &str, harm: fn(&Path)| {
        let computers = Computers::new();
        let device = computers.open("a", "here");
        let marks = computers.marks("here");
        let [mark] = marks.as_slice() else { panic!("{what}: {marks:?}") };
        harm(mark);
        let other = computers.open("a", "here");
        assert_ne!(other, device, "{what}");
        // If the file can be written again, that is all.
        assert_eq!(computers.open("a", "here"), other, "{what}");
    };
    check("lost", |mark| fs::remove_file(mark).unwrap());
    check("the whole folder", |mark| fs::remove_dir_all(mark.parent().unwrap()).unwrap());
    check("empty", |mark| fs::write(mark, "").unwrap());
    check("no text", |mark| fs::write(mark, [0xff, 0xfe]).unwrap());
    check("of another version", |mark| {
        let text = fs::read_to_string(mark).unwrap();
        fs::write(mark, text.replace("mark 1", "mark 2")).unwrap();
    });
    check("of another computer", |mark| {
        let text = fs::read_to_string(mark).unwrap();
        fs::write(mark, text.replace("machine ", "machine 0")).unwrap();
    });
    check("a folder", |mark| {
        fs::remove_file(mark).unwrap();
        fs::create_dir(mark).unwrap();
    });
}

#[test]
fn where_no_mark_can_be_written_every_session_is_a_new_device() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    computers.copy("a", "older");
    // The state folder is a file, as one that may not be written is refused.
    fs::write(computers.path("nowhere"), "").unwrap();
    let (first, second) = (computers.open("a", "nowhere"), computers.open("a", "nowhere"));
    assert!(first != device && second != device && first != second);
    let store = Store::open(&computers.path("a"), &computers.key).unwrap();
    assert!(![device, first, second].contains(&claim_with(&store, VAULT, None).unwrap()), "nor without a home");
    drop(store);
    assert_ne!(computers.open("a", "here"), device);
    // An older copy with the first device goes on as that one: nobody else is it any more.
    assert_eq!(computers.open("older", "here"), device);
}

#[test]
fn a_claim_interrupted_between_its_steps_is_resumed() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    let store = Store::open(&computers.path("a"), &computers.key).unwrap();
    let last = store.device_claim().unwrap().unwrap();
    let next = alexandria_store::DeviceClaim { token: [3; 16], ..last };
    let both =
        || super::MarkFolder::lock(&computers.path("here")).unwrap().write(device, &[last.token, next.token]).unwrap();
    // Killed after the mark was written, and after the database was.
    both();
    drop(store);
    assert_eq!(computers.open("a", "here"), device);
    let store = Store::open(&computers.path("a"), &computers.key).unwrap();
    both();
    store.set_device_claim(&next).unwrap();
    drop(store);
    assert_eq!(computers.open("a", "here"), device);
    // From then on both tokens are of older copies.
    let store = Store::open(&computers.path("a"), &computers.key).unwrap();
    store.set_device_claim(&next).unwrap();
    drop(store);
    assert_ne!(computers.open("a", "here"), device);
}

#[test]
fn copies_that_are_opened_at_once_are_different_devices() {
    let computers = Computers::new();
    let device = computers.open("a", "here");
    for _ in 0..4 {
        computers.copy("a", "b");
        let [one, other] = std::thread::scope(|scope| {
            ["a", "b"]
                .map(|library| scope.spawn(|| computers.open(library, "here")))
                .map(|opened| opened.join().unwrap())
        });
        assert_ne!(one, other);
    }
    assert!(computers.marks("here").iter().any(|mark| mark.ends_with(device.to_string())));
}

#[cfg(unix)]
#[test]
fn marks_are_readable_by_their_owner_only_and_hold_no_name() {
    use std::os::unix::fs::PermissionsExt;
    let computers = Computers::new();
    computers.open("a", "here");
    assert_eq!(fs::metadata(computers.path("here")).unwrap().permissions().mode() & 0o777, 0o700);
    for mark in computers.marks("here") {
        let text = fs::read_to_string(mark).unwrap();
        assert!(!text.contains('/') && !text.contains(&DeviceId::from_bytes([7; 16]).to_string()), "{text}");
    }
}
