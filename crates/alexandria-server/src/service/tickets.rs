//! Tickets: what a sign-in earns. A ticket shows for ten minutes that the reader was there, which is needed to enrol a
//! device and before keys, devices or the account are changed. It does not open the library's routes.
//!
//! Boundary: who gets a ticket is decided in `login.rs`. Tickets are transient: after a restart the reader signs in again.

use alexandria_protocol::limits::TICKET_LIFETIME;
use alexandria_protocol::secret::Ticket;
use serde::{Deserialize, Serialize};

use super::context::Rules;
use super::error::RuleError;
use crate::random;
use crate::store::AccountId;
use crate::transient::Space;

/// What is stored of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredTicket {
    account: [u8; 16],
    factor_due: bool,
}

impl Rules {
    /// A new ticket of an account; without the second factor yet if `factor_due`.
    pub(super) async fn issue_ticket(&self, account: AccountId, factor_due: bool) -> Result<Ticket, RuleError> {
        let ticket = Ticket::from_bytes(random::bytes()?);
        let stored = encode(&StoredTicket { account: *account.as_bytes(), factor_due })?;
        if self.transient().put(Space::Ticket, &ticket.digest(), &stored, TICKET_LIFETIME).await? {
            Ok(ticket)
        } else {
            Err(RuleError::Damaged("two tickets are equal"))
        }
    }

    /// The account of a ticket, and whether its second factor is missing.
    pub(super) async fn read_ticket(&self, ticket: &Ticket) -> Result<(AccountId, bool), RuleError> {
        let stored = self.transient().get(Space::Ticket, &ticket.digest()).await?.ok_or(RuleError::TicketRefused)?;
        let stored = decode(&stored)?;
        Ok((AccountId::from_bytes(stored.account), stored.factor_due))
    }

    /// Marks that the second factor was shown. When the ticket ends stays the same.
    pub(super) async fn raise_ticket(&self, ticket: &Ticket, account: AccountId) -> Result<(), RuleError> {
        let account = *account.as_bytes();
        let before = encode(&StoredTicket { account, factor_due: true })?;
        let after = encode(&StoredTicket { account, factor_due: false })?;
        if self.transient().replace(Space::Ticket, &ticket.digest(), &before, &after).await? {
            Ok(())
        } else {
            Err(RuleError::TicketRefused)
        }
    }

    /// The account of a ticket, with or without its second factor.
    ///
    /// # Errors
    /// [`RuleError::TicketRefused`].
    pub async fn ticket_holder(&self, ticket: &Ticket) -> Result<AccountId, RuleError> {
        Ok(self.read_ticket(ticket).await?.0)
    }

    /// The account of a ticket that has everything it needs.
    ///
    /// # Errors
    /// [`RuleError::TicketRefused`], [`RuleError::FactorRequired`].
    pub async fn ticket_account(&self, ticket: &Ticket) -> Result<AccountId, RuleError> {
        match self.read_ticket(ticket).await? {
            (account, false) => Ok(account),
            (_, true) => Err(RuleError::FactorRequired),
        }
    }

    /// Whether a ticket belongs to `account` and has everything it needs.
    ///
    /// # Errors
    /// As [`Self::ticket_account`]; another account's ticket is refused.
    pub async fn require_ticket(&self, account: AccountId, ticket: &Ticket) -> Result<(), RuleError> {
        if self.ticket_account(ticket).await? == account { Ok(()) } else { Err(RuleError::TicketRefused) }
    }

    /// Ends a ticket, after what it was for is done.
    pub(super) async fn end_ticket(&self, ticket: &Ticket) -> Result<(), RuleError> {
        self.transient().take(Space::Ticket, &ticket.digest()).await?;
        Ok(())
    }
}

fn encode(ticket: &StoredTicket) -> Result<Vec<u8>, RuleError> {
    serde_json::to_vec(ticket).map_err(|_| RuleError::Damaged("ticket"))
}

fn decode(bytes: &[u8]) -> Result<StoredTicket, RuleError> {
    serde_json::from_slice(bytes).map_err(|_| RuleError::Damaged("ticket"))
}
