//! Erasing accounts whose time has come, stage by stage.

use super::background::{Background, JobError, PassReport};
use super::object;
use crate::store::{AccountId, ErasureProgress};

/// Accounts read at once, and objects.
const ROWS_AT_ONCE: u32 = 100;

/// Erases all accounts that are due. One that fails does not stop the others.
pub(super) async fn run(background: &Background, report: &mut PassReport) -> Result<(), JobError> {
    let mut first_error = Ok(());
    for account in background.store.accounts_to_erase(background.now(), ROWS_AT_ONCE).await? {
        match erase(background, account, report).await {
            Ok(()) => report.erased_accounts += 1,
            Err(error) => first_error = first_error.and(Err(error)),
        }
    }
    first_error
}

async fn erase(background: &Background, account: AccountId, report: &mut PassReport) -> Result<(), JobError> {
    while background.store.erase_account(account, background.now()).await? == ErasureProgress::ObjectsLeft {
        for dropped in background.store.objects_to_erase(account, ROWS_AT_ONCE).await? {
            object::remove(background, &dropped).await?;
            report.removed_objects += 1;
        }
    }
    Ok(())
}
