//! Problem documents (RFC 9457): what a server answers instead of what was asked.
//!
//! The codes are one table, which server, client, tests and documentation read. No text from a request is in a problem.

mod codes;

pub use self::codes::{ClientAction, ProblemCode};

use crate::ids::RequestId;

/// The body of every answer of status 400 and above.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// `/problems/` and the code: a relative address, where the server's documentation has more.
    #[serde(rename = "type", default)]
    pub type_uri: String,
    /// What is wrong, in a few words that depend on the code only.
    #[serde(default)]
    pub title: String,
    /// The HTTP status, as in the answer's first line.
    pub status: u16,
    /// What a program decides by.
    #[schema(value_type = String)]
    pub code: ProblemCode,
    /// The request, for a report to the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<RequestId>,
    /// Wait at least this long before the next attempt, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The limit that would be exceeded, in the unit of the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// How much of the limit is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    /// What the server expected: for `gap` the number of the next record, for `stale` the current version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

impl Problem {
    /// The problem of a code, with title and status from the table.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self {
            type_uri: format!("/problems/{code}"),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            instance: None,
            retry_after_ms: None,
            limit: None,
            used: None,
            expected: None,
        }
    }

    /// The same, with the earliest next attempt.
    #[must_use]
    pub const fn retry_after_ms(mut self, millis: u64) -> Self {
        self.retry_after_ms = Some(millis);
        self
    }

    /// The same, with a limit and how much of it is used.
    #[must_use]
    pub const fn limit(mut self, limit: u64, used: u64) -> Self {
        self.limit = Some(limit);
        self.used = Some(used);
        self
    }

    /// The same, with what was expected.
    #[must_use]
    pub const fn expected(mut self, expected: u64) -> Self {
        self.expected = Some(expected);
        self
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.code.title(), self.code)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests;
