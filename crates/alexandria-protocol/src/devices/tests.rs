use super::*;
use crate::base64::Base64Bytes;
use crate::frame::RecordHash;
use crate::frame::chain::Head;
use crate::ids::{AccountId, DeviceId, StreamId};
use crate::samples;
use crate::signature::{DeviceSignature, DeviceSigningKey};

fn new_device(number: u8) -> NewDevice {
    NewDevice {
        device: samples::device(number),
        signing_key: samples::key(number).public_key(),
        sealing_key: SealingPublicKey::from_bytes([number; 32]),
        label: Base64Bytes::from(vec![number; 20]),
    }
}

fn account_key(epoch: u8) -> DeviceSigningKey {
    samples::key(200 + epoch)
}

fn by(number: u8) -> (Issuer, DeviceSigningKey) {
    (Issuer::Device { device: samples::device(number) }, samples::key(number))
}

fn by_account(epoch: u8) -> (Issuer, DeviceSigningKey) {
    (Issuer::Account, account_key(epoch))
}

fn create(number: u8) -> DeviceChange {
    DeviceChange::Create { device: new_device(number), account_key: account_key(1).public_key() }
}

fn add(number: u8) -> DeviceChange {
    DeviceChange::Add { device: new_device(number) }
}

/// The end of a chain of device `number`, in stream `stream`.
fn end(number: u8, stream: u8) -> Head {
    let (stream, hash) = (StreamId::from_bytes([stream; 16]), RecordHash::from_bytes([number; 32]));
    Head { device: samples::device(number), stream, seq: 5, hash }
}

fn revoke(number: u8, epoch: u8) -> DeviceChange {
    revoke_at(number, epoch, vec![end(number, 0)])
}

fn revoke_at(number: u8, epoch: u8, ends: Vec<Head>) -> DeviceChange {
    DeviceChange::Revoke { device: samples::device(number), account_key: account_key(epoch).public_key(), ends }
}

/// The next statement of `log`.
fn entry(log: &DeviceLog, (issuer, key): (Issuer, DeviceSigningKey), change: DeviceChange) -> DeviceEntry {
    let DeviceLogEnd { number, hash } = log.end();
    let (account, number, previous) = (samples::account(), number + 1, hash);
    DeviceStatement { account, number, previous, at_ms: 1_800_000_000_000, issuer, change }.sign(&key)
}

/// A log with devices 1 and 2, the second of which is revoked, and device 3.
fn log() -> (DeviceLog, Vec<DeviceEntry>) {
    let mut log = DeviceLog::new(samples::account());
    let steps = [
        (by(1), create(1)),
        (by(1), add(2)),
        (by(2), add(3)),
        (by(1), revoke(2, 2)),
        (by_account(2), DeviceChange::Rekey { account_key: account_key(3).public_key() }),
    ];
    let mut entries = Vec::new();
    for (by, change) in steps {
        let next = entry(&log, by, change);
        log.append(&next).unwrap();
        entries.push(next);
    }
    (log, entries)
}

#[test]
fn device_log_says_who_may_write() {
    let (log, entries) = log();
    let keys: Vec<_> = [1, 2, 3, 4].map(|number| log.active_key(samples::device(number))).into();
    assert_eq!(keys, [Some(samples::key(1).public_key()), None, Some(samples::key(3).public_key()), None]);
    let revoked = log.device(samples::device(2)).unwrap();
    assert_eq!((revoked.revoked_by, &revoked.ends), (Some(4), &vec![end(2, 0)]));
    assert_eq!(log.account_key(), Some(account_key(3).public_key()));
    assert_eq!(DeviceLog::verify(samples::account(), &entries).unwrap().end(), log.end());
    let json = serde_json::to_string(&entries).unwrap();
    assert_eq!(serde_json::from_str::<Vec<DeviceEntry>>(&json).unwrap(), entries);
}

#[test]
fn statement_that_does_not_fit_is_refused() {
    let (log, _) = log();
    let check = |by: (Issuer, DeviceSigningKey), change: DeviceChange, expect: DeviceLogError| {
        let (mut copy, next) = (log.clone(), entry(&log, by, change));
        assert_eq!(copy.append(&next), Err(expect), "{next:?}");
        assert_eq!(copy.end(), log.end());
        assert!(copy.devices().eq(log.devices()));
    };
    let number = 6;
    let rekey = || DeviceChange::Rekey { account_key: account_key(9).public_key() };
    // A revoked device, an unknown one, the account key of before, a key that is not the issuer's.
    check(by(2), add(4), DeviceLogError::Issuer { number });
    check(by(9), add(4), DeviceLogError::Issuer { number });
    check(by_account(2), rekey(), DeviceLogError::Signature { number });
    check((by(1).0, samples::key(3)), rekey(), DeviceLogError::Signature { number });
    // A second beginning, a device that was there before, a revocation twice, an account key that stays.
    check(by(7), create(7), DeviceLogError::Change { number });
    check(by(1), add(2), DeviceLogError::Change { number });
    check(by(1), add(3), DeviceLogError::Change { number });
    check(by(1), revoke(2, 4), DeviceLogError::Change { number });
    check(by(1), revoke(3, 3), DeviceLogError::Change { number });
    // Ends of another device's chains, two of one stream, of a chain without records, of too many chains.
    check(by(1), revoke_at(3, 4, vec![end(2, 0)]), DeviceLogError::Change { number });
    check(by(1), revoke_at(3, 4, vec![end(3, 0), end(3, 0)]), DeviceLogError::Change { number });
    check(by(1), revoke_at(3, 4, vec![Head { seq: 0, ..end(3, 0) }]), DeviceLogError::Change { number });
    check(by(1), revoke_at(3, 4, (0..17).map(|stream| end(3, stream)).collect()), DeviceLogError::Change { number });
    let copied_key = NewDevice { device: samples::device(8), ..new_device(2) };
    check(by(1), DeviceChange::Add { device: copied_key }, DeviceLogError::Change { number });
    let long = NewDevice { label: vec![0; NewDevice::MAX_LABEL_BYTES + 1].into(), ..new_device(8) };
    check(by(1), DeviceChange::Add { device: long }, DeviceLogError::Change { number });
}

#[test]
fn log_that_begins_otherwise_is_refused() {
    let check = |by: (Issuer, DeviceSigningKey), change: DeviceChange, expect: DeviceLogError| {
        let mut log = DeviceLog::new(samples::account());
        let first = entry(&log, by, change);
        assert_eq!(log.append(&first), Err(expect), "{first:?}");
    };
    check(by(1), add(1), DeviceLogError::Issuer { number: 1 });
    check(by(2), create(1), DeviceLogError::Issuer { number: 1 });
    check(by_account(1), create(1), DeviceLogError::Issuer { number: 1 });
    check((by(1).0, samples::key(2)), create(1), DeviceLogError::Signature { number: 1 });
}

/// A server that leaves out, reorders, or changes statements.
#[test]
fn changed_log_is_refused() {
    let (_, entries) = log();
    let account = samples::account();
    for left_out in 0..entries.len() - 1 {
        let mut changed = entries.clone();
        changed.remove(left_out);
        assert!(DeviceLog::verify(account, &changed).is_err(), "without {left_out}");
    }
    let mut swapped = entries.clone();
    swapped.swap(1, 2);
    assert!(matches!(DeviceLog::verify(account, &swapped), Err(DeviceLogError::Number { expected: 2, actual: 3 })));
    let other = AccountId::from_bytes([0; 16]);
    assert!(matches!(DeviceLog::verify(other, &entries), Err(DeviceLogError::OtherAccount)));
    type Change = fn(&mut DeviceEntry);
    let changes: [Change; 6] = [
        |entry| entry.statement.at_ms += 1,
        |entry| entry.statement.issuer = Issuer::Account,
        |entry| entry.statement.previous = DeviceEntryHash::NONE,
        |entry| entry.statement.change = add(4),
        |entry| entry.signature = DeviceSignature::from_bytes([0; 64]),
        |entry| {
            if let DeviceChange::Add { device } = &mut entry.statement.change {
                device.label = Vec::new().into();
            }
        },
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut changed = entries.clone();
        change(&mut changed[1]);
        assert!(DeviceLog::verify(account, &changed).is_err(), "change {number}");
    }
}

/// A server that moves the end of a revoked device's chain, to have more or fewer of its records count.
#[test]
fn moved_end_of_a_revoked_device_is_refused() {
    let (_, entries) = log();
    for moved in [vec![], vec![Head { seq: 6, ..end(2, 0) }], vec![end(2, 0), end(2, 1)]] {
        let mut changed = entries.clone();
        changed[3].statement.change = revoke_at(2, 2, moved);
        let refused = DeviceLog::verify(samples::account(), &changed);
        assert!(matches!(refused, Err(DeviceLogError::Signature { number: 4 })), "{refused:?}");
    }
}

#[test]
fn account_key_admits_a_device_after_all_others_are_gone() {
    let mut log = DeviceLog::new(samples::account());
    for (by, change) in [(by(1), create(1)), (by(1), revoke(1, 2)), (by_account(2), add(5))] {
        let next = entry(&log, by, change);
        log.append(&next).unwrap();
    }
    assert!(log.active_key(samples::device(5)).is_some());
    assert_eq!(log.active_key(DeviceId::from_bytes([1; 16])), None);
}
