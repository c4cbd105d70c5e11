//! Sign-up, sign-in and recovery. The password never reaches the server: OPAQUE (RFC 9807), whose messages are bytes here.

use crate::api::keys::KeyBundle;
use crate::base64::Base64Bytes;
use crate::devices::DeviceEntry;
use crate::ids::{AccountId, AttemptId};
use crate::secret::{InvitationToken, RecoveryProof, Ticket};

/// The cost of hashing the password on the client, with Argon2id. The client chooses it at sign-up, and refuses one below
/// its floor or above its ceiling at sign-in, whatever the server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct KsfParameters {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// `POST auth/verify-email`. Answered with 204 whether or not the address is in use.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct VerifyEmail {
    /// The address.
    pub email: String,
}

/// `POST auth/register/start`.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct RegisterStart {
    /// What the reader signs in with: an e-mail address, or any name where the server confirms none. 1 to 254 bytes; the
    /// client trims it and lowers its letters.
    pub name: String,
    /// OPAQUE registration request.
    pub request: Base64Bytes,
    /// Needed where registration is by invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationToken>,
    /// The code from the e-mail, where the server confirms addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_code: Option<String>,
}

/// The answer to `POST auth/register/start` and to `POST auth/password/start`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct RegistrationStarted {
    /// Names the attempt; single use.
    pub attempt: AttemptId,
    /// OPAQUE registration response.
    pub response: Base64Bytes,
}

/// `POST auth/register/finish`: everything that an account begins with.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct RegisterFinish {
    /// From the answer before.
    pub attempt: AttemptId,
    /// The account's id, chosen by the client.
    pub account: AccountId,
    /// OPAQUE registration upload.
    pub upload: Base64Bytes,
    /// How the password was hashed.
    pub ksf: KsfParameters,
    /// The wrapped keys.
    pub keys: KeyBundle,
    /// The first statement of the device log.
    pub device: DeviceEntry,
    /// SHA-256 of the [`RecoveryProof`], in hexadecimal digits: the server stores nothing that recovers.
    pub recovery: crate::api::keys::RecoveryVerifier,
}

/// `POST auth/login/start`. An unknown name gets an answer of the same form in the same time.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct LoginStart {
    /// What the reader signs in with.
    pub name: String,
    /// OPAQUE credential request.
    pub request: Base64Bytes,
}

/// The answer to `POST auth/login/start`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct LoginStarted {
    /// Names the attempt; single use.
    pub attempt: AttemptId,
    /// OPAQUE credential response.
    pub response: Base64Bytes,
    /// How the password was hashed at sign-up.
    pub ksf: KsfParameters,
}

/// `POST auth/login/finish`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct LoginFinish {
    /// From the answer before.
    pub attempt: AttemptId,
    /// OPAQUE credential finalization.
    pub finalization: Base64Bytes,
}

/// The answer to `POST auth/login/finish`, `POST auth/second-factor`, `POST auth/recover` and `POST oidc/finish`.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// For the header [`crate::headers::TICKET`].
    pub ticket: Ticket,
    /// How long the ticket is valid.
    pub expires_in_seconds: u32,
    /// Second factors of which one has to be shown before the ticket admits; empty if it does.
    pub factors_due: Vec<FactorKind>,
}

/// A kind of second factor.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// A one-time password (RFC 6238).
    Totp,
    /// A passkey (WebAuthn).
    Passkey,
    /// One of the codes that the reader noted.
    BackupCode,
    /// A kind that this program does not know.
    #[serde(other)]
    Unknown,
}

/// `POST auth/second-factor`, with a ticket that is not yet valid.
#[derive(Clone, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SecondFactor {
    /// A one-time password.
    Totp {
        /// Six digits.
        code: String,
    },
    /// A backup code.
    BackupCode {
        /// The code, in whatever spacing the reader typed it.
        code: String,
    },
    /// The answer of an authenticator to `POST auth/passkey-challenge`.
    Passkey {
        /// From that answer.
        attempt: AttemptId,
        /// `PublicKeyCredential`, as WebAuthn serializes it.
        #[schema(value_type = Object)]
        credential: serde_json::Value,
    },
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Totp { .. } => "Totp(…)",
            Self::BackupCode { .. } => "BackupCode(…)",
            Self::Passkey { .. } => "Passkey(…)",
        })
    }
}

/// `POST auth/recover`: what the recovery code gives in place of a password. Second factors are due as after a sign-in, and
/// where another device was active recently the ticket is refused with `recovery-delayed` for a day.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Recover {
    /// What the reader signs in with.
    pub name: String,
    /// Derived from the recovery code.
    pub proof: RecoveryProof,
}
