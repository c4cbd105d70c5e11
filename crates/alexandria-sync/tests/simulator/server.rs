//! A model of the server: the rules of the real one, in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use alexandria_domain::DeviceId;
use alexandria_sync::crypto::RecordCrypto as _;
use alexandria_sync::exchange::{LogHeads, Reply, Request, RequestError};
use alexandria_sync::record::{Cursor, Head, LogId, Record};
use alexandria_sync::registry::{Device, Registry};
use alexandria_sync::snapshot::{ReceivedSnapshot, SealedSnapshot};

use crate::crypto::Keys;

/// How far a record's stamp may be ahead, in milliseconds.
const MAX_AHEAD_MS: u64 = 5 * 60 * 1000;

/// What of the server is rolled back when it is restored from a backup.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    id: LogId,
    /// In the order of positions, from 1; those up to `pruned` are gone.
    records: Vec<Record>,
    pruned: usize,
    chains: BTreeMap<DeviceId, Vec<Head>>,
    /// The newest two, the newer one last.
    snapshots: Vec<SealedSnapshot>,
}

impl Log {
    /// The position of the last record.
    fn end(&self) -> usize {
        self.pruned + self.records.len()
    }

    /// The last position up to which a snapshot covers all records.
    fn covered(&self, sealed: &SealedSnapshot) -> usize {
        let covered = &sealed.signed.claim.covered;
        let is_covered =
            |record: &&Record| covered.get(&record.header.device).is_some_and(|head| head.seq >= record.header.seq);
        self.pruned + self.records.iter().take_while(is_covered).count()
    }

    /// How many records of a chain the log has, or had before a snapshot.
    pub(crate) fn length(&self, device: DeviceId) -> u64 {
        self.chains.get(&device).map_or(0, Vec::len) as u64
    }
}

/// How the server is wrong on purpose, to prove that the simulator notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bugs {
    /// Positions are given when a push begins, and show when it ends: a reader can pass one that shows later.
    pub(crate) late_commit: bool,
}

/// The server.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) log: Log,
    pub(crate) registry: BTreeMap<DeviceId, Device>,
    pub(crate) bugs: Bugs,
    /// Only to split frames: the server opens nothing.
    parser: Keys,
    /// A page's limit, which the server may change at any time.
    pub(crate) page: usize,
    /// Bytes that were pushed, and those that were new.
    pub(crate) pushed_bytes: u64,
    pub(crate) new_bytes: u64,
    pub(crate) made_snapshots: u64,
    pub(crate) loaded_snapshots: u64,
    logs: u64,
}

impl Server {
    pub(crate) fn new(parser: Keys) -> Self {
        let log = Log { id: log_id(1), records: Vec::new(), pruned: 0, chains: BTreeMap::new(), snapshots: Vec::new() };
        let registry = BTreeMap::new();
        Self {
            log,
            registry,
            bugs: Bugs::default(),
            parser,
            page: 10,
            pushed_bytes: 0,
            new_bytes: 0,
            made_snapshots: 0,
            loaded_snapshots: 0,
            logs: 1,
        }
    }

    pub(crate) fn registry(&self) -> Registry {
        Registry::new(self.registry.clone())
    }

    /// The end of a chain.
    pub(crate) fn head(&self, device: DeviceId) -> Head {
        self.log.chains.get(&device).and_then(|chain| chain.last()).copied().unwrap_or(Head::EMPTY)
    }

    pub(crate) fn heads(&self) -> BTreeMap<DeviceId, Head> {
        self.log.chains.keys().map(|device| (*device, self.head(*device))).collect()
    }

    /// All records, in the order of the log.
    pub(crate) fn records(&self) -> &[Record] {
        &self.log.records
    }

    /// Ends a device's chain. Later records of it are refused.
    pub(crate) fn revoke(&mut self, device: DeviceId) {
        let head = self.head(device);
        if let Some(entry) = self.registry.get_mut(&device) {
            entry.revoked_after.get_or_insert(head);
        }
    }

    /// Goes back to an older state, under another log id.
    pub(crate) fn restore(&mut self, log: Log) {
        self.logs += 1;
        self.log = Log { id: log_id(self.logs), ..log };
        // The list of devices is kept apart and not restored. A state from before a revocation may have records that the signed
        // revocation says never counted; an honest server does not serve them again.
        let registry = &self.registry;
        self.log.records.retain(|record| {
            let entry = registry.get(&record.header.device);
            entry.and_then(|entry| entry.revoked_after).is_none_or(|last| record.header.seq <= last.seq)
        });
    }

    pub(crate) fn handle(&mut self, from: DeviceId, request: &Request, now_ms: u64) -> Result<Reply, RequestError> {
        if self.registry.get(&from).is_none_or(|device| device.revoked_after.is_some()) {
            return Err(RequestError::Revoked);
        }
        match request {
            Request::Push { device, frames } => self.push(*device, frames, now_ms),
            Request::Pull { after } => self.pull(*after),
            Request::Poll { after, .. } => {
                let read = self.place(Some(*after))?;
                Ok(if self.log.end() > read { Reply::Changed } else { Reply::Unchanged })
            }
            Request::Heads => Ok(Reply::Heads(LogHeads { log: self.log.id, heads: self.heads() })),
            Request::Devices => Ok(Reply::Devices(self.registry())),
            Request::SnapshotClaim => {
                Ok(Reply::SnapshotClaim(self.log.snapshots.last().map(|sealed| sealed.signed.clone())))
            }
            Request::Snapshot => {
                self.loaded_snapshots += 1;
                let received = self.log.snapshots.last().map(|sealed| {
                    let next = Cursor::new(self.log.id, self.log.covered(sealed) as u64);
                    Box::new(ReceivedSnapshot { sealed: sealed.clone(), next })
                });
                Ok(Reply::Snapshot(received))
            }
            Request::PutSnapshot(sealed) => self.put_snapshot(sealed),
        }
    }

    fn push(&mut self, device: DeviceId, frames: &[Arc<[u8]>], now_ms: u64) -> Result<Reply, RequestError> {
        let malformed = |_| RequestError::Refused("malformed".into());
        let records = frames.iter().map(|frame| self.parser.parse(frame).map_err(malformed));
        let records: Vec<Record> = records.collect::<Result<_, _>>()?;
        let entry = self.registry.get(&device).ok_or(RequestError::Refused("unknown device".into()))?;
        let mut chain = self.log.chains.get(&device).cloned().unwrap_or_default();
        let mut new = Vec::new();
        for record in records {
            let seq = record.header.seq;
            if record.header.device != device || !self.parser.verify(&record, &entry.key) {
                return Err(RequestError::Refused("signature".into()));
            }
            if record.header.stamp.millis() > now_ms + MAX_AHEAD_MS {
                return Err(RequestError::StampAhead);
            }
            if entry.revoked_after.is_some_and(|last| seq > last.seq) {
                return Err(RequestError::Refused("device revoked".into()));
            }
            let length = chain.len() as u64;
            if seq <= length {
                if chain[usize::try_from(seq - 1).unwrap()].hash != record.hash {
                    return Err(RequestError::Fork { seq });
                }
            } else if seq != length + 1 {
                return Err(RequestError::Gap { expected: length + 1 });
            } else if record.header.prev != chain.last().map_or([0; 32], |head| head.hash) {
                return Err(RequestError::Fork { seq });
            } else {
                chain.push(record.head());
                new.push(record);
            }
        }
        self.pushed_bytes += frames.iter().map(|frame| frame.len() as u64).sum::<u64>();
        self.new_bytes += new.iter().map(|record| record.bytes.len() as u64).sum::<u64>();
        let heads = chain.last().map(|head| (device, *head)).into_iter().collect();
        self.log.chains.insert(device, chain);
        if self.bugs.late_commit && self.log.records.len() > 3 {
            let at = self.log.records.len() - 1;
            self.log.records.splice(at..at, new);
        } else {
            self.log.records.extend(new);
        }
        Ok(Reply::Pushed(LogHeads { log: self.log.id, heads }))
    }

    fn put_snapshot(&mut self, sealed: &SealedSnapshot) -> Result<Reply, RequestError> {
        let is_within = |(device, head): (&DeviceId, &Head)| {
            let chain = self.log.chains.get(device);
            chain.is_some_and(|chain| chain.get(usize::try_from(head.seq).unwrap() - 1) == Some(head))
        };
        if !sealed.signed.claim.covered.iter().all(is_within) {
            return Err(RequestError::Refused("invalid".into()));
        }
        if !self.log.snapshots.contains(sealed) {
            self.log.snapshots.push(sealed.clone());
            self.made_snapshots += 1;
        }
        // The two that cover most stay.
        let log = self.log.clone();
        self.log.snapshots.sort_by_key(|sealed| log.covered(sealed));
        if self.log.snapshots.len() > 2 {
            self.log.snapshots.remove(0);
        }
        if let [older, _] = self.log.snapshots.as_slice() {
            let through = log.covered(older);
            self.log.records.drain(..through.saturating_sub(self.log.pruned));
            self.log.pruned = self.log.pruned.max(through);
        }
        Ok(Reply::SnapshotStored)
    }

    fn pull(&mut self, after: Option<Cursor>) -> Result<Reply, RequestError> {
        let from = self.place(after)?;
        let Some(from) = from.checked_sub(self.log.pruned) else { return Err(RequestError::Compacted) };
        let page: Vec<Vec<u8>> =
            self.log.records[from..].iter().take(self.page.max(1)).map(|record| record.bytes.to_vec()).collect();
        let next = Cursor::new(self.log.id, (self.log.pruned + from + page.len()) as u64);
        Ok(Reply::Page { frames: page, next })
    }

    /// How many records a cursor covers. One that is beyond the end shows that the log was rolled back.
    fn place(&mut self, after: Option<Cursor>) -> Result<usize, RequestError> {
        let Some(after) = after else { return Ok(0) };
        let covered = usize::try_from(after.position()).unwrap();
        if after.log() == self.log.id && covered > self.log.end() {
            self.logs += 1;
            self.log.id = log_id(self.logs);
        }
        if after.log() == self.log.id { Ok(covered) } else { Err(RequestError::LogChanged) }
    }
}

fn log_id(number: u64) -> LogId {
    let mut bytes = [0xee; 16];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    LogId::from_bytes(bytes)
}
