//! The text of a new device's QR code.

use std::fmt;
use std::str::FromStr;

use super::keys::KeysHash;
use crate::hex;
use crate::ids::{DeviceId, EnrolmentId};
use crate::secret::EnrolmentSecret;

const PREFIX: &str = "ALX-ENROL:1";

/// What a new device shows, so that an old one that scans it needs no digits: the hash vouches for the new device's keys,
/// and the secret, which the server never sees, lets the new device recognize whoever scanned.
#[derive(Clone)]
pub struct QrPayload {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The new device.
    pub device: DeviceId,
    /// The hash of its keys.
    pub keys: KeysHash,
    /// A pre-shared key of the sealing.
    pub secret: EnrolmentSecret,
}

/// Why a text is not of such a QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseQrError {
    /// It is something else.
    #[error("the code does not belong to a new device")]
    Other,
    /// A newer program made it.
    #[error("the code was made by a newer version")]
    Newer,
}

impl QrPayload {
    /// The text, in capitals, digits and colons only, which QR codes store densely. It contains the secret.
    #[must_use]
    pub fn expose_text(&self) -> zeroize::Zeroizing<String> {
        let Self { enrolment, device, keys, secret } = self;
        let text = format!("{PREFIX}:{enrolment}:{device}:{keys}:{}", *secret.expose_text());
        let text = zeroize::Zeroizing::new(text);
        zeroize::Zeroizing::new(text.to_ascii_uppercase())
    }
}

impl fmt::Debug for QrPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrPayload").field("enrolment", &self.enrolment).finish_non_exhaustive()
    }
}

impl FromStr for QrPayload {
    type Err = ParseQrError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Long texts are not copied.
        if text.len() > 512 {
            return Err(ParseQrError::Other);
        }
        let text = zeroize::Zeroizing::new(text.trim().to_ascii_lowercase());
        let mut fields = text.split(':');
        if fields.next() != Some("alx-enrol") {
            return Err(ParseQrError::Other);
        }
        match fields.next() {
            Some("1") => {}
            Some(version) if version.parse::<u32>().is_ok_and(|version| version > 1) => {
                return Err(ParseQrError::Newer);
            }
            _ => return Err(ParseQrError::Other),
        }
        let mut field = || fields.next().ok_or(ParseQrError::Other);
        let payload = Self {
            enrolment: EnrolmentId::from_bytes(hex::decode(field()?).map_err(|_| ParseQrError::Other)?),
            device: DeviceId::from_bytes(hex::decode(field()?).map_err(|_| ParseQrError::Other)?),
            keys: KeysHash::from_bytes(hex::decode(field()?).map_err(|_| ParseQrError::Other)?),
            secret: EnrolmentSecret::from_bytes(hex::decode(field()?).map_err(|_| ParseQrError::Other)?),
        };
        if fields.next().is_some() { Err(ParseQrError::Other) } else { Ok(payload) }
    }
}
