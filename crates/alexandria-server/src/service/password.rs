//! What is stored of a password.
//!
//! Boundary: the store keeps bytes. Their encoding is here: a version, the cost of the client's key stretching, and the
//! password protocol's own file. The server does not judge the cost; the client has a floor and a ceiling.

use alexandria_protocol::api::auth::KsfParameters;

use super::error::RuleError;

/// The cost that clients choose unless told otherwise: what the answer for an unknown name says.
pub const DEFAULT_KSF: KsfParameters = KsfParameters { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

const VERSION: u8 = 1;
const HEADER_BYTES: usize = 13;

/// A stored password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPassword {
    /// How the client stretched the password.
    pub ksf: KsfParameters,
    /// The password protocol's file.
    pub file: Vec<u8>,
}

impl StoredPassword {
    /// The stored form.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let KsfParameters { memory_kib, passes, lanes } = self.ksf;
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.file.len());
        bytes.push(VERSION);
        for number in [memory_kib, passes, lanes] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&self.file);
        bytes
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`RuleError::Damaged`].
    pub fn decode(bytes: &[u8]) -> Result<Self, RuleError> {
        let damaged = RuleError::Damaged("stored password");
        let Some((&[VERSION, a, b, c, d, e, f, g, h, i, j, k, l], file)) = bytes.split_first_chunk::<HEADER_BYTES>()
        else {
            return Err(damaged);
        };
        let ksf = KsfParameters {
            memory_kib: u32::from_be_bytes([a, b, c, d]),
            passes: u32::from_be_bytes([e, f, g, h]),
            lanes: u32::from_be_bytes([i, j, k, l]),
        };
        Ok(Self { ksf, file: file.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_password_is_read_back_and_other_forms_are_refused() {
        let stored = StoredPassword { ksf: DEFAULT_KSF, file: vec![9; 192] };
        let mut bytes = stored.encode();
        assert!(StoredPassword::decode(&bytes[..12]).is_err());
        assert_eq!(StoredPassword::decode(&bytes).unwrap(), stored);
        bytes[0] = 2;
        assert!(StoredPassword::decode(&bytes).is_err());
    }
}
