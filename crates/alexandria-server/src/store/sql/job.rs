//! The queue of background jobs.

use async_trait::async_trait;

use super::SqlStore;
use super::row::Row;
use super::tx::{Backend, Tx, first, work};
use super::value::{number, values};
use crate::store::check;
use crate::store::error::StoreError;
use crate::store::id::{AccountId, JobId};
use crate::store::job::{Job, Jobs, NewJob, next_attempt};
use crate::store::time::UnixMillis;

const COLUMNS: &str = "id, kind, account, payload, run_at, attempts";

#[async_trait]
impl<B: Backend> Jobs for SqlStore<B> {
    async fn enqueue_job(&self, new: NewJob) -> Result<JobId, StoreError> {
        check::name(&new.kind)?;
        self.service_write(work!(|tx| enqueue(tx, new).await)).await
    }

    async fn take_job(&self, now: UnixMillis) -> Result<Option<Job>, StoreError> {
        self.service_write(work!(|tx| take(tx, now).await)).await
    }

    async fn finish_job(&self, id: JobId, attempts: u32) -> Result<bool, StoreError> {
        let id = number(id.0)?;
        self.service_write(work!(|tx| {
            Ok(tx.execute("delete from jobs where id = $1 and attempts = $2", &[id, attempts.into()]).await? > 0)
        }))
        .await
    }

    async fn jobs(&self, limit: u32) -> Result<Vec<Job>, StoreError> {
        self.service_read(work!(|tx| {
            let sql = format!("select {COLUMNS} from jobs order by run_at, id limit $1");
            tx.query(&sql, values![limit]).await?.into_iter().map(read).collect()
        }))
        .await
    }
}

fn read(mut row: Row) -> Result<Job, StoreError> {
    let id = JobId(row.number()?);
    let kind = row.text()?;
    let account = row.optional_array()?.map(AccountId::from_bytes);
    let job = NewJob { kind, account, payload: row.bytes()?, run_at: row.time()? };
    Ok(Job { id, job, attempts: row.small()? })
}

/// Queues a job, or moves the one there is forward. One that has been taken gets another attempt's number, so that who runs
/// it cannot finish it.
pub(super) async fn enqueue(tx: &mut dyn Tx, new: NewJob) -> Result<JobId, StoreError> {
    let values = values![new.kind, new.account, new.payload, new.run_at];
    let found = match new.account {
        // Postgres would use up a number for an insertion that meets a row.
        Some(_) => first(tx, &format!("{MOVE_FORWARD} where kind = $1 and account = $2 returning id"), values).await?,
        None => None,
    };
    let row = match found {
        Some(row) => Some(row),
        None => first(tx, INSERT, values).await?,
    };
    let mut row = row.ok_or(StoreError::Corrupt("a job without a number"))?;
    row.number().map(JobId)
}

const MOVE_FORWARD: &str = "update jobs set payload = $3, run_at = case when $4 < run_at then $4 else run_at end, \
                            attempts = case when attempts > 0 then attempts + 1 else 0 end";

/// Somebody else can have queued it since.
const INSERT: &str = "insert into jobs (kind, account, payload, run_at, attempts) values ($1, $2, $3, $4, 0) \
                      on conflict (kind, account) where account is not null do update set \
                      payload = excluded.payload, \
                      run_at = case when excluded.run_at < jobs.run_at then excluded.run_at else jobs.run_at end, \
                      attempts = case when jobs.attempts > 0 then jobs.attempts + 1 else 0 end returning id";

async fn take(tx: &mut dyn Tx, now: UnixMillis) -> Result<Option<Job>, StoreError> {
    let sql =
        format!("select {COLUMNS} from jobs where run_at <= $1 order by run_at, id limit 1 for update skip locked");
    let Some(row) = first(tx, &sql, values![now]).await? else { return Ok(None) };
    let mut job = read(row)?;
    job.attempts = job.attempts.saturating_add(1);
    job.job.run_at = next_attempt(now, job.attempts);
    let values = [number(job.id.0)?, job.attempts.into(), job.job.run_at.into()];
    tx.execute("update jobs set attempts = $2, run_at = $3 where id = $1", &values).await?;
    Ok(Some(job))
}
