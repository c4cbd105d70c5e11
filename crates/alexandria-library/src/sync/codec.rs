//! The small values of the engine's state as the database keeps them: JSON, inside the encrypted database.
//!
//! They have types of their own, so that a change of the engine never changes what is stored by accident.

use std::collections::BTreeMap;

use alexandria_domain::{DeviceId, Hlc};
use alexandria_sync::alarm::Alarm;
use alexandria_sync::crypto::OpenFault;
use alexandria_sync::payload::{CborError, PayloadError};
use alexandria_sync::quarantine::Reason;
use alexandria_sync::record::Head;
use alexandria_sync::registry::{Device, Registry};
use serde::{Deserialize, Serialize};

/// The end of a chain.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct StoredHead {
    device: [u8; 16],
    seq: u64,
    hash: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct StoredDevice {
    device: [u8; 16],
    key: [u8; 32],
    revoked_after: Option<(u64, [u8; 32])>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum StoredAlarm {
    Malformed,
    ForeignAccount,
    UnknownDevice { device: [u8; 16] },
    Forged { device: [u8; 16], seq: u64 },
    Fork { device: [u8; 16], seq: u64 },
    Gap { device: [u8; 16], seq: u64 },
    RolledBack { device: [u8; 16], had: u64, has: u64 },
    OwnChainAhead { seq: u64 },
    RevokedDevice { device: [u8; 16], seq: u64 },
    DevicesWentBack { device: [u8; 16] },
    BadSnapshot,
    Revoked,
    UpgradeNeeded,
    SignInNeeded,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum StoredReason {
    UnknownEpoch { epoch: u32 },
    WrongKey,
    NotAuthentic,
    Later,
    Format { format: u8 },
    Truncated,
    Syntax,
    Shape,
    Unencodable,
    FutureStamp,
    StampBeyondRecord { stamp: u64 },
}

/// Ends of chains.
pub(super) fn encode_heads(heads: &BTreeMap<DeviceId, Head>) -> Result<Vec<u8>, serde_json::Error> {
    let stored =
        heads.iter().map(|(device, head)| StoredHead { device: *device.as_bytes(), seq: head.seq, hash: head.hash });
    serde_json::to_vec(&stored.collect::<Vec<_>>())
}

pub(super) fn decode_heads(bytes: &[u8]) -> Result<BTreeMap<DeviceId, Head>, serde_json::Error> {
    let stored: Vec<StoredHead> = serde_json::from_slice(bytes)?;
    Ok(stored
        .into_iter()
        .map(|head| (DeviceId::from_bytes(head.device), Head { seq: head.seq, hash: head.hash }))
        .collect())
}

/// The devices of the account.
pub(super) fn encode_registry(registry: &Registry) -> Result<Vec<u8>, serde_json::Error> {
    let stored = registry.iter().map(|(id, device)| StoredDevice {
        device: *id.as_bytes(),
        key: device.key,
        revoked_after: device.revoked_after.map(|head| (head.seq, head.hash)),
    });
    serde_json::to_vec(&stored.collect::<Vec<_>>())
}

pub(super) fn decode_registry(bytes: &[u8]) -> Result<Registry, serde_json::Error> {
    let stored: Vec<StoredDevice> = serde_json::from_slice(bytes)?;
    let device = |stored: StoredDevice| {
        let revoked_after = stored.revoked_after.map(|(seq, hash)| Head { seq, hash });
        (DeviceId::from_bytes(stored.device), Device { key: stored.key, revoked_after })
    };
    Ok(Registry::new(stored.into_iter().map(device).collect()))
}

/// What stopped the engine.
pub(super) fn encode_alarm(alarm: Alarm) -> Result<Vec<u8>, serde_json::Error> {
    let id = |device: DeviceId| *device.as_bytes();
    serde_json::to_vec(&match alarm {
        Alarm::Malformed => StoredAlarm::Malformed,
        Alarm::ForeignAccount => StoredAlarm::ForeignAccount,
        Alarm::UnknownDevice(device) => StoredAlarm::UnknownDevice { device: id(device) },
        Alarm::Forged { device, seq } => StoredAlarm::Forged { device: id(device), seq },
        Alarm::Fork { device, seq } => StoredAlarm::Fork { device: id(device), seq },
        Alarm::Gap { device, seq } => StoredAlarm::Gap { device: id(device), seq },
        Alarm::RolledBack { device, had, has } => StoredAlarm::RolledBack { device: id(device), had, has },
        Alarm::OwnChainAhead { seq } => StoredAlarm::OwnChainAhead { seq },
        Alarm::RevokedDevice { device, seq } => StoredAlarm::RevokedDevice { device: id(device), seq },
        Alarm::DevicesWentBack(device) => StoredAlarm::DevicesWentBack { device: id(device) },
        Alarm::BadSnapshot => StoredAlarm::BadSnapshot,
        Alarm::Revoked => StoredAlarm::Revoked,
        Alarm::UpgradeNeeded => StoredAlarm::UpgradeNeeded,
        Alarm::SignInNeeded => StoredAlarm::SignInNeeded,
    })
}

pub(super) fn decode_alarm(bytes: &[u8]) -> Result<Alarm, serde_json::Error> {
    let id = DeviceId::from_bytes;
    Ok(match serde_json::from_slice(bytes)? {
        StoredAlarm::Malformed => Alarm::Malformed,
        StoredAlarm::ForeignAccount => Alarm::ForeignAccount,
        StoredAlarm::UnknownDevice { device } => Alarm::UnknownDevice(id(device)),
        StoredAlarm::Forged { device, seq } => Alarm::Forged { device: id(device), seq },
        StoredAlarm::Fork { device, seq } => Alarm::Fork { device: id(device), seq },
        StoredAlarm::Gap { device, seq } => Alarm::Gap { device: id(device), seq },
        StoredAlarm::RolledBack { device, had, has } => Alarm::RolledBack { device: id(device), had, has },
        StoredAlarm::OwnChainAhead { seq } => Alarm::OwnChainAhead { seq },
        StoredAlarm::RevokedDevice { device, seq } => Alarm::RevokedDevice { device: id(device), seq },
        StoredAlarm::DevicesWentBack { device } => Alarm::DevicesWentBack(id(device)),
        StoredAlarm::BadSnapshot => Alarm::BadSnapshot,
        StoredAlarm::Revoked => Alarm::Revoked,
        StoredAlarm::UpgradeNeeded => Alarm::UpgradeNeeded,
        StoredAlarm::SignInNeeded => Alarm::SignInNeeded,
    })
}

/// Why a record was put aside.
pub(super) fn encode_reason(reason: &Reason) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&match reason {
        Reason::Sealed(OpenFault::UnknownEpoch(epoch)) => StoredReason::UnknownEpoch { epoch: *epoch },
        Reason::Sealed(OpenFault::WrongKey) => StoredReason::WrongKey,
        Reason::Sealed(OpenFault::NotAuthentic) => StoredReason::NotAuthentic,
        Reason::Sealed(OpenFault::Later) => StoredReason::Later,
        Reason::Payload(PayloadError::Format(format)) => StoredReason::Format { format: *format },
        Reason::Payload(PayloadError::Truncated) => StoredReason::Truncated,
        Reason::Payload(PayloadError::Op(CborError::Syntax)) => StoredReason::Syntax,
        Reason::Payload(PayloadError::Op(CborError::Shape)) => StoredReason::Shape,
        Reason::Payload(PayloadError::Op(CborError::Unencodable)) => StoredReason::Unencodable,
        Reason::FutureStamp => StoredReason::FutureStamp,
        Reason::StampBeyondRecord(stamp) => StoredReason::StampBeyondRecord { stamp: stamp.to_u64() },
    })
}

pub(super) fn decode_reason(bytes: &[u8]) -> Result<Reason, serde_json::Error> {
    Ok(match serde_json::from_slice(bytes)? {
        StoredReason::UnknownEpoch { epoch } => Reason::Sealed(OpenFault::UnknownEpoch(epoch)),
        StoredReason::WrongKey => Reason::Sealed(OpenFault::WrongKey),
        StoredReason::NotAuthentic => Reason::Sealed(OpenFault::NotAuthentic),
        StoredReason::Later => Reason::Sealed(OpenFault::Later),
        StoredReason::Format { format } => Reason::Payload(PayloadError::Format(format)),
        StoredReason::Truncated => Reason::Payload(PayloadError::Truncated),
        StoredReason::Syntax => Reason::Payload(PayloadError::Op(CborError::Syntax)),
        StoredReason::Shape => Reason::Payload(PayloadError::Op(CborError::Shape)),
        StoredReason::Unencodable => Reason::Payload(PayloadError::Op(CborError::Unencodable)),
        StoredReason::FutureStamp => Reason::FutureStamp,
        StoredReason::StampBeyondRecord { stamp } => Reason::StampBeyondRecord(Hlc::from_u64(stamp)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId::from_bytes([7; 16]);

    #[test]
    fn stored_state_is_read_as_it_was_written() {
        let heads = BTreeMap::from([(DEVICE, Head { seq: 4, hash: [9; 32] })]);
        assert_eq!(decode_heads(&encode_heads(&heads).unwrap()).unwrap(), heads);
        let revoked = Device { key: [1; 32], revoked_after: Some(Head { seq: 4, hash: [9; 32] }) };
        let other = Device { key: [2; 32], revoked_after: None };
        let registry = Registry::new([(DEVICE, revoked), (DeviceId::from_bytes([8; 16]), other)].into());
        assert_eq!(decode_registry(&encode_registry(&registry).unwrap()).unwrap(), registry);
    }

    #[test]
    fn stored_alarms_and_reasons_are_read_as_they_were_written() {
        let alarms = [
            Alarm::Malformed,
            Alarm::ForeignAccount,
            Alarm::UnknownDevice(DEVICE),
            Alarm::Forged { device: DEVICE, seq: 1 },
            Alarm::Fork { device: DEVICE, seq: 2 },
            Alarm::Gap { device: DEVICE, seq: 3 },
            Alarm::RolledBack { device: DEVICE, had: 5, has: 4 },
            Alarm::OwnChainAhead { seq: 6 },
            Alarm::RevokedDevice { device: DEVICE, seq: 7 },
            Alarm::DevicesWentBack(DEVICE),
            Alarm::BadSnapshot,
            Alarm::Revoked,
            Alarm::UpgradeNeeded,
            Alarm::SignInNeeded,
        ];
        for alarm in alarms {
            assert_eq!(decode_alarm(&encode_alarm(alarm).unwrap()).unwrap(), alarm);
        }
        let reasons = [
            Reason::Sealed(OpenFault::UnknownEpoch(3)),
            Reason::Sealed(OpenFault::WrongKey),
            Reason::Sealed(OpenFault::NotAuthentic),
            Reason::Sealed(OpenFault::Later),
            Reason::Payload(PayloadError::Format(9)),
            Reason::Payload(PayloadError::Truncated),
            Reason::Payload(PayloadError::Op(CborError::Syntax)),
            Reason::Payload(PayloadError::Op(CborError::Shape)),
            Reason::Payload(PayloadError::Op(CborError::Unencodable)),
            Reason::FutureStamp,
            Reason::StampBeyondRecord(Hlc::from_u64(77)),
        ];
        for reason in reasons {
            assert_eq!(decode_reason(&encode_reason(&reason).unwrap()).unwrap(), reason);
        }
        assert!(decode_alarm(b"{}").is_err() && decode_reason(b"[]").is_err() && decode_heads(b"1").is_err());
    }
}
