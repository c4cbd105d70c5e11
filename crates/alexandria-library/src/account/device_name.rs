//! The names of devices, which the server must not read: sealed with a record key of the account.
//!
//! Layout: `epoch (4 bytes, little-endian) ‖ sealed`, bound to the account and the device.

use alexandria_crypto::account::record::RecordKeys;
use alexandria_protocol::base64::Base64Bytes;
use alexandria_protocol::ids::{AccountId, DeviceId};

use super::error::AccountError;

const DOMAIN: &[u8] = b"alexandria/device-name/v1";

/// Most characters of a device's name.
const MAX_CHARACTERS: usize = 60;

/// A name without space around it.
///
/// # Errors
/// When nothing is left, or too much.
pub(super) fn check(name: &str) -> Result<String, AccountError> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=MAX_CHARACTERS).contains(&length) {
        Ok(name.to_owned())
    } else {
        Err(AccountError::DeviceName(MAX_CHARACTERS))
    }
}

/// What this computer is called, if the system says so in a place that is quick to read; else its operating system.
#[must_use]
pub fn suggestion() -> String {
    let named = match std::env::consts::OS {
        "linux" => std::fs::read_to_string("/proc/sys/kernel/hostname").ok(),
        "windows" => std::env::var("COMPUTERNAME").ok(),
        _ => None,
    };
    let named = named.and_then(|name| check(&name).ok());
    named.unwrap_or_else(|| match std::env::consts::OS {
        "macos" => "Mac".to_owned(),
        "windows" => "Windows computer".to_owned(),
        _ => "Linux computer".to_owned(),
    })
}

/// Seals the name of a device.
pub(super) fn seal(
    keys: &RecordKeys,
    account: AccountId,
    device: DeviceId,
    name: &str,
) -> Result<Base64Bytes, AccountError> {
    let sealed = keys.seal(&context(account, device), name.as_bytes())?;
    Ok([keys.epoch().to_le_bytes().as_slice(), &sealed].concat().into())
}

/// The name of a device, if it opens.
pub(super) fn open(keys: &RecordKeys, account: AccountId, device: DeviceId, label: &Base64Bytes) -> Option<String> {
    let (epoch, sealed) = label.as_slice().split_first_chunk()?;
    let name = keys.open(u32::from_le_bytes(*epoch), &context(account, device), sealed).ok()?;
    String::from_utf8(name.to_vec()).ok()
}

fn context(account: AccountId, device: DeviceId) -> Vec<u8> {
    [DOMAIN, account.as_bytes(), device.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use alexandria_crypto::account::Epochs;

    use super::*;

    const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);
    const DEVICE: DeviceId = DeviceId::from_bytes([2; 16]);

    #[test]
    fn device_name_opens_for_its_device_only() {
        let mut epochs = Epochs::generate().unwrap();
        let label = seal(&epochs.record_keys(), ACCOUNT, DEVICE, "Ada’s laptop").unwrap();
        assert!(label.len() <= alexandria_protocol::devices::NewDevice::MAX_LABEL_BYTES);
        epochs.add_epoch().unwrap();
        let keys = epochs.record_keys();
        assert_eq!(open(&keys, ACCOUNT, DEVICE, &label).as_deref(), Some("Ada’s laptop"));
        assert_eq!(open(&keys, ACCOUNT, DeviceId::from_bytes([3; 16]), &label), None);
        assert_eq!(open(&keys, AccountId::from_bytes([3; 16]), DEVICE, &label), None);
        assert_eq!(open(&keys, ACCOUNT, DEVICE, &vec![1, 2].into()), None);
        assert_eq!(open(&Epochs::generate().unwrap().record_keys(), ACCOUNT, DEVICE, &label), None);
    }

    #[test]
    fn device_name_is_trimmed_and_bounded() {
        let check = |name: &str| check(name).ok();
        assert_eq!(check("  desk \n").as_deref(), Some("desk"));
        assert_eq!((check(" "), check(&"é".repeat(61))), (None, None));
        assert_eq!(check(&"é".repeat(60)).map(|name| name.chars().count()), Some(60));
    }
}
