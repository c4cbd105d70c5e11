//! Random values that admit whoever shows them. They print redacted and are erased from memory when dropped.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::hex;
use crate::ids::ParseHexError;

/// Defines a random secret of 32 bytes.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, utoipa::ToSchema)]
        #[schema(value_type = String)]
        pub struct $name(Zeroizing<[u8; 32]>);

        impl $name {
            /// Wraps 32 random bytes.
            #[must_use]
            pub fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(Zeroizing::new(bytes))
            }

            /// The bytes. Never store them on the server: see [`Self::digest`].
            #[must_use]
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }

            /// The hexadecimal digits, for a request.
            #[must_use]
            pub fn expose_text(&self) -> Zeroizing<String> {
                use std::fmt::Write as _;
                let mut text = Zeroizing::new(String::with_capacity(64));
                for byte in self.0.iter() {
                    // Writing to a string of enough capacity cannot fail.
                    let _ = write!(text, "{byte:02x}");
                }
                text
            }

            /// SHA-256 of the bytes: what the server stores and looks up. A look-up by digest takes no time that
            /// depends on the secret.
            #[must_use]
            pub fn digest(&self) -> [u8; 32] {
                Sha256::digest(self.0.as_slice()).into()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseHexError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                hex::decode(text).map(Self::from_bytes)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.expose_text())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

secret! {
    /// Admits one device for 15 minutes; in the header `Authorization: Bearer`.
    SessionToken
}
secret! {
    /// Shows that the account's password (or single sign-on) was checked less than 10 minutes ago: needed to enrol a
    /// device and before keys, devices or the account are changed. In the header [`crate::headers::TICKET`].
    Ticket
}
secret! {
    /// Admits one new account where registration is by invitation.
    InvitationToken
}
secret! {
    /// Derived from the recovery code, under another label than the key that it unwraps: shows the server that whoever
    /// asks has the code.
    RecoveryProof
}
secret! {
    /// What a device shows as a QR code besides its key's hash; a pre-shared key of the sealing that follows.
    EnrolmentSecret
}
