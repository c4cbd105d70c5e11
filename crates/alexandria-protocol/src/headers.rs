//! Names of HTTP headers. Lower case, as HTTP/2 and most libraries want them; HTTP itself ignores case.

/// On every answer of a server, with the value [`SERVER_VALUE`]. An answer without it is from something in between, as
/// a captive portal or a proxy, and changes no state of a client.
pub const SERVER: &str = "alexandria-server";
/// The value of [`SERVER`].
pub const SERVER_VALUE: &str = "1";
/// On every request of a client: its [`crate::PROTOCOL`].
pub const PROTOCOL: &str = "alexandria-protocol";
/// On every answer: the [`crate::ids::RequestId`].
pub const REQUEST_ID: &str = "alexandria-request";
/// On an answer with records or a listing: the [`crate::cursor::Cursor`] to continue from.
pub const NEXT: &str = "alexandria-next";
/// On an answer with records: `1` if there is more than was answered.
pub const MORE: &str = "alexandria-more";
/// On a request that needs a recent check of the password: a [`crate::secret::Ticket`].
pub const TICKET: &str = "alexandria-ticket";
/// On a part of a blob, in both directions: [`crate::blob::PartDigest::to_header`] (RFC 9530).
pub const CONTENT_DIGEST: &str = "content-digest";

/// Media type of record frames, one after the other ([`crate::frame::batch`]).
pub const FRAMES: &str = "application/vnd.alexandria.records";
/// Media type of a part of a blob, or a range of a blob.
pub const BYTES: &str = "application/octet-stream";
/// Media type of requests and answers.
pub const JSON: &str = "application/json";
/// Media type of a problem document ([`crate::problem::Problem`]).
pub const PROBLEM: &str = "application/problem+json";
