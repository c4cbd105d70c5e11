//! State that may be lost: nonces, sign-ins in progress, tickets, rate limits and wake-ups. Whatever is lost here costs a
//! client one repetition, never data.
//!
//! In memory for one process, in Redis for several. Absent: everything that must survive a restart, which is the store's.

mod gcra;
mod memory;
mod redis;
mod topics;
mod with_fallback;

#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

pub use gcra::{Decision, Rate};
pub use memory::MemoryTransient;
pub use redis::RedisTransient;
pub use with_fallback::FallbackTransient;

/// How long a long poll may rely on wake-ups alone: after this it reads the store again, so that a lost hint does no harm.
pub const RE_READ_INTERVAL: Duration = Duration::from_secs(30);

/// What a value is for. Values of different spaces never meet, even if their ids are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    /// Nonces that a device signs to get a session.
    SessionNonce,
    /// The server's half of an OPAQUE sign-in.
    SignIn,
    /// The server's half of an OPAQUE registration.
    Registration,
    /// Tickets: proofs that somebody signed in a short while ago.
    Ticket,
    /// Mailboxes of devices that wait for approval.
    Enrolment,
    /// Challenges of second factors.
    Challenge,
    /// States of sign-ins through an identity provider.
    SingleSignOn,
    /// E-mail codes.
    EmailCode,
}

impl Space {
    /// Every space.
    pub const ALL: [Self; 8] = [
        Self::SessionNonce,
        Self::SignIn,
        Self::Registration,
        Self::Ticket,
        Self::Enrolment,
        Self::Challenge,
        Self::SingleSignOn,
        Self::EmailCode,
    ];

    /// Its name in keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SessionNonce => "nonce",
            Self::SignIn => "sign-in",
            Self::Registration => "registration",
            Self::Ticket => "ticket",
            Self::Enrolment => "enrolment",
            Self::Challenge => "challenge",
            Self::SingleSignOn => "sso",
            Self::EmailCode => "email-code",
        }
    }
}

/// What a wake-up is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Something of an account changed: records, devices, keys.
    Account([u8; 16]),
    /// A message arrived in the mailbox of an enrolment.
    Enrolment([u8; 16]),
}

/// State that may be lost. Every method is atomic; times come from the clock that the implementation was made with.
#[async_trait]
pub trait Transient: Debug + Send + Sync {
    /// Stores `value` for `lifetime` unless there is one already; answers whether it was stored.
    async fn put(&self, space: Space, id: &[u8], value: &[u8], lifetime: Duration) -> Result<bool, TransientError>;

    /// Reads a value.
    async fn get(&self, space: Space, id: &[u8]) -> Result<Option<Vec<u8>>, TransientError>;

    /// Removes a value and returns it. Of any number of simultaneous calls one gets it.
    async fn take(&self, space: Space, id: &[u8]) -> Result<Option<Vec<u8>>, TransientError>;

    /// Replaces a value if it still is `expected`, keeping when it expires; answers whether it was replaced.
    async fn replace(&self, space: Space, id: &[u8], expected: &[u8], value: &[u8]) -> Result<bool, TransientError>;

    /// Takes `cost` from the allowance of `bucket`. A bucket belongs to one rate.
    async fn acquire(&self, bucket: &str, rate: Rate, cost: u32) -> Result<Decision, TransientError>;

    /// A number that changes with every wake-up of the topic. Wake-ups are hints: see [`RE_READ_INTERVAL`].
    fn subscribe(&self, topic: Topic) -> watch::Receiver<u64>;

    /// Wakes everybody who has subscribed to the topic, in this process and, as far as they can be reached, in others.
    async fn wake(&self, topic: Topic);

    /// Whether the shared state is reachable. Reported by health checks, never required.
    async fn check(&self) -> Result<(), TransientError>;
}

/// Why transient state could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TransientError {
    /// The table in memory has as many entries as it may have.
    #[error("the table of transient state is full ({limit} entries)")]
    Full {
        /// Its limit.
        limit: usize,
    },
    /// Redis does not answer or answers with an error.
    #[error("redis failed: {0}")]
    Redis(#[from] ::redis::RedisError),
    /// Redis did not answer in time.
    #[error("redis did not answer in {0:?}")]
    TimedOut(Duration),
}
