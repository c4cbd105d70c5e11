//! Jobs, invitations and secrets.

use async_trait::async_trait;

use super::ModelStore;
use super::state::State;
use crate::store::check;
use crate::store::error::{Entity, StoreError};
use crate::store::id::{Hash, JobId};
use crate::store::invitation::{Invitation, Invitations};
use crate::store::job::{Job, Jobs, NewJob, next_attempt};
use crate::store::secret::Secrets;
use crate::store::time::UnixMillis;

#[async_trait]
impl Jobs for ModelStore {
    async fn enqueue_job(&self, new: NewJob) -> Result<JobId, StoreError> {
        check::name(&new.kind)?;
        Ok(enqueue(&mut self.state(), new))
    }

    async fn take_job(&self, now: UnixMillis) -> Result<Option<Job>, StoreError> {
        let mut state = self.state();
        let due = state.jobs.values_mut().filter(|job| job.job.run_at <= now);
        Ok(due.min_by_key(|job| (job.job.run_at, job.id)).map(|job| {
            job.attempts += 1;
            job.job.run_at = next_attempt(now, job.attempts);
            job.clone()
        }))
    }

    async fn finish_job(&self, id: JobId, attempts: u32) -> Result<bool, StoreError> {
        check::number(id.0)?;
        let mut state = self.state();
        let is_that = state.jobs.get(&id).is_some_and(|job| job.attempts == attempts);
        Ok(is_that && state.jobs.remove(&id).is_some())
    }

    async fn jobs(&self, limit: u32) -> Result<Vec<Job>, StoreError> {
        let mut jobs: Vec<Job> = self.state().jobs.values().cloned().collect();
        jobs.sort_by_key(|job| (job.job.run_at, job.id));
        jobs.truncate(limit as usize);
        Ok(jobs)
    }
}

/// Queues a job, or moves the one there is forward.
pub(super) fn enqueue(state: &mut State, new: NewJob) -> JobId {
    let is_same =
        |job: &&mut Job| new.account.is_some() && (&job.job.kind, job.job.account) == (&new.kind, new.account);
    if let Some(job) = state.jobs.values_mut().find(is_same) {
        job.attempts += u32::from(job.attempts > 0);
        job.job.run_at = job.job.run_at.min(new.run_at);
        job.job.payload = new.payload;
        return job.id;
    }
    state.last_job += 1;
    let id = JobId(state.last_job);
    state.jobs.insert(id, Job { id, job: new, attempts: 0 });
    id
}

#[async_trait]
impl Invitations for ModelStore {
    async fn create_invitation(&self, invitation: Invitation) -> Result<(), StoreError> {
        check::text(&invitation.label)?;
        let mut state = self.state();
        if state.invitations.contains_key(&invitation.hash) {
            return Err(StoreError::Conflict(Entity::Invitation));
        }
        state.invitations.insert(invitation.hash, invitation);
        Ok(())
    }

    async fn invitation(&self, hash: Hash, now: UnixMillis) -> Result<Option<Invitation>, StoreError> {
        let found = self.state().invitations.get(&hash).cloned();
        Ok(found.filter(|invitation| invitation.expires_at > now && invitation.uses_left > 0))
    }

    async fn invitations(&self) -> Result<Vec<Invitation>, StoreError> {
        let mut all: Vec<Invitation> = self.state().invitations.values().cloned().collect();
        all.sort_by_key(|invitation| (invitation.created_at, invitation.hash));
        Ok(all)
    }

    async fn delete_invitation(&self, hash: Hash) -> Result<bool, StoreError> {
        Ok(self.state().invitations.remove(&hash).is_some())
    }
}

#[async_trait]
impl Secrets for ModelStore {
    async fn server_secret(&self, name: String, candidate: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        check::name(&name)?;
        Ok(self.state().secrets.entry(name).or_insert(candidate).clone())
    }

    async fn find_server_secret(&self, name: String) -> Result<Option<Vec<u8>>, StoreError> {
        check::name(&name)?;
        Ok(self.state().secrets.get(&name).cloned())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
