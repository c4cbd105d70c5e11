//! Identifiers of what the server stores: 16 bytes, 32 lower-case hexadecimal digits in text and JSON.
//!
//! Clients choose them at random (blobs: a keyed hash of the content), so that a request can be repeated after a lost
//! answer. None is secret; what admits is in [`crate::secret`].

pub use crate::hex::ParseHexError;
use crate::hex::hex_value;

hex_value! {
    /// An account; random.
    AccountId, 16
}
hex_value! {
    /// One copy of a library on one computer; random. No two copies write records under the same id.
    DeviceId, 16
}
hex_value! {
    /// A sequence of records of one device within an account.
    StreamId, 16
}
hex_value! {
    /// A sealed file: a keyed hash of its content, so that one account stores it once and the server cannot confirm
    /// which file it is.
    BlobId, 16
}
hex_value! {
    /// A sealed state of the account that replaces the records it covers; random.
    SnapshotId, 16
}
hex_value! {
    /// The approval of one new device; random.
    EnrolmentId, 16
}
hex_value! {
    /// A session of a device, made by the server. Names it in lists; does not admit.
    SessionId, 16
}
hex_value! {
    /// A started sign-up, sign-in or change of password, made by the server; single use, 2 minutes.
    AttemptId, 16
}
hex_value! {
    /// A second factor of an account, made by the server.
    FactorId, 16
}
hex_value! {
    /// An invitation, made by the server. Names it in lists; does not admit.
    InvitationId, 16
}
hex_value! {
    /// One life of the server's log of an account; renewed by the server when positions could repeat, as after a
    /// restored backup.
    LogId, 16
}
hex_value! {
    /// Names one request in logs and problem documents, made by the server.
    RequestId, 16
}

impl StreamId {
    /// The stream of the library: every op of a reader. Other streams are reserved.
    pub const LIBRARY: Self = Self::from_bytes([0; 16]);
}

#[cfg(test)]
mod tests;
