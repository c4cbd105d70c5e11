//! Identities at OpenID providers.

use super::tx::{Tx, first};
use super::value::values;
use crate::store::account::Identity;
use crate::store::check;
use crate::store::error::{Entity, StoreError};
use crate::store::id::AccountId;

pub(super) fn check(identity: &Identity) -> Result<(), StoreError> {
    check::name(&identity.issuer)?;
    check::name(&identity.subject)
}

pub(super) async fn find(tx: &mut dyn Tx, identity: &Identity) -> Result<Option<AccountId>, StoreError> {
    let values = values![identity.issuer.as_str(), identity.subject.as_str()];
    let row = first(tx, "select account from identities where issuer = $1 and subject = $2", values).await?;
    row.map(|mut row| row.array().map(AccountId::from_bytes)).transpose()
}

/// Links it, if no other account has it.
pub(super) async fn link(tx: &mut dyn Tx, account: AccountId, identity: &Identity) -> Result<(), StoreError> {
    let values = values![identity.issuer.as_str(), identity.subject.as_str(), account];
    let sql = "insert into identities (issuer, subject, account) values ($1, $2, $3) on conflict do nothing";
    // Of other accounts nothing is visible here, where rows have a policy.
    if tx.execute(sql, values).await? == 0 && find(tx, identity).await? != Some(account) {
        return Err(StoreError::Conflict(Entity::Identity));
    }
    Ok(())
}
