//! Networks in CIDR notation.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::Deserialize;

/// A network: an address and how many of its leading bits count. IPv4 is kept as IPv6 (`::ffff:0:0/96`), which is how an
/// address looks on a socket that accepts both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: u128,
    prefix: u32,
}

/// Text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a network such as 10.0.0.0/8 or fd00::/8")]
pub struct ParseNetworkError;

impl Network {
    /// Whether `address` is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        mask(u128::from(mapped(address)), self.prefix) == self.address
    }
}

impl FromStr for Network {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Self, ParseNetworkError> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_no_address| ParseNetworkError)?;
        let (bits, offset) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let prefix = match prefix {
            None => bits,
            Some(prefix) => prefix.parse().ok().filter(|prefix| *prefix <= bits).ok_or(ParseNetworkError)?,
        };
        let prefix = prefix + offset;
        Ok(Self { address: mask(u128::from(mapped(address)), prefix), prefix })
    }
}

impl TryFrom<String> for Network {
    type Error = ParseNetworkError;

    fn try_from(text: String) -> Result<Self, ParseNetworkError> {
        text.parse()
    }
}

fn mapped(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

/// The leading `prefix` bits.
const fn mask(address: u128, prefix: u32) -> u128 {
    match u128::MAX.checked_shl(128 - prefix) {
        Some(ones) => address & ones,
        None => 0,
    }
}
