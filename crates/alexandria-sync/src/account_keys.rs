//! The real seals: frames of `alexandria-protocol`, sealed with the account's record keys and signed with the device's key.

use std::sync::Arc;

use alexandria_crypto::OpenError;
use alexandria_crypto::account::record::{OpenRecordError, RecordKeys};
use alexandria_crypto::account::snapshot::SnapshotKeys;
use alexandria_domain::{DeviceId, Hlc};
use alexandria_protocol::frame::chain;
use alexandria_protocol::frame::{self, Frame, FrameHeader, RecordHash};
use alexandria_protocol::ids::{self, BlobId, StreamId};
use alexandria_protocol::proof::SnapshotStatement;
use alexandria_protocol::signature::{DevicePublicKey, DeviceSignature, DeviceSigningKey};

use crate::crypto::{FrameError, OpenFault, RecordCrypto, SealFault};
use crate::record::{Head, Header, Record};
use crate::snapshot::{SealedSnapshot, SignedClaim, SnapshotClaim};

/// The keys with which one device writes and reads records.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct AccountKeys {
    records: RecordKeys,
    snapshots: SnapshotKeys,
    signing: DeviceSigningKey,
}

impl AccountKeys {
    /// The keys of all epochs that this device has, and its signing key.
    #[must_use]
    pub const fn new(records: RecordKeys, snapshots: SnapshotKeys, signing: DeviceSigningKey) -> Self {
        Self { records, snapshots, signing }
    }
}

impl RecordCrypto for AccountKeys {
    fn epoch(&self) -> u32 {
        self.records.epoch()
    }

    fn seal(&self, header: &Header, payload: &[u8]) -> Result<Record, SealFault> {
        let frame_header = FrameHeader {
            account: header.account,
            device: ids::DeviceId::from_bytes(*header.device.as_bytes()),
            stream: StreamId::LIBRARY,
            seq: header.seq,
            hlc: header.stamp.to_u64(),
            // The key and its number are taken from one place, whatever the caller saw before.
            key_epoch: self.records.epoch(),
            previous: RecordHash::from_bytes(header.prev),
        };
        let sealed = self.records.seal(&frame_header.additional_data(), payload);
        let sealed = sealed.map_err(|error| SealFault(error.to_string()))?;
        let frame = Frame::sign(frame_header, &sealed, &self.signing).map_err(|error| SealFault(error.to_string()))?;
        Ok(record(&frame))
    }

    fn parse(&self, bytes: &[u8]) -> Result<Record, FrameError> {
        let frame = Frame::decode(bytes).map_err(|error| match error {
            frame::FrameError::Unknown { .. } => FrameError::Later,
            _ => FrameError::Malformed,
        })?;
        if frame.header().stream == StreamId::LIBRARY { Ok(record(&frame)) } else { Err(FrameError::Later) }
    }

    fn verify(&self, record: &Record, key: &[u8; 32]) -> bool {
        let key = DevicePublicKey::from_bytes(*key);
        Frame::decode(&record.bytes).is_ok_and(|frame| frame.verify(&key).is_ok())
    }

    fn seal_snapshot(&self, claim: SnapshotClaim, plain: &[u8]) -> Result<SealedSnapshot, SealFault> {
        let claim = SnapshotClaim { epoch: self.records.epoch(), ..claim };
        let sealed = self.snapshots.seal(claim.id.as_bytes(), plain);
        let bytes = sealed.map_err(|error| SealFault(error.to_string()))?;
        let signature = statement(&claim, &heads(&claim)).sign(&self.signing).as_bytes().to_vec();
        Ok(SealedSnapshot { signed: SignedClaim { claim, signature }, bytes })
    }

    fn verify_claim(&self, signed: &SignedClaim, key: &[u8; 32]) -> bool {
        let key = DevicePublicKey::from_bytes(*key);
        let statement = |signature| statement(&signed.claim, &heads(&signed.claim)).verify(&key, &signature).is_ok();
        DeviceSignature::try_from(signed.signature.as_slice()).is_ok_and(statement)
    }

    fn open_snapshot(&self, sealed: &SealedSnapshot) -> Result<Vec<u8>, OpenFault> {
        match self.snapshots.open(sealed.signed.claim.id.as_bytes(), &sealed.bytes) {
            Ok(plain) => Ok(plain.to_vec()),
            Err(OpenError::WrongKey) => Err(OpenFault::WrongKey),
            Err(_) => Err(OpenFault::NotAuthentic),
        }
    }

    fn open(&self, record: &Record) -> Result<Vec<u8>, OpenFault> {
        let frame = Frame::decode(&record.bytes).map_err(|_| OpenFault::NotAuthentic)?;
        let (header, epoch) = (frame.header(), frame.header().key_epoch);
        match self.records.open(epoch, &header.additional_data(), frame.ciphertext()) {
            Ok(payload) => Ok(payload.to_vec()),
            Err(OpenRecordError::UnknownEpoch { epoch }) => Err(OpenFault::UnknownEpoch(epoch)),
            Err(OpenRecordError::WrongKey) => Err(OpenFault::WrongKey),
            Err(OpenRecordError::NewerVersion) => Err(OpenFault::Later),
            Err(OpenRecordError::Malformed | OpenRecordError::NotAuthentic) => Err(OpenFault::NotAuthentic),
        }
    }
}

/// The blob with a snapshot's bytes has the snapshot's id.
fn statement<'a>(claim: &SnapshotClaim, covered: &'a [chain::Head]) -> SnapshotStatement<'a> {
    SnapshotStatement {
        account: claim.account,
        snapshot: claim.id,
        device: ids::DeviceId::from_bytes(*claim.device.as_bytes()),
        blob: BlobId::from_bytes(*claim.id.as_bytes()),
        key_epoch: claim.epoch,
        covered,
    }
}

fn heads(claim: &SnapshotClaim) -> Vec<chain::Head> {
    let head = |(device, head): (&DeviceId, &Head)| chain::Head {
        device: ids::DeviceId::from_bytes(*device.as_bytes()),
        stream: StreamId::LIBRARY,
        seq: head.seq,
        hash: RecordHash::from_bytes(head.hash),
    };
    claim.covered.iter().map(head).collect()
}

fn record(frame: &Frame) -> Record {
    let header = frame.header();
    Record {
        header: Header {
            account: header.account,
            device: DeviceId::from_bytes(*header.device.as_bytes()),
            seq: header.seq,
            epoch: header.key_epoch,
            prev: *header.previous.as_bytes(),
            stamp: Hlc::from_u64(header.hlc),
        },
        hash: *frame.hash().as_bytes(),
        bytes: Arc::from(frame.as_bytes()),
    }
}
