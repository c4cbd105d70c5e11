//! Transfers under faults: two devices, one server with a quota, answers that are lost, processes that die. Traps 11 to 14
//! (two uploads of one book, deletion and "already there", `available` before the file, quota), and invariants 7 and 9.
#![expect(clippy::unwrap_used, reason = "a test stops where its setup fails")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{SystemTime, UNIX_EPOCH};

use alexandria_domain::PublicationId;
use alexandria_protocol::ids::BlobId;
use alexandria_sync::exchange::RequestId;
use alexandria_sync::io::Allowance;
use alexandria_sync::transfer::{
    BlobKind, Direction, Job, MAX_ACTIVE, Priority, Subject, TransferError, TransferInput, TransferOutput,
    TransferReply, TransferRequest, Transfers,
};

const BOOKS: u8 = 5;
const PARTS: u32 = 3;
const QUOTA: u64 = 8;

fn random(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % bound
}

/// A blob on the server; its length is one.
#[derive(Debug, Default)]
struct Blob {
    parts: BTreeSet<u32>,
    is_committed: bool,
    is_deleted: bool,
}

#[derive(Debug)]
struct Server {
    blobs: BTreeMap<BlobId, Blob>,
    quota: u64,
}

impl Server {
    /// Deleted blobs count, because they can be taken back.
    fn usage(&self) -> u64 {
        self.blobs.values().filter(|blob| blob.is_committed).count() as u64
    }

    fn missing(blob: &Blob) -> Vec<u32> {
        (0..PARTS).filter(|part| !blob.parts.contains(part)).collect()
    }

    fn handle(&mut self, request: TransferRequest) -> Result<TransferReply, TransferError> {
        let usage = self.usage();
        match request {
            TransferRequest::Announce(_, id) => {
                if !self.blobs.contains_key(&id) && usage >= self.quota {
                    return Err(TransferError::QuotaFull);
                }
                let blob = self.blobs.entry(id).or_default();
                blob.is_deleted = false;
                Ok(TransferReply::Announced { is_committed: blob.is_committed, missing: Self::missing(blob) })
            }
            TransferRequest::PutPart(_, id, part) => {
                self.blobs.get_mut(&id).ok_or(TransferError::NotFound)?.parts.insert(part);
                Ok(TransferReply::PartStored)
            }
            TransferRequest::Commit(_, id) => {
                let quota = self.quota;
                let blob = self.blobs.get_mut(&id).ok_or(TransferError::NotFound)?;
                if blob.is_committed {
                    return Ok(TransferReply::Committed);
                }
                let missing = Self::missing(blob);
                if !missing.is_empty() {
                    return Err(TransferError::Missing(missing));
                }
                if usage >= quota {
                    return Err(TransferError::QuotaFull);
                }
                blob.is_committed = true;
                Ok(TransferReply::Committed)
            }
            TransferRequest::GetPart(_, id, _) => match self.blobs.get(&id) {
                Some(blob) if blob.is_committed && !blob.is_deleted => Ok(TransferReply::PartStored),
                _ => Err(TransferError::NotFound),
            },
        }
    }
}

#[derive(Debug)]
struct Device {
    transfers: Transfers,
    requests: VecDeque<(RequestId, TransferRequest)>,
    answers: VecDeque<(RequestId, Result<TransferReply, TransferError>)>,
    /// What the device has of each blob: a part is written before its answer comes.
    parts: BTreeMap<Subject, BTreeSet<u32>>,
    /// Files and covers that are complete here.
    here: BTreeSet<(BlobKind, u8)>,
    allowance: Allowance,
}

/// Both devices, the server, and what the cards say, which is the same on both.
struct Test {
    devices: [Device; 2],
    server: Server,
    available: BTreeSet<(BlobKind, u8)>,
    now_ms: u64,
    seed: u64,
}

fn id(kind: BlobKind, book: u8) -> BlobId {
    BlobId::from_bytes([book + if kind == BlobKind::Cover { 100 } else { 0 }; 16])
}

fn book_of(subject: &Subject) -> u8 {
    subject.publication.as_bytes()[0]
}

impl Test {
    fn new(seed: u64) -> Self {
        let device = || Device {
            transfers: Transfers::new([1; 32]),
            requests: VecDeque::new(),
            answers: VecDeque::new(),
            parts: BTreeMap::new(),
            here: BTreeSet::new(),
            allowance: Allowance::default(),
        };
        let server = Server { blobs: BTreeMap::new(), quota: QUOTA };
        let mut test = Self { devices: [device(), device()], server, available: BTreeSet::new(), now_ms: 0, seed };
        // Books 0 and 1 are on both devices, 2 on the first, 3 and 4 on the second.
        for (at, books) in [(0, 0..3), (1, 0..2), (1, 3..BOOKS)] {
            for book in books {
                test.devices[at].here.extend([(BlobKind::Cover, book), (BlobKind::File, book)]);
            }
        }
        test.add_jobs(0);
        test.add_jobs(1);
        test
    }

    /// What the library asks for after a start, and whenever a card changes.
    fn add_jobs(&mut self, at: usize) {
        for book in 0..BOOKS {
            for kind in [BlobKind::Cover, BlobKind::File] {
                let (is_here, is_available) =
                    (self.devices[at].here.contains(&(kind, book)), self.available.contains(&(kind, book)));
                let direction = match (is_here, is_available) {
                    (true, false) => Direction::Upload,
                    (false, true) => Direction::Download,
                    _ => continue,
                };
                let subject = Subject { direction, kind, publication: PublicationId::from_bytes([book; 16]) };
                let have = self.devices[at].parts.get(&subject).cloned().unwrap_or_default();
                let missing = (0..PARTS).filter(|part| !have.contains(part)).collect();
                let job = Job { subject, blob: id(kind, book), bytes: 1, priority: Priority::Background, missing };
                self.step(at, TransferInput::Add(job));
            }
        }
    }

    /// Announcing a blob again that is complete checks that it is there, and takes it out of the bin.
    fn check_blobs(&mut self, at: usize) {
        let device = &self.devices[at];
        let both: Vec<(BlobKind, u8)> = device.here.intersection(&self.available).copied().collect();
        for (kind, book) in both {
            let publication = PublicationId::from_bytes([book; 16]);
            let subject = Subject { direction: Direction::Upload, kind, publication };
            let (blob, priority) = (id(kind, book), Priority::Background);
            self.step(at, TransferInput::Add(Job { subject, blob, bytes: 1, priority, missing: Vec::new() }));
        }
    }

    fn step(&mut self, at: usize, input: TransferInput) {
        let outputs = self.devices[at].transfers.step(self.now_ms, input);
        for output in outputs {
            match output {
                TransferOutput::Send(id, request) => {
                    let device = &mut self.devices[at];
                    assert!(device.allowance.blobs, "nothing begins that is not allowed");
                    device.requests.push_back((id, request));
                    assert!(device.requests.len() + device.answers.len() <= MAX_ACTIVE);
                }
                TransferOutput::Cancel(id) => {
                    self.devices[at].requests.retain(|(other, _)| *other != id);
                    self.devices[at].answers.retain(|(other, _)| *other != id);
                }
                TransferOutput::Uploaded(subject) => {
                    let (kind, book) = (subject.kind, book_of(&subject));
                    assert!(self.server.blobs[&id(kind, book)].is_committed, "available before it is");
                    self.available.insert((kind, book));
                    self.add_jobs(1 - at);
                }
                TransferOutput::Downloaded(subject) => {
                    assert_eq!(self.devices[at].parts[&subject].len(), 3, "all parts are here");
                    self.devices[at].here.insert((subject.kind, book_of(&subject)));
                }
                TransferOutput::Unavailable(subject) => {
                    self.available.remove(&(subject.kind, book_of(&subject)));
                    self.add_jobs(1 - at);
                }
                TransferOutput::WakeAt(_) | TransferOutput::Status(_) => {}
            }
        }
    }

    fn serve(&mut self, at: usize, is_lost: bool, is_answer_lost: bool) {
        let unavailable = Err(TransferError::Unavailable { retry_after_ms: None });
        let Some((request_id, request)) = self.devices[at].requests.pop_front() else { return };
        let mut result = if is_lost { unavailable.clone() } else { self.server.handle(request) };
        if is_answer_lost {
            result = unavailable;
        }
        if let (TransferRequest::GetPart(subject, _, part), Ok(_)) = (request, &result) {
            self.devices[at].parts.entry(subject).or_default().insert(part);
        }
        self.devices[at].answers.push_back((request_id, result));
        assert!(self.server.usage() <= self.server.quota.max(QUOTA));
    }

    fn answer(&mut self, at: usize) {
        if let Some((request, result)) = self.devices[at].answers.pop_front() {
            self.step(at, TransferInput::Answer(request, result));
        }
    }

    fn fault(&mut self) {
        let seed = &mut self.seed;
        let at = usize::from(random(seed, 2) == 0);
        match random(seed, 12) {
            0..5 => {
                let (lost, answer_lost) = (random(seed, 8) == 0, random(seed, 8) == 0);
                self.serve(at, lost, answer_lost);
            }
            5..9 => self.answer(at),
            9 => {
                let allowance = Allowance { requests: true, blobs: random(seed, 2) == 0 };
                self.devices[at].allowance = allowance;
                self.step(at, TransferInput::Allowance(allowance));
                let device = &self.devices[at];
                assert!(allowance.blobs || device.requests.len() + device.answers.len() == 0, "stopped in flight");
            }
            10 => {
                self.restart(at);
            }
            _ => {
                // The other device deletes the blob, and says in the card that it is gone.
                let (kind, book) = (BlobKind::File, u8::try_from(random(seed, 5)).unwrap());
                if let Some(blob) = self.server.blobs.get_mut(&id(kind, book)).filter(|blob| blob.is_committed) {
                    blob.is_deleted = true;
                    self.available.remove(&(kind, book));
                    self.add_jobs(0);
                    self.add_jobs(1);
                }
                self.now_ms += 60_000;
                self.step(at, TransferInput::Timer);
            }
        }
    }

    fn restart(&mut self, at: usize) {
        let seed = [u8::try_from(random(&mut self.seed, 256)).unwrap(); 32];
        let device = &mut self.devices[at];
        device.transfers = Transfers::new(seed);
        device.allowance = Allowance::default();
        device.requests.clear();
        device.answers.clear();
        self.add_jobs(at);
    }
}

/// Which books are complete on a device and available on the server.
fn complete(test: &Test) -> bool {
    let all = usize::from(BOOKS) * 2;
    test.available.len() == all && test.devices.iter().all(|device| device.here.len() == all)
}

#[test]
fn transfers_end_complete_after_any_faults() {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let first = u64::from(since.subsec_nanos());
    println!("seed {first}");
    for seed in first..first + 300 {
        let mut test = Test::new(seed);
        (0..400).for_each(|_| test.fault());
        // A fair network, and space for all.
        test.server.quota = 100;
        for at in [0, 1] {
            test.devices[at].allowance = Allowance::default();
            test.step(at, TransferInput::Allowance(Allowance::default()));
            test.step(at, TransferInput::SpaceFreed);
        }
        for round in 0..400 {
            for at in [0, 1] {
                // A blob that was deleted while it was claimed is found by the check that each device makes now and then.
                if round == 200 {
                    test.check_blobs(at);
                }
                test.serve(at, false, false);
                test.answer(at);
                test.step(at, TransferInput::Timer);
                // The library looks again whenever a card changed.
                test.add_jobs(at);
            }
            test.now_ms += 60_000;
        }
        assert!(complete(&test), "seed {seed}: {:?}", test.available);
        for kind in [BlobKind::Cover, BlobKind::File] {
            for book in 0..BOOKS {
                let blob = &test.server.blobs[&id(kind, book)];
                assert!(blob.is_committed && !blob.is_deleted, "seed {seed}: a live card names a blob that is gone");
            }
        }
    }
}

/// What waits for space is listed with its size, and goes on when there is some.
#[test]
fn uploads_without_space_wait_in_a_list() {
    let mut test = Test::new(1);
    test.server.quota = 0;
    for _ in 0..40 {
        test.serve(0, false, false);
        test.answer(0);
    }
    let outputs = test.devices[0].transfers.step(0, TransferInput::SpaceFreed);
    let status = outputs.iter().find_map(|output| match output {
        TransferOutput::Status(status) => Some(status.clone()),
        _ => None,
    });
    assert_eq!(status.map(|status| (status.active, status.without_space.len())), Some((2, 0)));
    assert!(test.available.is_empty());
}
