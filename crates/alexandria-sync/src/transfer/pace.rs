//! Which jobs may run now.

use std::collections::BTreeMap;

use super::job::{BlobKind, Direction, Job, Priority, Stage, Subject};
use crate::io::Allowance;

/// Whether a job may send requests at all.
pub(super) const fn is_allowed(job: &Job, allowance: Allowance) -> bool {
    allowance.requests && (allowance.blobs || matches!(job.priority, Priority::Urgent))
}

/// The job to start next: what the reader waits for, then covers, then files; a file after its publication's cover.
pub(super) fn next(
    jobs: &BTreeMap<Subject, (Job, Stage)>,
    is_active: impl Fn(&Subject) -> bool,
    allowance: Allowance,
) -> Option<&Job> {
    let is_ready = |(job, stage): &&(Job, Stage)| {
        *stage != Stage::NoSpace
            && !is_active(&job.subject)
            && is_allowed(job, allowance)
            && !waits_for_cover(jobs, &job.subject)
    };
    let ready = jobs.values().filter(is_ready).map(|(job, _)| job);
    ready.min_by_key(|job| (job.priority, job.subject.kind, job.subject.publication))
}

fn waits_for_cover(jobs: &BTreeMap<Subject, (Job, Stage)>, subject: &Subject) -> bool {
    let cover = Subject { kind: BlobKind::Cover, ..*subject };
    subject.direction == Direction::Upload
        && subject.kind == BlobKind::File
        && jobs.get(&cover).is_some_and(|(_, stage)| *stage != Stage::NoSpace)
}
