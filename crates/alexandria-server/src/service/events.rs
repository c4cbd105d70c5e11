//! The log of account events that the reader can see.
//!
//! Boundary: events are added where they happen, by `Rules::audit`. Numbers grow by one and never repeat; old events expire.

use alexandria_protocol::api::account::{AccountEvent, AccountEvents, EventKind};
use alexandria_protocol::limits::MAX_LIST_ITEMS;

use super::context::Rules;
use super::convert::millis;
use super::error::RuleError;
use crate::store::{AccountId, AuditEvent};

impl Rules {
    /// Events with numbers above `after`, oldest first.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn events(
        &self,
        account: AccountId,
        after: Option<u64>,
        limit: Option<u32>,
    ) -> Result<AccountEvents, RuleError> {
        let limit = limit.unwrap_or(MAX_LIST_ITEMS).clamp(1, MAX_LIST_ITEMS);
        let newest = self.store().audit_events(account, None, 1).await?;
        let Some(newest) = newest.first().map(|event| event.number) else {
            return Ok(AccountEvents { events: Vec::new(), has_more: false });
        };
        let mut after = after.unwrap_or(0);
        // The store lists backwards. Numbers have no gaps but for what expired at the beginning, so a page ends `limit` numbers
        // further on, and an empty one is followed by the next.
        loop {
            let end = after.saturating_add(u64::from(limit)).min(newest);
            let page = self.store().audit_events(account, Some(end.saturating_add(1)), limit).await?;
            let page = page.into_iter().filter(|event| event.number > after);
            let mut events: Vec<AccountEvent> = page.map(event).collect();
            events.reverse();
            if !events.is_empty() || end >= newest {
                return Ok(AccountEvents { events, has_more: end < newest });
            }
            after = end;
        }
    }
}

/// An event as it is told.
#[must_use]
pub fn event(stored: AuditEvent) -> AccountEvent {
    let kind = serde_json::Value::String(stored.event.kind);
    let detail: serde_json::Value = serde_json::from_str(&stored.event.detail).unwrap_or_default();
    AccountEvent {
        number: stored.number,
        at_ms: millis(stored.at),
        kind: serde_json::from_value(kind).unwrap_or(EventKind::Unknown),
        device: stored.event.device,
        address: detail.get("address").and_then(serde_json::Value::as_str).map(str::to_owned),
    }
}
