//! The transfers under way: like [`crate::Engine`], a state that takes what happened and says what to do.

use std::collections::{BTreeMap, VecDeque};

use alexandria_domain::PublicationId;
use alexandria_protocol::ids::BlobId;

use super::job::{Direction, Job, Stage, Subject};
use super::pace;
use crate::backoff::Backoff;
use crate::entropy::Entropy;
use crate::exchange::RequestId;
use crate::io::Allowance;

/// Most jobs that have a request under way.
pub const MAX_ACTIVE: usize = 2;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferInput {
    /// A job; replaces one about the same subject that has not begun.
    Add(Job),
    /// The publication is not to be transferred any more.
    Remove(PublicationId),
    /// An answer.
    Answer(RequestId, Result<TransferReply, TransferError>),
    /// The time that [`TransferOutput::WakeAt`] named has come.
    Timer,
    /// What may be transferred now.
    Allowance(Allowance),
    /// There may be space on the server again.
    SpaceFreed,
}

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferRequest {
    /// Announces a blob with the digests of its parts: creates it, claims it, or takes it out of the bin.
    Announce(Subject, BlobId),
    /// Sends a part.
    PutPart(Subject, BlobId, u32),
    /// Completes the blob, which counts its bytes.
    Commit(Subject, BlobId),
    /// Fetches a part. The driver writes it down before it answers.
    GetPart(Subject, BlobId, u32),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferReply {
    /// To an announcement.
    Announced {
        /// Whether the blob is complete, and now held for this account.
        is_committed: bool,
        /// The parts that the server lacks.
        missing: Vec<u32>,
    },
    /// A part was stored, there or here.
    PartStored,
    /// The blob is complete.
    Committed,
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// No connection, something in between, a busy server, or a refusal that may pass.
    #[error("the server cannot be used now")]
    Unavailable {
        /// How long it asks us to wait, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// Of a commit: parts are missing.
    #[error("parts are missing")]
    Missing(Vec<u32>),
    /// The server does not have the blob, or no longer.
    #[error("there is no such blob")]
    NotFound,
    /// The account has no space.
    #[error("the account has no space left")]
    QuotaFull,
    /// Of a download: what came is not what was sealed.
    #[error("the blob was changed")]
    Corrupt,
    /// Of an upload: the file is not here any more.
    #[error("the file is not here")]
    NoFile,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferOutput {
    /// Send a request.
    Send(RequestId, TransferRequest),
    /// Stop a request, also in the middle of a body.
    Cancel(RequestId),
    /// The server has the complete blob: only now may the card say so.
    Uploaded(Subject),
    /// All parts are here: verify and import the file.
    Downloaded(Subject),
    /// The server does not have the blob, or a wrong one: a device that has the file uploads it again.
    Unavailable(Subject),
    /// Step with [`TransferInput::Timer`] then, in milliseconds of the monotonic clock.
    WakeAt(u64),
    /// What to show.
    Status(TransferStatus),
}

/// The transfers as the window shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransferStatus {
    /// Jobs that have a request under way.
    pub active: usize,
    /// Jobs that wait, for their turn or for permission.
    pub waiting: usize,
    /// Uploads for which the account has no space, with their bytes.
    pub without_space: Vec<(PublicationId, u64)>,
}

/// All transfers of one device.
#[derive(Debug)]
pub struct Transfers {
    jobs: BTreeMap<Subject, (Job, Stage)>,
    active: BTreeMap<RequestId, Subject>,
    allowance: Allowance,
    backoff: Backoff,
    entropy: Entropy,
    shown: TransferStatus,
}

impl Transfers {
    /// No transfers. `seed` is random; request ids and jitter come from it.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            jobs: BTreeMap::new(),
            active: BTreeMap::new(),
            allowance: Allowance::default(),
            backoff: Backoff::default(),
            entropy: Entropy::new(seed),
            shown: TransferStatus::default(),
        }
    }

    /// Takes one input at `now_ms` of the monotonic clock.
    pub fn step(&mut self, now_ms: u64, input: TransferInput) -> Vec<TransferOutput> {
        let mut outputs = Vec::new();
        match input {
            TransferInput::Add(job) => self.add(job),
            TransferInput::Remove(publication) => {
                self.cancel(&mut outputs, |subject, _| subject.publication == publication);
                self.jobs.retain(|subject, _| subject.publication != publication);
            }
            TransferInput::Answer(request, result) => {
                if let Some(subject) = self.active.remove(&request) {
                    self.answer(now_ms, subject, result, &mut outputs);
                }
            }
            TransferInput::Timer => {}
            TransferInput::Allowance(allowance) => {
                self.allowance = allowance;
                self.cancel(&mut outputs, |_, job| !pace::is_allowed(job, allowance));
            }
            TransferInput::SpaceFreed => {
                let waiting = self.jobs.values_mut().filter(|(_, stage)| *stage == Stage::NoSpace);
                waiting.for_each(|(_, stage)| *stage = Stage::Announce);
            }
        }
        self.start(now_ms, &mut outputs);
        outputs
    }

    fn add(&mut self, job: Job) {
        let stage = job.first_stage();
        match self.jobs.get_mut(&job.subject) {
            // What has begun goes on; only how urgent it is may change.
            Some((known, _)) if known.blob == job.blob => known.priority = known.priority.min(job.priority),
            _ => drop(self.jobs.insert(job.subject, (job, stage))),
        }
    }

    fn cancel(&mut self, outputs: &mut Vec<TransferOutput>, is_meant: impl Fn(&Subject, &Job) -> bool) {
        let jobs = &self.jobs;
        self.active.retain(|request, subject| {
            let stays = jobs.get(subject).is_some_and(|(job, _)| !is_meant(subject, job));
            if !stays {
                outputs.push(TransferOutput::Cancel(*request));
            }
            stays
        });
    }

    fn answer(
        &mut self,
        now_ms: u64,
        subject: Subject,
        result: Result<TransferReply, TransferError>,
        outputs: &mut Vec<TransferOutput>,
    ) {
        let Some((_, stage)) = self.jobs.get_mut(&subject) else { return };
        if !matches!(result, Err(TransferError::Unavailable { .. })) {
            self.backoff.succeed();
        }
        let is_done = match (&mut *stage, result) {
            (Stage::Announce, Ok(TransferReply::Announced { is_committed, missing })) => {
                *stage = Stage::Parts(missing.into());
                is_committed
            }
            (Stage::Parts(parts), Ok(TransferReply::PartStored)) => {
                parts.pop_front();
                parts.is_empty() && subject.direction == Direction::Download
            }
            (Stage::Commit, Ok(TransferReply::Committed)) => true,
            (_, Err(TransferError::Missing(parts))) if !parts.is_empty() => {
                *stage = Stage::Parts(parts.into());
                false
            }
            (_, Err(TransferError::QuotaFull)) => {
                *stage = Stage::NoSpace;
                false
            }
            (_, Err(TransferError::NotFound | TransferError::Corrupt)) if subject.direction == Direction::Download => {
                self.jobs.remove(&subject);
                outputs.push(TransferOutput::Unavailable(subject));
                false
            }
            (_, Err(TransferError::NoFile)) => {
                self.jobs.remove(&subject);
                false
            }
            // The announcement expired, or the answer is to no question that was asked: from the beginning.
            (_, Err(TransferError::NotFound)) => {
                *stage = Stage::Announce;
                false
            }
            (_, Err(TransferError::Unavailable { retry_after_ms })) => {
                self.backoff.fail(now_ms, retry_after_ms, &mut self.entropy);
                false
            }
            (_, _) => {
                self.backoff.fail(now_ms, None, &mut self.entropy);
                false
            }
        };
        if let Stage::Parts(parts) = stage_of(&mut self.jobs, &subject)
            && parts.is_empty()
            && subject.direction == Direction::Upload
        {
            self.set(subject, Stage::Commit);
        }
        if is_done {
            self.jobs.remove(&subject);
            outputs.push(match subject.direction {
                Direction::Upload => TransferOutput::Uploaded(subject),
                Direction::Download => TransferOutput::Downloaded(subject),
            });
        }
    }

    fn set(&mut self, subject: Subject, to: Stage) {
        if let Some((_, stage)) = self.jobs.get_mut(&subject) {
            *stage = to;
        }
    }

    fn start(&mut self, now_ms: u64, outputs: &mut Vec<TransferOutput>) {
        if let Some(until) = self.backoff.until(now_ms) {
            outputs.push(TransferOutput::WakeAt(until));
        } else {
            while self.active.len() < MAX_ACTIVE {
                let active = &self.active;
                let is_active = |subject: &Subject| active.values().any(|other| other == subject);
                let Some(job) = pace::next(&self.jobs, is_active, self.allowance) else { break };
                let (subject, blob) = (job.subject, job.blob);
                let Some(request) = self.request(subject, blob, outputs) else { continue };
                let id = RequestId(self.entropy.next());
                self.active.insert(id, subject);
                outputs.push(TransferOutput::Send(id, request));
            }
        }
        let status = self.status();
        if status != self.shown {
            self.shown = status.clone();
            outputs.push(TransferOutput::Status(status));
        }
    }

    /// The next request of a job; `None` if it turned out to be done.
    fn request(
        &mut self,
        subject: Subject,
        blob: BlobId,
        outputs: &mut Vec<TransferOutput>,
    ) -> Option<TransferRequest> {
        let (_, stage) = self.jobs.get(&subject)?;
        Some(match stage {
            Stage::Announce | Stage::NoSpace => TransferRequest::Announce(subject, blob),
            Stage::Commit => TransferRequest::Commit(subject, blob),
            Stage::Parts(parts) => match (parts.front(), subject.direction) {
                (Some(part), Direction::Upload) => TransferRequest::PutPart(subject, blob, *part),
                (Some(part), Direction::Download) => TransferRequest::GetPart(subject, blob, *part),
                (None, _) => {
                    self.jobs.remove(&subject);
                    outputs.push(TransferOutput::Downloaded(subject));
                    return None;
                }
            },
        })
    }

    fn status(&self) -> TransferStatus {
        let without_space = self.jobs.values().filter(|(_, stage)| *stage == Stage::NoSpace);
        let without_space: Vec<_> = without_space.map(|(job, _)| (job.subject.publication, job.bytes)).collect();
        let active = self.active.len();
        TransferStatus { active, waiting: self.jobs.len() - active - without_space.len(), without_space }
    }
}

/// The stage of a job; of one that is gone, one that nothing follows from.
fn stage_of(jobs: &mut BTreeMap<Subject, (Job, Stage)>, subject: &Subject) -> Stage {
    jobs.get(subject).map_or_else(|| Stage::Parts(VecDeque::from([0])), |(_, stage)| stage.clone())
}
