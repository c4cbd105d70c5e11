//! The address of the client behind proxies.
//!
//! `X-Forwarded-For` grows at its end: each proxy appends the address that it saw. Everything before the entries of our own
//! proxies is written by the client, so the last address that is none of our proxies counts, and only if the connection itself
//! comes from one of them.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

use crate::config::Network;

/// The header, which may occur several times.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of a client, as rate limits use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The address of the client whose request arrived from `peer`.
    #[must_use]
    pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
        let mut address = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let entries = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        for entry in entries {
            if !is_trusted(address) {
                break;
            }
            // Behind an entry that is no address nothing can be trusted.
            let Some(previous) = parse(entry) else { break };
            address = previous;
        }
        Self(address)
    }

    /// What a limit counts: an IPv4 address, or the /64 of an IPv6 address, all of which one client may have.
    #[must_use]
    pub fn limit_key(&self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                format!("{}/64", Ipv6Addr::from(network))
            }
        }
    }
}

/// An address as proxies write it: alone, with a port, or in brackets.
fn parse(entry: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(entry).ok()?.trim();
    let address = text.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()));
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// Row 22 of the traps of sync: a forged header must not choose the address that is limited.
    #[test]
    fn last_untrusted_address_counts() {
        let check = |peer: &str, lines: &[&str], expect: &str| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
            }
            let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
            let address = ClientAddress::of(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(address.limit_key(), expect, "{peer} {lines:?}");
        };
        // A client that connects itself cannot say who it is.
        check("203.0.113.7", &[], "203.0.113.7");
        check("203.0.113.7", &["198.51.100.1"], "203.0.113.7");
        // Behind one proxy and behind two.
        check("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["198.51.100.1, 10.0.0.2"], "198.51.100.1");
        check("fd00::1", &["198.51.100.1"], "198.51.100.1");
        // What the client wrote stands before what the proxy appended.
        check("10.0.0.1", &["192.0.2.1, 192.0.2.2, 198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["192.0.2.1", "198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["10.9.9.9, 198.51.100.1"], "198.51.100.1");
        // No header, nonsense, and only proxies.
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &["nonsense"], "10.0.0.1");
        check("10.0.0.1", &["192.0.2.1, nonsense, 10.0.0.2"], "10.0.0.2");
        check("10.0.0.1", &["10.0.0.3"], "10.0.0.3");
        // Spellings.
        check("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1");
        check("10.0.0.1", &["[2001:db8:1:2:3:4:5:6]:4711"], "2001:db8:1:2::/64");
        check("10.0.0.1", &["[2001:db8:1:2:3:4:5:6]"], "2001:db8:1:2::/64");
        check("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1");
    }

    /// Row 22: a client with an IPv6 network of its own is one client.
    #[test]
    fn addresses_of_one_ipv6_network_share_a_limit() {
        let key = |address: &str| ClientAddress::of(address.parse().unwrap(), &HeaderMap::new(), &[]).limit_key();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:ffff:ffff:ffff"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_ne!(key("198.51.100.1"), key("198.51.100.2"));
    }
}
