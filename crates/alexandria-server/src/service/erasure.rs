//! Erasing accounts whose time has come: objects first, rows last, in steps that can be interrupted and repeated.
//!
//! Boundary: a background job calls this; when, is decided there. Backups made before age out by themselves.

use super::blobs::prefix;
use super::context::Rules;
use super::error::RuleError;
use crate::objects::ObjectKey;
use crate::store::{AccountId, ErasureProgress};

/// Accounts, and objects of one account, that are read at once.
const PAGE: u32 = 100;

impl Rules {
    /// Erases every account whose time has come. Returns how many.
    ///
    /// # Errors
    /// The first error; what was erased stays erased, and the next call continues.
    pub async fn erase_due_accounts(&self) -> Result<u64, RuleError> {
        let mut erased = 0;
        loop {
            let due = self.store().accounts_to_erase(self.now(), PAGE).await?;
            if due.is_empty() {
                return Ok(erased);
            }
            for account in due {
                self.erase(account).await?;
                erased += 1;
            }
        }
    }

    async fn erase(&self, account: AccountId) -> Result<(), RuleError> {
        while self.store().erase_account(account, self.now()).await? == ErasureProgress::ObjectsLeft {
            for dropped in self.store().objects_to_erase(account, PAGE).await? {
                let id = prefix(&dropped.object)?;
                for part in 0..dropped.parts {
                    self.backends.objects.delete(&ObjectKey::new(id, part)).await?;
                }
                self.store().forget_object(account, dropped.object).await?;
            }
        }
        Ok(())
    }
}
