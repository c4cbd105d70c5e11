//! Rows that end by themselves: found in all accounts, removed account by account.

use std::collections::BTreeMap;

use super::SqlStore;
use super::tx::{Backend, work};
use super::value::{Value, values};
use crate::store::error::StoreError;
use crate::store::id::AccountId;
use crate::store::time::UnixMillis;

/// A table whose rows end.
#[derive(Debug)]
pub(super) struct Expiring {
    /// Account and key of rows that ended before `$1`, at most `$2`.
    find: &'static str,
    /// Removes the row of account `$1` with key `$2`, if it ended before `$3`.
    remove: &'static str,
}

/// Sessions.
pub(super) const SESSIONS: Expiring = Expiring {
    find: "select account, id from sessions where expires_at <= $1 order by expires_at, account, id limit $2",
    remove: "delete from sessions where account = $1 and id = $2 and expires_at <= $3",
};

/// Mailboxes of enrolments.
pub(super) const ENROLMENTS: Expiring = Expiring {
    find: "select account, id from enrolments where expires_at <= $1 order by expires_at, account, id limit $2",
    remove: "delete from enrolments where account = $1 and id = $2 and expires_at <= $3",
};

/// Events.
pub(super) const AUDIT_EVENTS: Expiring = Expiring {
    find: "select account, number from audit_events where at < $1 order by at, account, number limit $2",
    remove: "delete from audit_events where account = $1 and number = $2 and at < $3",
};

/// Removes at most `limit` rows, and returns how many.
pub(super) async fn run<B: Backend>(
    store: &SqlStore<B>,
    table: &'static Expiring,
    before: UnixMillis,
    limit: u32,
) -> Result<u64, StoreError> {
    let rows = store.service_read(work!(|tx| tx.query(table.find, values![before, limit]).await)).await?;
    let mut keys: BTreeMap<AccountId, Vec<Value>> = BTreeMap::new();
    for mut row in rows {
        let account = AccountId::from_bytes(row.array()?);
        keys.entry(account).or_default().extend(row.into_values());
    }
    let mut removed = 0;
    for (account, keys) in keys {
        removed += store
            .write(
                account,
                work!(|tx| {
                    let mut removed = 0;
                    for key in keys {
                        removed += tx.execute(table.remove, &[account.into(), key, before.into()]).await?;
                    }
                    Ok(removed)
                }),
            )
            .await?;
    }
    Ok(removed)
}
