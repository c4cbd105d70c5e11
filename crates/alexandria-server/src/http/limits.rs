//! Rate limits, as data for each action. They count through [`crate::transient::Transient`], so that the processes of a hosted
//! server count together.

use std::time::Duration;

use alexandria_protocol::ids::AccountId;
use alexandria_protocol::limits::Limits;

use super::client_ip::ClientAddress;
use super::problem::ApiError;
use crate::transient::{Decision, Rate, Transient};

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Any request with a session.
    Request,
    /// A request whose session is not known.
    UnknownSession,
    /// A step of a sign-in with a password.
    SignIn,
    /// A second factor.
    SecondFactor,
    /// A recovery code.
    Recovery,
    /// A registration.
    Registration,
    /// A device that asks for approval.
    Enrolment,
    /// A nonce or a session for a device.
    Session,
}

/// What is counted separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Account,
    Address,
}

/// A limit of an action.
#[derive(Debug, Clone, Copy)]
struct Limit {
    action: Action,
    subject: Subject,
    rate: Rate,
}

const fn limit(action: Action, subject: Subject, rate: Rate) -> Limit {
    Limit { action, subject, rate }
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// The limits of a server. An action without a row for a subject is not limited by it.
#[derive(Debug, Clone)]
pub struct RateLimits(Vec<Limit>);

impl RateLimits {
    /// The limits that the server tells its clients.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let attempts = Rate::per(limits.attempts_per_minute, MINUTE);
        let attempts_by_address = Rate::per(limits.attempts_per_minute_by_address, MINUTE);
        let requests = Rate::with_burst(limits.requests_per_second, SECOND, limits.request_burst);
        Self(vec![
            limit(Action::Request, Subject::Account, requests),
            limit(Action::UnknownSession, Subject::Address, Rate::per(60, MINUTE)),
            limit(Action::SignIn, Subject::Account, attempts),
            limit(Action::SignIn, Subject::Address, attempts_by_address),
            limit(Action::SecondFactor, Subject::Account, attempts),
            limit(Action::SecondFactor, Subject::Address, attempts_by_address),
            limit(Action::Recovery, Subject::Account, attempts),
            limit(Action::Recovery, Subject::Address, attempts_by_address),
            limit(Action::Registration, Subject::Address, Rate::per(limits.registrations_per_hour, HOUR)),
            limit(Action::Enrolment, Subject::Account, Rate::per(limits.enrolments_per_hour, HOUR)),
            limit(Action::Enrolment, Subject::Address, attempts_by_address),
            limit(Action::Session, Subject::Account, Rate::per(60, MINUTE)),
            limit(Action::Session, Subject::Address, Rate::per(600, MINUTE)),
        ])
    }
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::UnknownSession => "unknown-session",
            Self::SignIn => "sign-in",
            Self::SecondFactor => "second-factor",
            Self::Recovery => "recovery",
            Self::Registration => "registration",
            Self::Enrolment => "enrolment",
            Self::Session => "session",
        }
    }
}

/// Whom an action is counted for.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// An account that exists.
    Account(&'a AccountId),
    /// The name of an account that may or may not exist, already normalised.
    AccountName(&'a str),
    /// An address.
    Address(&'a ClientAddress),
}

impl Actor<'_> {
    /// What is counted, and under which name.
    fn key(&self) -> (Subject, String) {
        match self {
            Self::Account(id) => (Subject::Account, format!("account:{id}")),
            // Hashed, so that no name of an account is stored where it is counted.
            Self::AccountName(name) => (Subject::Account, format!("name:{}", blake3::hash(name.as_bytes()).to_hex())),
            Self::Address(address) => (Subject::Address, format!("address:{}", address.limit_key())),
        }
    }
}

impl RateLimits {
    /// Counts an action for each of `actors`.
    ///
    /// # Errors
    /// If one of them has done it too often, or nobody can count.
    pub async fn admit(&self, transient: &dyn Transient, action: Action, actors: &[Actor<'_>]) -> Result<(), ApiError> {
        for actor in actors {
            let (subject, name) = actor.key();
            let Some(limit) = self.0.iter().find(|limit| limit.action == action && limit.subject == subject) else {
                continue;
            };
            let bucket = format!("{}:{name}", action.name());
            if let Decision::Denied { retry_after_ms } = transient.acquire(&bucket, limit.rate, 1).await? {
                metrics::counter!("alexandria_rate_limited_total", "action" => action.name()).increment(1);
                return Err(ApiError::rate_limited(retry_after_ms));
            }
        }
        Ok(())
    }
}
