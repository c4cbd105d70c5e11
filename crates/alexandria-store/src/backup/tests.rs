//! Backups come back whole, go on after any interruption, and are refused if a byte of them is wrong.

use std::cell::Cell;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alexandria_crypto::keys::{BlobKeys, KeyRing};
use alexandria_domain::op::Membership;
use proptest::prelude::*;
use tempfile::TempDir;

use super::format::{CONTENTS, DATABASE, FRAME_LEN, HEAD_LEN, read_frame};
use super::{Backup, BackupError, BackupSummary, Contents, Entry, Monitor, Source, Stage, write};
use crate::fixture::{id, insert, membership};
use crate::{BlobStore, FILE_NAME, Store};

const VAULT: &[u8] = b"{\"what\": \"opens it\"}";
const BOOKS: u8 = 5;

/// A library of five books with files, and a place for its backups.
struct TestFiles {
    folder: TempDir,
    ring: KeyRing,
    store: Store,
    blobs: BlobStore,
}

fn file_of(number: u8) -> Vec<u8> {
    b"zyxcanary ".repeat(100 * usize::from(number) * usize::from(number) * 10)
}

impl TestFiles {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let ring = KeyRing::generate().ok().unwrap();
        let library = folder.path().join("library");
        fs::create_dir(&library).unwrap();
        let store = Store::open(&library, &ring.database).unwrap();
        let blobs = BlobStore::open(&library, BlobKeys::generate().ok().unwrap()).unwrap();
        for number in 1..=BOOKS {
            insert(&store, number, &["sea and qwvcanary", "more"]).unwrap();
            blobs.put(&id(number), file_of(number).as_slice()).unwrap();
        }
        store.apply(&[membership(9, BOOKS, Membership::Bin)]).unwrap();
        Self { folder, ring, store, blobs }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn back_up_with(&self, vault: &[u8], replace: bool, monitor: &Monitor) -> Result<BackupSummary, BackupError> {
        let key = self.ring.backup_key();
        let source = Source { store: &self.store, blobs: &self.blobs, key: &key, vault, now_ms: 77 };
        write(&source, &self.path("backup"), replace, monitor)
    }

    fn back_up(&self) -> Result<BackupSummary, BackupError> {
        self.back_up_with(VAULT, false, &Monitor::none())
    }

    /// Where the file of a book lies.
    fn file(&self, number: u8) -> PathBuf {
        let name = id(number).to_string();
        self.path("library/blobs").join(name.get(..2).unwrap()).join(name)
    }

    fn part(&self) -> PathBuf {
        self.path("backup.part")
    }

    /// What the backup says when all of it is read.
    fn verify(&self, path: &Path) -> Result<Contents, BackupError> {
        Backup::open(path)?.verify(&self.ring.backup_key(), &Monitor::none())
    }

    fn check_restored(&self, expect: &[u8]) {
        let (place, key) = (TempDir::new().unwrap(), self.ring.backup_key());
        let blobs = BlobStore::open(place.path(), BlobKeys::generate().ok().unwrap()).unwrap();
        let backup = Backup::open(&self.path("backup")).unwrap();
        assert_eq!(backup.vault(), VAULT);
        let contents = backup.extract(&key, place.path(), &blobs, &Monitor::none()).unwrap();
        assert_eq!(contents.created_ms, 77);
        let store = Store::open(place.path(), &self.ring.database).unwrap();
        assert_eq!(store.check().unwrap().problems, Vec::<String>::new());
        assert_eq!(store.totals().unwrap(), self.store.totals().unwrap());
        assert_eq!(store.publication(&id(BOOKS)).unwrap(), self.store.publication(&id(BOOKS)).unwrap());
        assert_eq!(blobs.list().unwrap(), expect.iter().map(|number| id(*number)).collect::<Vec<_>>());
        for number in expect {
            let mut bytes = Vec::new();
            blobs.read(&id(*number)).unwrap().read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes, file_of(*number));
        }
    }
}

/// Stops after so many questions whether to stop.
fn cancelling_after(questions: usize) -> Monitor {
    let asked = AtomicUsize::new(0);
    Monitor { is_cancelled: Arc::new(move || asked.fetch_add(1, Ordering::Relaxed) >= questions), ..Monitor::none() }
}

#[test]
fn backup_restores_everything() {
    let files = TestFiles::new();
    let written = files.back_up().unwrap();
    assert_eq!((written.publications, written.resumed, written.left_out.len()), (5, 0, 0));
    assert_eq!(written.bytes, fs::metadata(files.path("backup")).unwrap().len());
    files.check_restored(&[1, 2, 3, 4, 5]);
    let left: Vec<_> = fs::read_dir(files.path("library")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!files.part().exists() && !left.contains(&"library.db.snapshot".into()), "{left:?}");
}

#[test]
fn backup_holds_no_plaintext_and_encrypts_the_database_again() {
    let files = TestFiles::new();
    files.back_up().unwrap();
    let bytes = fs::read(files.path("backup")).unwrap();
    for canary in ["zyxcanary", "qwvcanary", "Title 1", "SQLite format"] {
        let wide: Vec<u8> = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!found(canary.as_bytes()) && !found(&wide), "{canary}");
    }
    let snapshot = files.store.snapshot(&Monitor::none().is_cancelled).unwrap();
    let (copy, database) =
        (fs::read(snapshot.path()).unwrap(), fs::read(files.path("library").join(FILE_NAME)).unwrap());
    assert_eq!(copy.first_chunk::<16>(), database.first_chunk::<16>(), "the same key has the same salt");
    assert!(!copy.windows(9).any(|window| window == b"qwvcanary" || window.starts_with(b"publicat")));
}

#[test]
fn existing_backup_is_replaced_only_on_request() {
    let files = TestFiles::new();
    fs::write(files.path("backup"), "the reader's own").unwrap();
    assert!(matches!(files.back_up(), Err(BackupError::Exists)));
    assert_eq!(fs::read(files.path("backup")).unwrap(), b"the reader's own");
    files.back_up_with(VAULT, true, &Monitor::none()).unwrap();
    files.check_restored(&[1, 2, 3, 4, 5]);
    fs::remove_file(files.path("backup")).unwrap();
    fs::write(files.part(), "the reader's own, ending in part").unwrap();
    assert!(matches!(files.back_up(), Err(BackupError::Occupied)));
    assert_eq!(fs::read(files.part()).unwrap(), b"the reader's own, ending in part");
}

#[test]
fn cancelled_backup_is_resumed() {
    let files = TestFiles::new();
    let (mut most, mut stops) = (0, 0);
    for questions in 0.. {
        match files.back_up_with(VAULT, false, &cancelling_after(questions)) {
            Err(BackupError::Cancelled) => {
                assert!(!files.path("backup").exists());
                stops += 1;
            }
            other => {
                most = most.max(other.unwrap().resumed);
                break;
            }
        }
    }
    assert!(most == 5 && stops > 5, "{most} books were kept over {stops} stops");
    files.check_restored(&[1, 2, 3, 4, 5]);
}

#[test]
fn resumed_backup_keeps_complete_parts() {
    let files = TestFiles::new();
    files.back_up().unwrap();
    let whole = fs::read(files.path("backup")).unwrap();
    let mut frames = Vec::new();
    let mut at = HEAD_LEN + VAULT.len();
    for number in 1..=BOOKS {
        let (part, length) = read_frame(whole[at..].first_chunk().unwrap());
        assert_eq!(part, *id(number).as_bytes());
        frames.push(at);
        at += FRAME_LEN + usize::try_from(length).unwrap();
    }
    let check = |part: &[u8], resumed: usize| {
        fs::remove_file(files.path("backup")).unwrap();
        fs::write(files.part(), part).unwrap();
        assert_eq!(files.back_up().unwrap().resumed, resumed, "of {} bytes", part.len());
        files.check_restored(&[1, 2, 3, 4, 5]);
    };
    for (kept, end) in frames.iter().enumerate() {
        check(&whole[..*end], kept);
        check(&whole[..*end + 23], kept);
        check(&whole[..*end + 30], kept);
    }
    for cut in [0, 3, 12, 20] {
        check(&whole[..cut], 0);
    }
    // All of it, but the process died before it was renamed.
    check(&whole, 5);
    let mut torn = whole.clone();
    torn[frames[3] - 1] ^= 1;
    check(&torn, 2);
}

#[test]
fn resumed_backup_drops_parts_of_deleted_publications() {
    let files = TestFiles::new();
    let stop_late = cancelling_after(10);
    assert!(matches!(files.back_up_with(VAULT, false, &stop_late), Err(BackupError::Cancelled)));
    files.store.purge(&id(2)).unwrap();
    files.blobs.remove(&id(2)).unwrap();
    let written = files.back_up().unwrap();
    assert_eq!((written.publications, written.resumed), (4, 1), "the part ends before the book that is gone");
    files.check_restored(&[1, 3, 4, 5]);
    // A backup under another protection is not gone on with.
    fs::rename(files.path("backup"), files.part()).unwrap();
    assert_eq!(files.back_up_with(b"another", false, &Monitor::none()).unwrap().resumed, 0);
}

#[test]
fn backup_skips_a_damaged_file() {
    let files = TestFiles::new();
    fs::remove_file(files.file(1)).unwrap();
    let mut bytes = fs::read(files.file(4)).unwrap();
    bytes[70_000] ^= 1;
    fs::write(files.file(4), bytes).unwrap();
    let written = files.back_up().unwrap();
    assert_eq!((written.publications, written.left_out), (3, vec![id(1), id(4)]));
    files.check_restored(&[2, 3, 5]);
}

/// A link that leads to itself stands in for a disk that fails: the system refuses to open it, whoever asks.
#[cfg(unix)]
#[test]
fn unreadable_file_ends_the_backup_and_is_not_skipped() {
    let files = TestFiles::new();
    let (file, away) = (files.file(3), files.path("away"));
    fs::rename(&file, &away).unwrap();
    std::os::unix::fs::symlink(&file, &file).unwrap();
    let error = files.back_up().unwrap_err();
    assert!(matches!(&error, BackupError::Unreadable { id: refused, .. } if *refused == id(3)), "{error}");
    assert!(!files.path("backup").exists());
    fs::remove_file(&file).unwrap();
    fs::rename(&away, &file).unwrap();
    let written = files.back_up().unwrap();
    assert_eq!((written.publications, written.resumed, written.left_out), (5, 2, vec![]));
    files.check_restored(&[1, 2, 3, 4, 5]);
}

#[test]
fn backup_in_progress_is_locked() {
    let files = TestFiles::new();
    let other = fs::File::options().create(true).truncate(false).write(true).open(files.part()).unwrap();
    other.lock().unwrap();
    assert!(matches!(files.back_up(), Err(BackupError::InUse)));
}

#[test]
fn progress_reports_every_stage_up_to_its_total() {
    let files = TestFiles::new();
    let stages = Arc::new(std::sync::Mutex::new(Vec::new()));
    let reported = Arc::clone(&stages);
    let last = Cell::new((Stage::Resuming, 0));
    let progress = move |now: super::Progress| {
        let (stage, done) = last.replace((now.stage, now.done));
        assert!(now.done <= now.total && (stage != now.stage || done <= now.done));
        reported.lock().unwrap().push(now.stage);
    };
    let monitor = Monitor { on_progress: Box::new(progress), ..Monitor::none() };
    files.back_up_with(VAULT, false, &monitor).unwrap();
    let mut stages = stages.lock().unwrap().clone();
    stages.dedup();
    assert_eq!(stages, [Stage::Copying, Stage::Verifying]);
}

#[test]
fn modified_truncated_or_extended_backup_is_rejected() {
    let files = TestFiles::new();
    files.back_up().unwrap();
    let whole = fs::read(files.path("backup")).unwrap();
    let refused = |bytes: &[u8]| {
        let path = files.path("changed");
        fs::write(&path, bytes).unwrap();
        files.verify(&path).unwrap_err()
    };
    let database = whole.len() - 300_000.min(whole.len() / 3);
    let places = (0..400).chain((400..whole.len()).step_by(9973)).chain(database..database + 20);
    for place in places.chain(whole.len() - 400..whole.len()) {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        let error = refused(&changed);
        assert!(!matches!(error, BackupError::Io(_) | BackupError::Store(_)), "{place}: {error}");
    }
    for end in (0..whole.len()).step_by(7919).chain(whole.len() - 50..whole.len()) {
        let error = refused(&whole[..end]);
        assert!(matches!(error, BackupError::Truncated | BackupError::NotABackup), "{end}: {error}");
    }
    refused(&[whole.as_slice(), b"x"].concat());
    refused(b"ALXB\x02\0\0\0\0\0\0\x01x");
    let other = KeyRing::generate().ok().unwrap().backup_key();
    let backup = Backup::open(&files.path("backup")).unwrap();
    assert!(matches!(backup.contents(&other), Err(BackupError::WrongKey)));
}

#[test]
fn parts_of_another_backup_are_rejected() {
    let files = TestFiles::new();
    files.back_up().unwrap();
    let old = fs::read(files.path("backup")).unwrap();
    fs::remove_file(files.path("backup")).unwrap();
    insert(&files.store, 6, &["later"]).unwrap();
    files.blobs.put(&id(6), &b"later"[..]).unwrap();
    files.back_up().unwrap();
    let new = fs::read(files.path("backup")).unwrap();
    // The first book of the one in the other: the same id, the same length, the same key.
    // The last of them, because the tag before an id may end as the id begins; after it comes a length, which does not.
    let at = |bytes: &[u8], number: u8| bytes.windows(16).rposition(|id_at| id_at == id(number).as_bytes()).unwrap();
    let (from, to) = (at(&old, 1)..at(&old, 2), at(&new, 1)..at(&new, 2));
    assert_eq!(from.len(), to.len());
    let mixed = [&new[..to.start], &old[from], &new[to.end..]].concat();
    fs::write(files.path("mixed"), mixed).unwrap();
    assert!(matches!(files.verify(&files.path("mixed")), Err(BackupError::Damaged(_))));
}

fn entry() -> impl Strategy<Value = Entry> {
    (any::<[u8; 16]>(), any::<u64>(), any::<[u8; 32]>()).prop_map(|(id, length, commitment)| Entry {
        id,
        length,
        commitment,
    })
}

proptest! {
    #[test]
    fn contents_have_one_encoding(
        created_ms in any::<u64>(),
        vault in proptest::collection::vec(any::<u8>(), 0..50),
        mut entries in proptest::collection::vec(entry(), 0..5),
        place in any::<proptest::sample::Index>(),
    ) {
        entries.push(Entry { id: DATABASE, length: 7, commitment: [1; 32] });
        let contents = Contents { created_ms, vault, entries };
        let bytes = contents.to_bytes();
        prop_assert_eq!(Contents::parse(&bytes).unwrap(), contents);
        let mut changed = bytes.clone();
        let place = place.index(changed.len());
        changed[place] ^= 1;
        if let Ok(other) = Contents::parse(&changed) {
            prop_assert_eq!(other.to_bytes(), changed);
        }
    }

    #[test]
    fn contents_parse_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(contents) = Contents::parse(&bytes) {
            prop_assert_eq!(contents.to_bytes(), bytes);
        }
    }
}

#[test]
fn invalid_contents_are_rejected() {
    let entry = |id: [u8; 16]| Entry { id, length: 1, commitment: [0; 32] };
    let check = |ids: &[[u8; 16]], expect: bool| {
        let entries = ids.iter().map(|id| entry(*id)).collect();
        let bytes = Contents { created_ms: 0, vault: Vec::new(), entries }.to_bytes();
        assert_eq!(Contents::parse(&bytes).is_ok(), expect, "{ids:?}");
    };
    check(&[DATABASE], true);
    check(&[[1; 16], DATABASE], true);
    check(&[], false);
    check(&[[1; 16]], false);
    check(&[DATABASE, [1; 16]], false);
    check(&[DATABASE, DATABASE], false);
    check(&[CONTENTS, DATABASE], false);
    check(&[[1; 16], [1; 16], DATABASE], false);
}
