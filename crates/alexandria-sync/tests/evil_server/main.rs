//! A server that lies: each attack on records is refused with a typed error, and nothing of the library changes.
//!
//! The attacks are those of the table in `docs/threat-model.md`; each case quotes its row. Real keys, real frames. Attacks
//! on enrolment, key slots and sign-in are tested where those are (`alexandria-crypto`, `alexandria-protocol`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its setup fails")]

mod scene;

use alexandria_domain::DeviceId;
use alexandria_sync::alarm::Alarm;
use alexandria_sync::crypto::OpenFault;
use alexandria_sync::exchange::{LogHeads, Reply, RequestError};
use alexandria_sync::io::{Input, Output, Resolution};
use alexandria_sync::persist::Change;
use alexandria_sync::quarantine::Reason;
use alexandria_sync::record::{Cursor, Head, Header, LogId};
use alexandria_sync::registry::{Device, Registry};
use alexandria_sync::snapshot::SealedSnapshot;

use crate::scene::{ACCOUNT, LOG, OTHER, OWN, REVOKED, Scene, header, op, payload};

/// A page that must be refused.
fn refused(row: &str, expect: Alarm, frames: impl Fn(&Scene) -> Vec<Vec<u8>>) {
    let mut scene = Scene::new();
    let before = scene.engine.stored().clone();
    let frames = frames(&scene);
    let outputs = scene.answer_pull(frames);
    let after = scene.engine.stored().clone();
    assert_eq!(after.alarm, Some(expect), "{row}");
    let only_alarm = alexandria_sync::persist::Persisted { alarm: None, ..after };
    assert_eq!(only_alarm, before, "{row}: something else changed");
    let applied = outputs.iter().any(|output| match output {
        Output::Persist(transaction) => transaction.changes.iter().any(|change| matches!(change, Change::Apply(_))),
        Output::Send(..) => panic!("{row}: goes on"),
        _ => false,
    });
    assert!(!applied, "{row}");
    assert!(scene.engine.step(10, Input::Timer).is_empty(), "{row}: nothing is sent to a server that lies");
}

#[test]
fn pages_of_an_evil_server_are_refused() {
    let changed = |scene: &Scene, at: usize, by: u8| {
        let mut frame = scene.frame(OTHER, &header(OTHER, 2, scene.first), &payload());
        let at = at.min(frame.len() - 1);
        frame[at] ^= by;
        vec![frame]
    };
    let forged = Alarm::Forged { device: OTHER, seq: 2 };
    refused("legacy cipher or format downgrade (suite byte flipped)", Alarm::UpgradeNeeded, |scene| {
        changed(scene, 5, 3)
    });
    refused("format byte flipped", Alarm::UpgradeNeeded, |scene| changed(scene, 4, 1));
    refused("ciphertext changed", forged, |scene| changed(scene, 130, 1));
    refused("clear field changed: the stamp", forged, |scene| changed(scene, 70, 1));
    refused("clear field changed: the key epoch", forged, |scene| changed(scene, 75, 1));
    refused("signature changed", forged, |scene| changed(scene, usize::MAX, 1));
    refused("record swapped between users", Alarm::ForeignAccount, |scene| changed(scene, 8, 1));
    refused("record swapped between streams", Alarm::UpgradeNeeded, |scene| changed(scene, 40, 1));
    refused("record swapped between books or devices", Alarm::Forged { device: REVOKED, seq: 1 }, |scene| {
        let header = Header { device: REVOKED, ..header(OTHER, 1, Head::EMPTY) };
        vec![scene.frame(OTHER, &header, &payload())]
    });
    refused("truncated record", Alarm::Malformed, |scene| {
        let frame = scene.frame(OTHER, &header(OTHER, 2, scene.first), &payload());
        vec![frame[..frame.len() - 1].to_vec()]
    });
    refused(
        "partial rollback of one device: another record of a number that was seen",
        Alarm::Fork { device: OTHER, seq: 1 },
        |scene| vec![scene.frame(OTHER, &header(OTHER, 1, Head::EMPTY), &payload())],
    );
    refused("a chain that does not follow from what was seen", Alarm::Fork { device: OTHER, seq: 1 }, |scene| {
        vec![scene.frame(OTHER, &header(OTHER, 2, Head { seq: 1, hash: [9; 32] }), &payload())]
    });
    refused("a record is left out", Alarm::Gap { device: OTHER, seq: 3 }, |scene| {
        vec![scene.frame(OTHER, &header(OTHER, 3, Head { seq: 2, hash: [9; 32] }), &payload())]
    });
    refused("records reordered", Alarm::Gap { device: OTHER, seq: 3 }, |scene| {
        let second = scene.frame(OTHER, &header(OTHER, 2, scene.first), &payload());
        let head = Head { seq: 2, hash: *blake3::hash(&second).as_bytes() };
        vec![scene.frame(OTHER, &header(OTHER, 3, head), &payload()), second]
    });
    refused("replay of a revoked device's record", Alarm::RevokedDevice { device: REVOKED, seq: 1 }, |scene| {
        vec![scene.frame(REVOKED, &header(REVOKED, 1, Head::EMPTY), &payload())]
    });
    refused("records under this device's own name", Alarm::OwnChainAhead { seq: 1 }, |scene| {
        vec![scene.frame(OWN, &header(OWN, 1, Head::EMPTY), &payload())]
    });
    refused("good records before a bad one", Alarm::Forged { device: OTHER, seq: 3 }, |scene| {
        let second = scene.frame(OTHER, &header(OTHER, 2, scene.first), &payload());
        let head = Head { seq: 2, hash: *blake3::hash(&second).as_bytes() };
        vec![second, scene.frame(REVOKED, &header(OTHER, 3, head), &payload())]
    });
}

/// What is authentic but wrong inside is put aside, and the rest is applied.
#[test]
fn a_bad_record_of_a_real_device_does_not_stop_the_others() {
    let check = |row: &str, bad: &dyn Fn(&Scene) -> Vec<u8>, expect: &dyn Fn(&Reason) -> bool| {
        let mut scene = Scene::new();
        let bad = bad(&scene);
        let head = Head { seq: 2, hash: *blake3::hash(&bad).as_bytes() };
        let good = scene.frame(OTHER, &header(OTHER, 3, head), &payload());
        let outputs = scene.answer_pull(vec![bad, good]);
        let stored = scene.engine.stored();
        assert_eq!((stored.alarm, stored.head(OTHER).seq), (None, 3), "{row}");
        assert_eq!(stored.quarantine.keys().copied().collect::<Vec<_>>(), [(OTHER, 2)], "{row}");
        let reason = &stored.quarantine[&(OTHER, 2)].reason;
        assert!(expect(reason), "{row}: {reason:?}");
        let applied = outputs.iter().flat_map(|output| match output {
            Output::Persist(transaction) => transaction.changes.as_slice(),
            _ => &[],
        });
        let applied = applied.filter(|change| matches!(change, Change::Apply(ops) if ops.as_slice() == [op()]));
        assert_eq!(applied.count(), 1, "{row}");
    };
    let second = |scene: &Scene| header(OTHER, 2, scene.first);
    check(
        "sealed under a key that this account does not have (a fresh \"empty account\")",
        &|scene| scene.foreign_frame(&second(scene), &payload()),
        &|reason| *reason == Reason::Sealed(OpenFault::WrongKey),
    );
    check("content that is none", &|scene| scene.frame(OTHER, &second(scene), &[1, 9, 9]), &|reason| {
        matches!(reason, Reason::Payload(_))
    });
    check(
        "stamped in the year 2099",
        &|scene| {
            let stamp = alexandria_domain::Hlc::from_millis(4_070_908_800_000);
            scene.frame(OTHER, &Header { stamp, ..second(scene) }, &payload())
        },
        &|reason| *reason == Reason::FutureStamp,
    );
    check(
        "an op stamped later than its record",
        &|scene| {
            let stamp = alexandria_domain::Hlc::from_millis(1);
            scene.frame(OTHER, &Header { stamp, ..second(scene) }, &payload())
        },
        &|reason| matches!(reason, Reason::StampBeyondRecord(_)),
    );
}

/// Answers other than pages.
#[test]
fn an_evil_server_cannot_go_back_unnoticed() {
    let check = |row: &str, expect: Alarm, answer: &dyn Fn(&mut Scene) -> Result<Reply, RequestError>| {
        let mut scene = Scene::new();
        let before = scene.engine.stored().clone();
        let answer = answer(&mut scene);
        scene.audit(answer);
        let after = scene.engine.stored().clone();
        assert_eq!(after.alarm, Some(expect), "{row}");
        assert_eq!(alexandria_sync::persist::Persisted { alarm: None, ..after }, before, "{row}");
    };
    let heads =
        |heads: &[(DeviceId, Head)]| Ok(Reply::Heads(LogHeads { log: LOG, heads: heads.iter().copied().collect() }));
    check("whole-account rollback to an older vector", Alarm::RolledBack { device: OTHER, had: 1, has: 0 }, &|_| {
        heads(&[])
    });
    check("partial rollback of one device", Alarm::Fork { device: OTHER, seq: 1 }, &|_| {
        heads(&[(OTHER, Head { seq: 1, hash: [7; 32] })])
    });
    check("a chain of this device that it did not write", Alarm::OwnChainAhead { seq: 4 }, &|scene| {
        heads(&[(OTHER, scene.first), (OWN, Head { seq: 4, hash: [7; 32] })])
    });
    check("shut out", Alarm::Revoked, &|_| Err(RequestError::Revoked));
    check("forced to another version", Alarm::UpgradeNeeded, &|_| Err(RequestError::UpgradeNeeded));
}

/// "Snapshot older than ops already seen", and what else a server may do to one.
#[test]
fn snapshots_of_an_evil_server_are_refused() {
    let check = |row: &str, expect: Option<Alarm>, change: &dyn Fn(&Scene, &mut SealedSnapshot)| {
        let mut scene = Scene::new();
        let mut sealed = scene.snapshot(OTHER, &[(OTHER, scene.first)].into());
        change(&scene, &mut sealed);
        let before = scene.engine.stored().clone();
        scene.answer_compacted(sealed);
        let after = scene.engine.stored().clone();
        assert_eq!(after.alarm, expect, "{row}");
        assert_eq!(after.heads, before.heads, "{row}: the vector never goes back");
        if expect.is_some() {
            assert_eq!(alexandria_sync::persist::Persisted { alarm: None, ..after }, before, "{row}");
        }
    };
    check("the right one", None, &|_, _| {});
    check("a snapshot older than what was seen changes nothing", None, &|scene, sealed| {
        *sealed = scene.snapshot(OTHER, &[].into());
    });
    check("bytes changed", Some(Alarm::BadSnapshot), &|_, sealed| sealed.bytes[200] ^= 1);
    check("truncated", Some(Alarm::BadSnapshot), &|_, sealed| sealed.bytes.truncate(300));
    check("blob A served for id B", Some(Alarm::BadSnapshot), &|scene, sealed| {
        sealed.bytes = scene.snapshot(OTHER, &[].into()).bytes;
    });
    check("what it covers changed", Some(Alarm::BadSnapshot), &|_, sealed| sealed.signed.claim.covered.clear());
    check("of another account", Some(Alarm::ForeignAccount), &|_, sealed| {
        sealed.signed.claim.account = alexandria_sync::record::AccountId::from_bytes([0; 16]);
    });
    check("signed by another device", Some(Alarm::BadSnapshot), &|_, sealed| sealed.signed.claim.device = OWN);
    check("of a chain that forks from the one seen", Some(Alarm::Fork { device: OTHER, seq: 1 }), &|scene, sealed| {
        *sealed = scene.snapshot(OTHER, &[(OTHER, Head { seq: 1, hash: [9; 32] })].into());
    });
    check(
        "of records of this device that it did not write",
        Some(Alarm::OwnChainAhead { seq: 3 }),
        &|scene, sealed| {
            *sealed = scene.snapshot(OTHER, &[(OWN, Head { seq: 3, hash: [9; 32] })].into());
        },
    );
    check("of what a revoked device wrote after its revocation", Some(Alarm::BadSnapshot), &|scene, sealed| {
        *sealed = scene.snapshot(REVOKED, &[(REVOKED, Head { seq: 3, hash: [9; 32] })].into());
    });
}

/// "Unauthenticated key material replaced", as far as the list of devices goes: it only ever adds.
#[test]
fn list_of_devices_never_goes_back() {
    let check =
        |row: &str, change: &dyn Fn(&mut std::collections::BTreeMap<DeviceId, Device>), expect: Option<DeviceId>| {
            let mut scene = Scene::new();
            let mut devices = scene.devices();
            change(&mut devices);
            let unknown = DeviceId::from_bytes([0xdd; 16]);
            let frames = vec![scene.frame(OTHER, &header(unknown, 1, Head::EMPTY), &payload())];
            scene.answer_pull(frames);
            scene.answer_devices(Registry::new(devices));
            let expect = expect.map(Alarm::DevicesWentBack);
            let stored = scene.engine.stored();
            assert_eq!(stored.alarm, expect, "{row}");
            assert_eq!(stored.registry, Registry::new(scene.devices()), "{row}");
        };
    check("another key", &|devices| devices.get_mut(&OTHER).unwrap().key = [1; 32], Some(OTHER));
    check("a device hidden", &|devices| devices.retain(|id, _| *id != OTHER), Some(OTHER));
    check("a revocation withdrawn", &|devices| devices.get_mut(&REVOKED).unwrap().revoked_after = None, Some(REVOKED));
    check(
        "a revocation moved: the one seen first stays",
        &|devices| {
            devices.get_mut(&REVOKED).unwrap().revoked_after = Some(Head { seq: 5, hash: [0; 32] });
        },
        None,
    );
    check("unchanged", &|_| {}, None);
}

/// A device that the list does not name after it was read again is refused.
#[test]
fn records_of_a_device_without_a_statement_are_refused() {
    let mut scene = Scene::new();
    let unknown = DeviceId::from_bytes([0xdd; 16]);
    let frame = scene.frame(OTHER, &header(unknown, 1, Head::EMPTY), &payload());
    scene.answer_pull(vec![frame.clone()]);
    assert_eq!(scene.engine.stored().alarm, None);
    scene.answer_devices(Registry::new(scene.devices()));
    scene.answer_pull(vec![frame]);
    assert_eq!(scene.engine.stored().alarm, Some(Alarm::UnknownDevice(unknown)));
}

/// Trap 9: a server that says itself that it lost data gets it back; one that does not is accepted only by the reader.
#[test]
fn rollback_is_accepted_by_the_reader_alone() {
    let mut scene = Scene::new();
    scene.audit(Ok(Reply::Heads(LogHeads { log: LOG, heads: [].into() })));
    assert!(scene.engine.stored().alarm.is_some());
    scene.engine.step(20, Input::Resolve(Resolution::AcceptServer));
    let stored = scene.engine.stored();
    assert_eq!((stored.alarm, stored.cursor, stored.head(OTHER).seq), (None, None, 1), "what was read stays");
    let mut scene = Scene::new();
    let other_log = LogId::from_bytes([0xbb; 16]);
    scene.audit(Ok(Reply::Heads(LogHeads { log: other_log, heads: [].into() })));
    assert_eq!(scene.engine.stored().alarm, None);
    assert_ne!(scene.engine.stored().cursor, Some(Cursor::new(LOG, 1)));
    assert_eq!(scene.engine.stored().account, ACCOUNT);
}

/// Trap 16: what something in between answers changes nothing.
#[test]
fn answers_of_others_change_nothing() {
    for error in [RequestError::NotOurs, RequestError::Offline, RequestError::Busy { retry_after_ms: Some(u64::MAX) }] {
        let mut scene = Scene::new();
        let before = scene.engine.stored().clone();
        scene.audit(Err(error));
        assert_eq!(*scene.engine.stored(), before);
    }
    let mut scene = Scene::new();
    let before = scene.engine.stored().clone();
    scene.audit(Ok(Reply::Changed));
    assert_eq!(*scene.engine.stored(), before, "an answer to another question");
}
