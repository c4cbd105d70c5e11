//! The table of problem codes.

use std::borrow::Cow;
use std::fmt;

/// Longest unknown code that is kept, in bytes.
const MAX_CODE_BYTES: usize = 64;

/// What a client does about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientAction {
    /// Waits, with jitter and at least as long as the server says, and sends the same request again.
    Retry,
    /// Gets a new session and sends the request again, once.
    RenewSession,
    /// Gets a new nonce and signs again, once.
    RenewNonce,
    /// Asks the reader for the password, or for a second factor, and sends the request again.
    Reauthenticate,
    /// Tells the reader, who has to change what was entered or decide something.
    AskReader,
    /// Stops syncing and tells the reader; the library stays.
    Stop,
    /// Reads the current state from the server, and decides again.
    Refresh,
    /// Continues from what the server expects: an earlier record, or parts that are missing.
    Resume,
    /// Starts from the newest snapshot and compares heads.
    Resync,
    /// Makes a snapshot, then sends the request again.
    Snapshot,
    /// Queues files until there is space; records continue.
    FreeSpace,
    /// Raises an alarm: two different records exist where there should be one.
    Alarm,
    /// Asks the reader to update the app; what is stored stays readable.
    Upgrade,
    /// Sets what the request carries aside, goes on, and reports a bug.
    SetAside,
}

macro_rules! problem_codes {
    ($($name:ident $code:literal $status:literal $action:ident $title:literal;)*) => {
        /// A problem code. Codes are never renamed or used for something else.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $(
                #[doc = concat!("`", $code, "`, HTTP ", stringify!($status), ": ", $title, ".")]
                $name,
            )*
            /// A code that this program does not know: the other side is newer.
            Unknown(String),
        }

        impl ProblemCode {
            /// Every code of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Unknown(code) => code,
                }
            }

            /// The HTTP status; 500 for an unknown code, whose status is in its problem document.
            #[must_use]
            pub const fn status(&self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                    Self::Unknown(_) => 500,
                }
            }

            /// What is wrong, in a few words.
            #[must_use]
            pub const fn title(&self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                    Self::Unknown(_) => "the server reports a problem that this version does not know",
                }
            }

            /// What a client does.
            #[must_use]
            pub const fn action(&self) -> ClientAction {
                match self {
                    $(Self::$name => ClientAction::$action,)*
                    Self::Unknown(_) => ClientAction::Upgrade,
                }
            }
        }

        impl From<&str> for ProblemCode {
            fn from(code: &str) -> Self {
                match code {
                    $($code => Self::$name,)*
                    unknown => Self::Unknown(plain(unknown)),
                }
            }
        }
    };
}

problem_codes! {
    // The request
    BadRequest "bad-request" 400 SetAside "the request is malformed";
    BadFrame "bad-frame" 400 SetAside "the body contains something that is no record";
    NotFound "not-found" 404 Refresh "there is nothing under this id";
    MethodNotAllowed "method-not-allowed" 405 SetAside "the address has no such method";
    BodyTimeout "body-timeout" 408 Retry "the body of the request stopped arriving";
    TooLarge "too-large" 413 SetAside "the request is larger than the server allows";
    MediaType "media-type" 415 SetAside "the body has a media type that the address does not take";
    RangeNotSatisfiable "range" 416 Refresh "the blob does not have this range";
    Invalid "invalid" 422 SetAside "a field has a value that is not allowed";
    UpgradeNeeded "upgrade-needed" 426 Upgrade "the app is too old for this server";
    ConditionRequired "condition-required" 428 SetAside "the request must say which version it replaces";
    RateLimited "rate-limited" 429 Retry "too many requests";
    // Signing in
    Unauthenticated "unauthenticated" 401 RenewSession "the session is missing, expired or unknown";
    ProofRejected "proof-rejected" 403 RenewNonce "the proof of the device's key was not accepted";
    TicketRequired "ticket-required" 403 Reauthenticate "this needs a recent sign-in";
    SignInFailed "sign-in-failed" 403 AskReader "name or password is wrong";
    SecondFactorRequired "second-factor-required" 403 Reauthenticate "this needs the second factor";
    SecondFactorFailed "second-factor-failed" 403 AskReader "the second factor was not accepted";
    VerificationRequired "verification-required" 403 AskReader "the e-mail address has to be confirmed first";
    VerificationFailed "verification-failed" 403 AskReader "the code from the e-mail was not accepted";
    RecoveryFailed "recovery-failed" 403 AskReader "the recovery code was not accepted";
    RecoveryDelayed "recovery-delayed" 403 AskReader "another device was active recently, so recovery has to wait";
    RegistrationClosed "registration-closed" 403 AskReader "the server accepts no new accounts";
    InvitationRequired "invitation-required" 403 AskReader "the server accepts new accounts by invitation only";
    InvitationRejected "invitation-rejected" 403 AskReader "the invitation is unknown, used or expired";
    NameTaken "name-taken" 409 AskReader "the name is already in use";
    AttemptExpired "attempt-expired" 410 AskReader "the attempt took too long or was used already";
    Forbidden "forbidden" 403 AskReader "this account may not do that";
    // Devices and the account
    DeviceRevoked "device-revoked" 403 Stop "the device was revoked";
    DeviceLimit "device-limit" 409 AskReader "the account has as many devices as the server allows";
    DeviceEntryRejected "device-entry-rejected" 422 Refresh "the statement does not continue the account's device log";
    ErasurePending "erasure-pending" 403 Stop "the account is going to be erased";
    EnrolmentState "enrolment-state" 409 Refresh "the enrolment is not at this step";
    EnrolmentEnded "enrolment-ended" 410 AskReader "the enrolment expired or was cancelled";
    EnrolmentLimit "enrolment-limit" 429 AskReader "too many enrolments were started";
    // Records
    Fork "fork" 409 Alarm "another record exists under this number";
    Gap "gap" 409 Resume "records before this one are missing";
    SignatureRejected "signature-rejected" 422 SetAside "the signature is not by the key of the session's device";
    StampAhead "stamp-ahead" 422 SetAside "the record is dated in the future";
    RecordLimit "record-limit" 409 Snapshot "a snapshot is needed before further records";
    LogChanged "log-changed" 410 Resync "the server's log was restored from a backup";
    Compacted "compacted" 410 Resync "the records after this position were replaced by a snapshot";
    Stale "stale" 412 Refresh "what the request would replace has changed";
    // Blobs
    BlobConflict "blob-conflict" 409 Refresh "the blob exists with other parts";
    BlobMissingParts "missing" 409 Resume "parts of the blob are missing";
    BlobLimit "blob-limit" 409 FreeSpace "the account has as many files as the server allows";
    UnfinishedLimit "unfinished-limit" 409 Resume "too many uploads are unfinished";
    QuotaExceeded "quota-exceeded" 409 FreeSpace "the account's storage is full";
    DigestMismatch "digest-mismatch" 422 Resume "the part is not the one that was announced";
    BlobDeleted "blob-deleted" 410 Refresh "the blob was deleted";
    // The server
    Internal "internal" 500 Stop "the server failed";
    BadGateway "bad-gateway" 502 Retry "a service that the server needs answered wrongly";
    Unavailable "unavailable" 503 Retry "the server is starting, stopping or overloaded";
    ReadOnly "read-only" 503 Retry "the server accepts no changes at the moment";
    GatewayTimeout "gateway-timeout" 504 Retry "a service that the server needs took too long";
}

/// An unknown code is printed and logged, and is whatever the other side wrote: of the form of a code, or nothing.
fn plain(code: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if code.len() <= MAX_CODE_BYTES && code.bytes().all(is_plain) { code.to_owned() } else { String::new() }
}

impl ProblemCode {
    /// Whether the same request may be sent again after a while.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self.action(), ClientAction::Retry)
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for ProblemCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for ProblemCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Ok(Self::from(code.as_ref()))
    }
}
