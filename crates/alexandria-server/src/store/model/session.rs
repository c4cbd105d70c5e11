//! Sessions.

use async_trait::async_trait;

use super::ModelStore;
use crate::store::error::{Entity, StoreError};
use crate::store::id::{AccountId, DeviceId, Hash, SessionId};
use crate::store::session::{NewSession, Session, Sessions};
use crate::store::time::UnixMillis;

#[async_trait]
impl Sessions for ModelStore {
    async fn create_session(&self, account: AccountId, new: NewSession, now: UnixMillis) -> Result<(), StoreError> {
        let mut state = self.state();
        let is_token_taken =
            state.accounts.values().any(|account| account.sessions.values().any(|(_, token)| *token == new.token_hash));
        let found = state.accounts.get_mut(&account).ok_or(StoreError::NotFound(Entity::Account))?;
        found.require_active()?;
        let device = found.devices.get_mut(&new.device).ok_or(StoreError::NotFound(Entity::Device))?;
        if device.revoked.is_some() {
            return Err(StoreError::DeviceRevoked);
        }
        if is_token_taken || found.sessions.contains_key(&new.id) {
            return Err(StoreError::Conflict(Entity::Session));
        }
        device.last_seen = Some(now);
        let NewSession { id, token_hash, device, expires_at } = new;
        found.sessions.insert(id, (Session { id, account, device, created_at: now, expires_at }, token_hash));
        Ok(())
    }

    async fn session_by_token(&self, token_hash: Hash, now: UnixMillis) -> Result<Option<Session>, StoreError> {
        let state = self.state();
        let mut sessions = state.accounts.values().flat_map(|account| account.sessions.values());
        let found = sessions.find(|(session, token)| *token == token_hash && session.expires_at > now);
        Ok(found.map(|(session, _)| session.clone()))
    }

    async fn sessions(&self, account: AccountId, now: UnixMillis) -> Result<Vec<Session>, StoreError> {
        Ok(self.of(account, |state| {
            let sessions = state.sessions.values().map(|(session, _)| session.clone());
            sessions.filter(|session| session.expires_at > now).collect()
        }))
    }

    async fn delete_session(&self, account: AccountId, id: SessionId) -> Result<bool, StoreError> {
        self.with(account, |state| Ok(state.sessions.remove(&id).is_some()))
    }

    async fn delete_sessions(&self, account: AccountId, device: Option<DeviceId>) -> Result<u64, StoreError> {
        self.with(account, |state| {
            let before = state.sessions.len();
            state.sessions.retain(|_, (session, _)| device.is_some_and(|device| session.device != device));
            Ok((before - state.sessions.len()) as u64)
        })
    }

    async fn expire_sessions(&self, now: UnixMillis, limit: u32) -> Result<u64, StoreError> {
        let mut state = self.state();
        let mut ended: Vec<_> = state
            .accounts
            .iter()
            .flat_map(|(account, state)| state.sessions.values().map(|(session, _)| (*account, session)))
            .filter(|(_, session)| session.expires_at <= now)
            .map(|(account, session)| (session.expires_at, account, session.id))
            .collect();
        ended.sort();
        ended.truncate(limit as usize);
        for (_, account, id) in &ended {
            if let Some(account) = state.accounts.get_mut(account) {
                account.sessions.remove(id);
            }
        }
        Ok(ended.len() as u64)
    }
}
