//! Seals for the simulator: fast, with a fresh nonce each time, so that sealing something twice gives different bytes.
//! What the real ones promise is tested where they are.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use alexandria_domain::{DeviceId, Hlc};
use alexandria_sync::crypto::{FrameError, OpenFault, RecordCrypto, SealFault};
use alexandria_sync::record::{AccountId, Header, Record};
use alexandria_sync::snapshot::{SealedSnapshot, SignedClaim, SnapshotClaim};

const HEADER: usize = 16 + 16 + 8 + 4 + 32 + 8 + 8;
const TAG: usize = 32;

/// The keys of one device, shared by the engine and the world around it.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    account_secret: [u8; 32],
    signing: [u8; 32],
    epoch: Rc<Cell<u32>>,
    epochs: Rc<RefCell<BTreeSet<u32>>>,
    nonce: Rc<Cell<u64>>,
}

impl Keys {
    /// The keys of a device that knows the epochs up to `epoch`. `nonces` is shared by all devices.
    pub(crate) fn new(account_secret: [u8; 32], device: DeviceId, epoch: u32, nonces: &Rc<Cell<u64>>) -> Self {
        Self {
            account_secret,
            signing: signing_key(account_secret, device),
            epoch: Rc::new(Cell::new(epoch)),
            epochs: Rc::new(RefCell::new((1..=epoch).collect())),
            nonce: Rc::clone(nonces),
        }
    }

    /// Adds the key of an epoch, and seals with it from now on.
    pub(crate) fn grant(&self, epoch: u32) {
        self.epochs.borrow_mut().insert(epoch);
        self.epoch.set(self.epoch.get().max(epoch));
    }

    fn key(&self, epoch: u32) -> [u8; 32] {
        *blake3::keyed_hash(&self.account_secret, &epoch.to_le_bytes()).as_bytes()
    }

    /// Signs and seals, with a payload that may be no payload.
    pub(crate) fn frame(&self, header: &Header, payload: &[u8]) -> Vec<u8> {
        self.nonce.set(self.nonce.get() + 1);
        let nonce = self.nonce.get().to_le_bytes();
        let mut bytes = [
            header.account.as_bytes().as_slice(),
            header.device.as_bytes(),
            &header.seq.to_le_bytes(),
            &header.epoch.to_le_bytes(),
            &header.prev,
            &header.stamp.to_u64().to_le_bytes(),
            &nonce,
        ]
        .concat();
        let key = self.key(header.epoch);
        let tag = blake3::keyed_hash(&key, &[bytes.as_slice(), payload].concat());
        bytes.extend(tag.as_bytes());
        bytes.extend(xor(&key, nonce, payload));
        let signature = blake3::keyed_hash(&self.signing, &bytes);
        bytes.extend(signature.as_bytes());
        bytes
    }
}

/// The key that signs for a device, which is also what verifies here.
pub(crate) fn signing_key(account_secret: [u8; 32], device: DeviceId) -> [u8; 32] {
    *blake3::keyed_hash(&account_secret, device.as_bytes()).as_bytes()
}

fn encode(claim: &SnapshotClaim) -> Vec<u8> {
    format!("{claim:?}").into_bytes()
}

fn xor(key: &[u8; 32], nonce: [u8; 8], bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0; bytes.len()];
    blake3::Hasher::new_keyed(key).update(b"stream").update(&nonce).finalize_xof().fill(&mut stream);
    stream.iter().zip(bytes).map(|(a, b)| a ^ b).collect()
}

impl RecordCrypto for Keys {
    fn epoch(&self) -> u32 {
        self.epoch.get()
    }

    fn seal(&self, header: &Header, payload: &[u8]) -> Result<Record, SealFault> {
        self.parse(&self.frame(header, payload)).map_err(|error| SealFault(error.to_string()))
    }

    fn parse(&self, frame: &[u8]) -> Result<Record, FrameError> {
        let (header, rest) = frame.split_first_chunk::<HEADER>().ok_or(FrameError::Malformed)?;
        if rest.len() < 2 * TAG {
            return Err(FrameError::Malformed);
        }
        fn part<const N: usize>(header: &[u8], at: usize) -> [u8; N] {
            header[at..at + N].try_into().unwrap()
        }
        let header = Header {
            account: AccountId::from_bytes(part(header, 0)),
            device: DeviceId::from_bytes(part(header, 16)),
            seq: u64::from_le_bytes(part(header, 32)),
            epoch: u32::from_le_bytes(part(header, 40)),
            prev: part(header, 44),
            stamp: Hlc::from_u64(u64::from_le_bytes(part(header, 76))),
        };
        Ok(Record { header, hash: *blake3::hash(frame).as_bytes(), bytes: Arc::from(frame) })
    }

    fn seal_snapshot(&self, claim: SnapshotClaim, plain: &[u8]) -> Result<SealedSnapshot, SealFault> {
        let key = self.key(claim.epoch);
        let bytes = xor(&key, *b"snapshot", plain);
        let signature = blake3::keyed_hash(&self.signing, &encode(&claim)).as_bytes().to_vec();
        Ok(SealedSnapshot { signed: SignedClaim { claim, signature }, bytes })
    }

    fn verify_claim(&self, signed: &SignedClaim, key: &[u8; 32]) -> bool {
        blake3::keyed_hash(key, &encode(&signed.claim)).as_bytes().as_slice() == signed.signature
    }

    fn open_snapshot(&self, sealed: &SealedSnapshot) -> Result<Vec<u8>, OpenFault> {
        let epoch = sealed.signed.claim.epoch;
        if !self.epochs.borrow().contains(&epoch) {
            return Err(OpenFault::UnknownEpoch(epoch));
        }
        Ok(xor(&self.key(epoch), *b"snapshot", &sealed.bytes))
    }

    fn verify(&self, record: &Record, key: &[u8; 32]) -> bool {
        let Some((signed, signature)) = record.bytes.split_last_chunk::<TAG>() else { return false };
        blake3::keyed_hash(key, signed).as_bytes() == signature
    }

    fn open(&self, record: &Record) -> Result<Vec<u8>, OpenFault> {
        let epoch = record.header.epoch;
        if !self.epochs.borrow().contains(&epoch) {
            return Err(OpenFault::UnknownEpoch(epoch));
        }
        let key = self.key(epoch);
        let (header, rest) = record.bytes.split_at(HEADER);
        let (tag, rest) = rest.split_at(TAG);
        let nonce = header[HEADER - 8..].try_into().unwrap();
        let payload = xor(&key, nonce, &rest[..rest.len() - TAG]);
        let expect = blake3::keyed_hash(&key, &[header, payload.as_slice()].concat());
        if expect.as_bytes() == tag { Ok(payload) } else { Err(OpenFault::WrongKey) }
    }
}
