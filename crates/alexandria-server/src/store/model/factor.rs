//! Second factors.

use async_trait::async_trait;

use super::ModelStore;
use crate::store::check;
use crate::store::error::{Entity, StoreError};
use crate::store::factor::{Factor, FactorKind, Factors};
use crate::store::id::{AccountId, FactorId, Hash};

#[async_trait]
impl Factors for ModelStore {
    async fn factors(&self, account: AccountId) -> Result<Vec<Factor>, StoreError> {
        Ok(self.of(account, |state| state.factors.values().cloned().collect()))
    }

    async fn put_factor(&self, account: AccountId, factor: Factor) -> Result<(), StoreError> {
        check::text(&factor.label)?;
        self.with(account, |state| {
            if let FactorKind::Totp { last_step: Some(step), .. } = factor.kind {
                check::number(step)?;
            }
            state.factors.insert(factor.id, factor);
            Ok(())
        })
    }

    async fn use_totp_step(&self, account: AccountId, factor: FactorId, step: u64) -> Result<bool, StoreError> {
        check::number(step)?;
        self.with(account, |state| match state.factors.get_mut(&factor).map(|factor| &mut factor.kind) {
            Some(FactorKind::Totp { last_step, .. }) => {
                let is_new = last_step.is_none_or(|last| last < step);
                if is_new {
                    *last_step = Some(step);
                }
                Ok(is_new)
            }
            _ => Err(StoreError::NotFound(Entity::Factor)),
        })
    }

    async fn delete_factor(&self, account: AccountId, factor: FactorId) -> Result<bool, StoreError> {
        self.with(account, |state| Ok(state.factors.remove(&factor).is_some()))
    }

    async fn set_backup_codes(&self, account: AccountId, hashes: Vec<Hash>) -> Result<(), StoreError> {
        self.with(account, |state| {
            state.backup_codes = hashes.into_iter().collect();
            Ok(())
        })
    }

    async fn use_backup_code(&self, account: AccountId, hash: Hash) -> Result<bool, StoreError> {
        self.with(account, |state| Ok(state.backup_codes.remove(&hash)))
    }

    async fn backup_codes_left(&self, account: AccountId) -> Result<u64, StoreError> {
        Ok(self.of(account, |state| state.backup_codes.len() as u64))
    }
}
