//! What a request shows to be admitted, besides a session: a ticket, both, or either.

use alexandria_protocol::headers;
use alexandria_protocol::ids::{AccountId, DeviceId};
use alexandria_protocol::secret::Ticket;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::extract::{Authenticated, TicketHeader};
use super::limits::{Action, Actor};
use super::problem::ApiError;
use crate::state::AppState;

/// Somebody who signed in a short while ago, second factor included; perhaps on a device that is not enrolled.
#[derive(Debug, Clone)]
pub(super) struct SignedInRecently {
    /// The account.
    pub(super) account: AccountId,
    /// The ticket.
    pub(super) ticket: Ticket,
}

impl FromRequestParts<AppState> for SignedInRecently {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let TicketHeader(ticket) = TicketHeader::from_request_parts(parts, state).await?;
        let account = state.rules.ticket_account(&ticket).await?;
        state.rates.admit(&*state.transient, Action::Request, &[Actor::Account(&account)]).await?;
        Ok(Self { account, ticket })
    }
}

/// A device whose reader signed in a short while ago: what a stolen session is not enough for.
#[derive(Debug, Clone)]
pub(super) struct Confirmed {
    /// The device and its account.
    pub(super) session: Authenticated,
    /// The ticket.
    pub(super) ticket: Ticket,
}

impl FromRequestParts<AppState> for Confirmed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let session = Authenticated::from_request_parts(parts, state).await?;
        let TicketHeader(ticket) = TicketHeader::from_request_parts(parts, state).await?;
        state.rules.require_ticket(session.account, &ticket).await?;
        Ok(Self { session, ticket })
    }
}

/// A device with a session, or somebody with a ticket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Either {
    /// The account.
    pub(super) account: AccountId,
    /// The device, if it has a session.
    pub(super) device: Option<DeviceId>,
}

impl FromRequestParts<AppState> for Either {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let has_session = parts.headers.contains_key(AUTHORIZATION);
        if has_session || !parts.headers.contains_key(headers::TICKET) {
            let session = Authenticated::from_request_parts(parts, state).await?;
            return Ok(Self { account: session.account, device: Some(session.device) });
        }
        let holder = SignedInRecently::from_request_parts(parts, state).await?;
        Ok(Self { account: holder.account, device: None })
    }
}
