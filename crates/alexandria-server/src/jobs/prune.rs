//! The queue: removing the records of an account that its older snapshot covers.

use super::background::{Background, JobError, PassReport};
use crate::store::job::PRUNE;

/// Records removed in one transaction.
const RECORDS_AT_ONCE: u32 = 2000;

/// Runs the jobs that are due. One that fails is tried again by itself, later and later.
pub(super) async fn run(background: &Background, report: &mut PassReport) -> Result<(), JobError> {
    let mut first_error = Ok(());
    while let Some(job) = background.store.take_job(background.now()).await? {
        let result = match (job.job.kind.as_str(), job.job.account) {
            (PRUNE, Some(account)) => prune(background, account, report).await,
            (kind, _) => {
                tracing::warn!(kind, "a job of a kind that this server does not know waits");
                continue;
            }
        };
        match result {
            Ok(()) => {
                background.store.finish_job(job.id, job.attempts).await?;
            }
            Err(error) => first_error = first_error.and(Err(error)),
        }
    }
    first_error
}

async fn prune(
    background: &Background,
    account: crate::store::AccountId,
    report: &mut PassReport,
) -> Result<(), JobError> {
    loop {
        let removed = background.store.prune_records(account, RECORDS_AT_ONCE).await?;
        report.pruned_records += removed;
        if removed == 0 {
            return Ok(());
        }
    }
}
