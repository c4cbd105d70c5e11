//! The approval of a new device N by an old one O, through a server that relays and may lie.
//!
//! 1. N sends a [`Commitment`] to its keys.
//! 2. O answers with its keys and a nonce.
//! 3. N reveals its keys; O checks the commitment.
//! 4. Both derive seven [`Digits`] from the [`Transcript`]. N shows them, a person types them into O, which compares.
//! 5. O seals the account's keys to N.
//!
//! Without the commitment, whoever relays both sides could try keys until the digits match; with it there is one guess in
//! ten million. Where N can show a QR code, it carries the hash of the keys and a secret, and replaces steps 2 to 4.

mod digits;
mod keys;
mod qr;
mod transcript;

pub use self::digits::{Digits, ParseDigitsError};
pub use self::keys::{Commitment, EnrolmentKeys, KeysHash, Opening};
pub use self::qr::{ParseQrError, QrPayload};
pub use self::transcript::{AnswerNonce, Transcript};

#[cfg(test)]
mod tests;
