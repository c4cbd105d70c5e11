//! What can be set: defaults, then a TOML or JSON file, then variables `ALEXANDRIA_SERVER_*`, then secrets from files
//! (`*_FILE`). Without any of it the server keeps everything in one folder.
//!
//! A setting that does not exist is an error: a typing error must not leave a default in force.

mod error;
mod layers;
mod network;
mod secret;
mod settings;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use error::ConfigError;
pub use network::{Network, ParseNetworkError};
pub use secret::SecretText;
pub use settings::{Kind, SETTINGS, Setting};

/// The settings of a server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of the embedded database and objects.
    pub data: PathBuf,
    /// The addresses that the server uses.
    pub listen: Listen,
    /// The server's own secret.
    pub server: ServerSettings,
    /// Where rows are stored.
    pub database: Database,
    /// Where parts of blobs are stored.
    pub objects: ObjectSettings,
    /// Where transient state is shared.
    pub redis: Redis,
    /// Who may sign up, and how much an account may store.
    pub accounts: AccountSettings,
    /// What is logged and traced.
    pub telemetry: Telemetry,
}

/// Addresses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Where clients, or the proxy in front, connect.
    pub api: SocketAddr,
    /// Where health and metrics are answered. Loopback, unless the network keeps others out.
    pub admin: SocketAddr,
    /// The address that clients use, as they write it; device proofs are bound to it. Without it, `http://` and the address
    /// of the API.
    pub public_url: Option<String>,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// How many connections may be open at once.
    pub max_connections: usize,
    /// How long requests may take to finish when the server stops, in seconds.
    pub drain_seconds: u64,
}

/// The server itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Key, 64 hexadecimal digits, that seals what the database must not know in plaintext. Without it, the file `server.key`
    /// in the data folder; required with Postgres.
    pub key: Option<SecretText>,
}

/// The database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Address of a Postgres database; SQLite in the data folder without it.
    pub url: Option<SecretText>,
    /// How many connections to Postgres are held.
    pub connections: usize,
}

/// The objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectSettings {
    /// Name of a bucket; files in the data folder without it.
    pub bucket: Option<String>,
    /// Region of the bucket.
    pub region: String,
    /// Address of the S3 server, if it is not Amazon's.
    pub endpoint: Option<String>,
    /// Access key; that of the machine without it.
    pub access_key: Option<String>,
    /// Secret of the access key.
    pub secret_key: Option<SecretText>,
    /// Put before the names of objects.
    pub prefix: String,
    /// Size of the parts of new blobs in bytes.
    pub part_bytes: u32,
}

/// Redis.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// Address of Redis; memory without it, which is enough for one process.
    pub url: Option<SecretText>,
}

/// Accounts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// Who may sign up.
    pub registration: Registration,
    /// Whether every account may invite others, or only the operator.
    pub members_may_invite: bool,
    /// How many bytes of blobs an account may store; 0: as many as there is room for.
    pub quota_bytes: u64,
}

/// Who may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Everybody.
    Open,
    /// Whoever has an invitation.
    Invite,
    /// Nobody.
    Closed,
}

/// Logs and traces.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// What is logged, as `RUST_LOG` spells it: `info`, `alexandria_server=debug`.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Address of an OTLP collector (`http://…:4318`); no traces without it.
    pub otlp_endpoint: Option<String>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl Config {
    /// Reads the settings. `file` may end in `.toml` or `.json`; `environment` are the variables of the process.
    ///
    /// # Errors
    /// If a setting is unknown, has the wrong type or contradicts another, or a file cannot be read.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        Self::from_values(&layers::merge(file, environment)?)
    }

    /// The effective settings as JSON, secrets replaced.
    ///
    /// # Errors
    /// As for [`Config::load`].
    pub fn describe(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<serde_json::Value, ConfigError> {
        let values = layers::merge(file, environment)?;
        Self::from_values(&values)?;
        Ok(layers::redact(values))
    }

    fn from_values(values: &serde_json::Value) -> Result<Self, ConfigError> {
        let config = Self::deserialize(values).map_err(|error| ConfigError::Invalid(error.to_string()))?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let contradiction = |message| Err(ConfigError::Invalid(String::from(message)));
        if self.listen.api == self.listen.admin && self.listen.api.port() != 0 {
            return contradiction("listen.api and listen.admin are the same address");
        }
        if self.objects.access_key.is_some() != self.objects.secret_key.is_some() {
            return contradiction("objects.access_key and objects.secret_key belong together");
        }
        if self.objects.bucket.is_none() && self.objects.endpoint.is_some() {
            return contradiction("objects.endpoint is set, objects.bucket is not");
        }
        if self.database.url.is_some() && self.server.key.is_none() {
            return contradiction("server.key is required with database.url");
        }
        if !(64 * 1024..=8 * 1024 * 1024).contains(&self.objects.part_bytes) {
            return contradiction("objects.part_bytes must be between 65536 and 8388608");
        }
        if let Some(url) = &self.listen.public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            return contradiction("listen.public_url must begin with https:// or http://");
        }
        if self.listen.max_connections == 0 || self.database.connections == 0 {
            return contradiction("listen.max_connections and database.connections must be at least 1");
        }
        Ok(())
    }
}
