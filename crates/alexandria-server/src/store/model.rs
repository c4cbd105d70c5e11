//! The store in memory: what every other implementation must answer, written in the plainest way.
//!
//! It counts by looking at what is there, where the databases keep counters. For tests and simulations: nothing is kept
//! when the process ends.

mod account;
mod blob;
mod device;
mod erasure;
mod factor;
mod mailbox;
mod queue;
mod record;
mod session;
mod snapshot;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use self::state::{AccountState, State};
use super::error::{Entity, StoreError};
use super::id::AccountId;

/// The store in memory.
#[derive(Debug, Default)]
pub struct ModelStore(Mutex<State>);

impl ModelStore {
    /// Everything, for one operation.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes or reads an account.
    fn with<T>(
        &self,
        account: AccountId,
        work: impl FnOnce(&mut AccountState) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        work(self.state().accounts.get_mut(&account).ok_or(StoreError::NotFound(Entity::Account))?)
    }

    /// Reads an account; what there is of one that does not exist is empty.
    fn of<T: Default>(&self, account: AccountId, work: impl FnOnce(&AccountState) -> T) -> T {
        self.state().accounts.get(&account).map(work).unwrap_or_default()
    }
}
