//! Enrolments and audit events.

use async_trait::async_trait;

use super::ModelStore;
use crate::store::audit::{AuditEvent, AuditLog, NewAuditEvent};
use crate::store::check;
use crate::store::enrolment::{Enrolment, Enrolments};
use crate::store::error::{Entity, StoreError};
use crate::store::id::{AccountId, EnrolmentId};
use crate::store::time::UnixMillis;

#[async_trait]
impl Enrolments for ModelStore {
    async fn create_enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        state: Vec<u8>,
        expires_at: UnixMillis,
    ) -> Result<(), StoreError> {
        self.with(account, |account| {
            if account.enrolments.contains_key(&id) {
                return Err(StoreError::Conflict(Entity::Enrolment));
            }
            account.enrolments.insert(id, Enrolment { id, version: 1, state, expires_at });
            Ok(())
        })
    }

    async fn enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        now: UnixMillis,
    ) -> Result<Option<Enrolment>, StoreError> {
        let found = self.of(account, |state| state.enrolments.get(&id).cloned());
        Ok(found.filter(|enrolment| enrolment.expires_at > now))
    }

    async fn enrolments(&self, account: AccountId, now: UnixMillis) -> Result<Vec<Enrolment>, StoreError> {
        Ok(self.of(account, |state| {
            state.enrolments.values().filter(|enrolment| enrolment.expires_at > now).cloned().collect()
        }))
    }

    async fn update_enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        expected: u64,
        state: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        self.with(account, |account| {
            let found = account.enrolments.get_mut(&id).filter(|enrolment| enrolment.expires_at > now);
            let found = found.ok_or(StoreError::NotFound(Entity::Enrolment))?;
            if found.version != expected {
                return Err(StoreError::VersionMismatch { current: found.version });
            }
            found.version += 1;
            found.state = state;
            Ok(found.version)
        })
    }

    async fn expire_enrolments(&self, now: UnixMillis, limit: u32) -> Result<u64, StoreError> {
        let mut state = self.state();
        let mut ended = Vec::new();
        for (&account, found) in &state.accounts {
            let over = found.enrolments.values().filter(|enrolment| enrolment.expires_at <= now);
            ended.extend(over.map(|enrolment| (enrolment.expires_at, account, enrolment.id)));
        }
        ended.sort();
        ended.truncate(limit as usize);
        for (_, account, id) in &ended {
            if let Some(account) = state.accounts.get_mut(account) {
                account.enrolments.remove(id);
            }
        }
        Ok(ended.len() as u64)
    }
}

#[async_trait]
impl AuditLog for ModelStore {
    async fn add_audit_event(
        &self,
        account: AccountId,
        event: NewAuditEvent,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        check::name(&event.kind)?;
        check::text(&event.detail)?;
        self.with(account, |state| {
            state.audit_number += 1;
            state.audit.push(AuditEvent { number: state.audit_number, at: now, event });
            Ok(state.audit_number)
        })
    }

    async fn audit_events(
        &self,
        account: AccountId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        Ok(self.of(account, |state| {
            let newest = state.audit.iter().rev();
            let older = newest.filter(|event| before.is_none_or(|before| event.number < before));
            older.take(limit as usize).cloned().collect()
        }))
    }

    async fn expire_audit_events(&self, before: UnixMillis, limit: u32) -> Result<u64, StoreError> {
        let mut state = self.state();
        let mut ended = Vec::new();
        for (&account, found) in &state.accounts {
            let old = found.audit.iter().filter(|event| event.at < before);
            ended.extend(old.map(|event| (event.at, account, event.number)));
        }
        ended.sort();
        ended.truncate(limit as usize);
        for (_, account, number) in &ended {
            if let Some(account) = state.accounts.get_mut(account) {
                account.audit.retain(|event| event.number != *number);
            }
        }
        Ok(ended.len() as u64)
    }
}
