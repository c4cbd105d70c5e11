//! Every setting with its default, as data: the variables of the environment, the file and the documentation follow from it.

use serde_json::{Value, json};

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Texts; separated by commas in a variable.
    List,
    /// Text that is never printed, and may come from a file named by a variable `*_FILE`.
    Secret,
}

/// A setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its table in the file, and its name in it; an empty table for the outermost.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its default, as a variable would spell it; empty: not set.
    pub default: &'static str,
}

const fn setting(table: &'static str, name: &'static str, kind: Kind, default: &'static str) -> Setting {
    Setting { table, name, kind, default }
}

/// All of them.
pub const SETTINGS: &[Setting] = &[
    setting("", "data", Kind::Text, "alexandria-server"),
    setting("listen", "api", Kind::Text, "127.0.0.1:8787"),
    setting("listen", "admin", Kind::Text, "127.0.0.1:8788"),
    setting("listen", "public_url", Kind::Text, ""),
    setting("listen", "trusted_proxies", Kind::List, "127.0.0.0/8,::1/128"),
    setting("listen", "max_connections", Kind::Number, "10000"),
    setting("listen", "drain_seconds", Kind::Number, "10"),
    setting("server", "key", Kind::Secret, ""),
    setting("database", "url", Kind::Secret, ""),
    setting("database", "connections", Kind::Number, "20"),
    setting("objects", "bucket", Kind::Text, ""),
    setting("objects", "region", Kind::Text, "us-east-1"),
    setting("objects", "endpoint", Kind::Text, ""),
    setting("objects", "access_key", Kind::Text, ""),
    setting("objects", "secret_key", Kind::Secret, ""),
    setting("objects", "prefix", Kind::Text, "alexandria"),
    setting("objects", "part_bytes", Kind::Number, "983040"),
    setting("redis", "url", Kind::Secret, ""),
    setting("accounts", "registration", Kind::Text, "open"),
    setting("accounts", "members_may_invite", Kind::Flag, "false"),
    setting("accounts", "quota_bytes", Kind::Number, "0"),
    setting("telemetry", "log", Kind::Text, "info"),
    setting("telemetry", "log_format", Kind::Text, "json"),
    setting("telemetry", "otlp_endpoint", Kind::Text, ""),
];

impl Setting {
    /// Its variable: `ALEXANDRIA_SERVER_OBJECTS_PART_BYTES`.
    #[must_use]
    pub fn variable(&self) -> String {
        let parts = [self.table, self.name].into_iter().filter(|part| !part.is_empty());
        let path = parts.collect::<Vec<_>>().join("_");
        format!("{PREFIX}{}", path.to_uppercase())
    }

    /// Reads text as this setting's kind; empty text unsets it.
    pub(super) fn parse(&self, text: &str) -> Result<Value, String> {
        Ok(match self.kind {
            Kind::List => text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect(),
            _ if text.is_empty() => Value::Null,
            Kind::Number => json!(text.parse::<u64>().map_err(|_no_number| String::from("is not a whole number"))?),
            Kind::Flag => json!(text.parse::<bool>().map_err(|_no_flag| String::from("is neither true nor false"))?),
            Kind::Text | Kind::Secret => json!(text),
        })
    }
}

/// What the names of all variables begin with.
pub(super) const PREFIX: &str = "ALEXANDRIA_SERVER_";
