//! What every handler can reach.

use std::fmt;
use std::sync::Arc;

use alexandria_protocol::limits::Limits;
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::config::Config;
use crate::http::limits::RateLimits;
use crate::http::long_poll::PollSlots;
use crate::objects::Objects;
use crate::service::Rules;
use crate::shutdown::Shutdown;
use crate::store::Store;
use crate::transient::Transient;

/// A key that is erased from memory with its last copy.
pub struct ServerKey(Zeroizing<[u8; 32]>);

impl ServerKey {
    /// Wraps the key.
    #[must_use]
    pub const fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// A key for one purpose, which `context` names, as BLAKE3 wants it: globally unique, and fixed in the program.
    #[must_use]
    pub fn derive(&self, context: &'static str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(context, &*self.0))
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServerKey")
    }
}

/// Shared by all requests; a copy is as cheap as its counters.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The settings.
    pub config: Arc<Config>,
    /// The limits that clients are told.
    pub limits: Arc<Limits>,
    /// Seals what the database must not know in plaintext.
    pub server_key: Arc<ServerKey>,
    /// The rules that decide on requests.
    pub rules: Arc<Rules>,
    /// Rows.
    pub store: Arc<dyn Store>,
    /// Parts of blobs.
    pub objects: Arc<dyn Objects>,
    /// What may be lost.
    pub transient: Arc<dyn Transient>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether the server is stopping.
    pub shutdown: Shutdown,
    /// Rates that `limits` asks for.
    pub rates: Arc<RateLimits>,
    /// Requests that wait.
    pub polls: PollSlots,
}
