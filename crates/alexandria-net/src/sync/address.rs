//! The address of a sync server.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::http;

/// Scheme, host and port of a server: `https`, or `http` on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: Url,
    text: String,
}

/// Why a text is not the address of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no address.
    #[error("not the address of a server")]
    Malformed,
    /// Anybody between here and the server could read and change what is sent.
    #[error("the address is not protected by TLS, and is not on this computer")]
    NotSecure,
    /// It has more than scheme, host and port.
    #[error("the address of a server has no path, query, name or password")]
    TooLong,
}

impl Address {
    /// The address of a path of the API, with a query.
    pub(super) fn join(&self, path: &str, query: &[(&'static str, String)]) -> Url {
        let mut url = self.url.clone();
        url.set_path(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// As devices sign it: `https://host`, and the port if it is not the default.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|_| AddressError::Malformed)?;
        if url.host_str().is_none_or(str::is_empty) || !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Malformed);
        }
        if !http::is_secure(&url) {
            return Err(AddressError::NotSecure);
        }
        let has_more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
        if has_more || !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::TooLong);
        }
        let text = url.origin().ascii_serialization();
        Ok(Self { url, text })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_https_or_on_this_computer() {
        let check = |text: &str, expect: Result<&str, AddressError>| {
            let read = text.parse::<Address>();
            assert_eq!(read.as_ref().map(Address::as_str).map_err(|error| *error), expect, "{text}");
        };
        check("https://Sync.Example.org", Ok("https://sync.example.org"));
        check("https://sync.example.org:443/", Ok("https://sync.example.org"));
        check("https://sync.example.org:8443", Ok("https://sync.example.org:8443"));
        check("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080"));
        check("http://[::1]:8080", Ok("http://[::1]:8080"));
        check("http://localhost", Ok("http://localhost"));
        check("http://192.168.1.5:8080", Err(AddressError::NotSecure));
        check("http://localhost.example.org", Err(AddressError::NotSecure));
        check("http://sync.example.org", Err(AddressError::NotSecure));
        check("ftp://127.0.0.1", Err(AddressError::Malformed));
        check("sync.example.org", Err(AddressError::Malformed));
        check("https://sync.example.org/alexandria", Err(AddressError::TooLong));
        check("https://sync.example.org/?a", Err(AddressError::TooLong));
        check("https://me:secret@sync.example.org", Err(AddressError::TooLong));
    }
}
