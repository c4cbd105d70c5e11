//! One file or cover to transfer.

use std::collections::VecDeque;

use alexandria_domain::PublicationId;
use alexandria_protocol::ids::BlobId;

/// What is transferred. Covers come before files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlobKind {
    /// The cover.
    Cover,
    /// The publication's file.
    File,
}

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// To this device.
    Download,
    /// To the server.
    Upload,
}

/// Names a job: there is one for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Where to.
    pub direction: Direction,
    /// What.
    pub kind: BlobKind,
    /// Of which publication.
    pub publication: PublicationId,
}

/// How soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// The reader waits for it: also when blobs are not allowed.
    Urgent,
    /// When there is nothing more urgent, and blobs are allowed.
    Background,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What it is about.
    pub subject: Subject,
    /// The blob.
    pub blob: BlobId,
    /// Length in bytes, for the list of what waits for space.
    pub bytes: u64,
    /// How soon.
    pub priority: Priority,
    /// Of a download: the parts that are not here yet.
    pub missing: Vec<u32>,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The blob has to be announced: that creates it, claims it, or takes it out of the bin.
    Announce,
    /// These parts have to be sent or fetched.
    Parts(VecDeque<u32>),
    /// All parts were sent.
    Commit,
    /// The account has no space.
    NoSpace,
}

impl Job {
    pub(super) fn first_stage(&self) -> Stage {
        match self.subject.direction {
            Direction::Upload => Stage::Announce,
            Direction::Download => Stage::Parts(self.missing.iter().copied().collect()),
        }
    }
}
