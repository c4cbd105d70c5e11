//! Setting up second factors.

use crate::api::auth::FactorKind;
use crate::ids::{AttemptId, FactorId};

/// `GET factors`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Factors {
    /// The factors of the account.
    pub factors: Vec<Factor>,
    /// Backup codes that were not used yet.
    pub backup_codes_left: u32,
}

/// A second factor.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Factor {
    /// Its id.
    pub id: FactorId,
    /// Its kind.
    pub kind: FactorKind,
    /// When it was set up.
    pub created_ms: u64,
    /// When it was last accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_ms: Option<u64>,
}

/// The answer to `POST factors/totp/start`.
#[derive(Clone, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct TotpStarted {
    /// Names the attempt; single use.
    pub attempt: AttemptId,
    /// The shared secret in base32, for typing.
    pub secret: String,
    /// The same as `otpauth://` address, for a QR code.
    pub uri: String,
}

impl std::fmt::Debug for TotpStarted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TotpStarted").field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

/// `POST factors/totp/finish`: the first password shows that the secret arrived.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct TotpFinish {
    /// From the answer before.
    pub attempt: AttemptId,
    /// Six digits.
    pub code: String,
}

/// The answer to `POST factors/passkeys/start` and `POST auth/passkey-challenge`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct PasskeyChallenge {
    /// Names the attempt; single use.
    pub attempt: AttemptId,
    /// Options for `navigator.credentials`, as WebAuthn serializes them.
    #[schema(value_type = Object)]
    pub options: serde_json::Value,
}

/// `POST factors/passkeys/finish`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct PasskeyFinish {
    /// From the answer before.
    pub attempt: AttemptId,
    /// `PublicKeyCredential`, as WebAuthn serializes it.
    #[schema(value_type = Object)]
    pub credential: serde_json::Value,
}

/// The answer to `POST factors/totp/finish` and `POST factors/passkeys/finish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct FactorAdded {
    /// The factor.
    pub id: FactorId,
}

/// The answer to `POST factors/backup-codes`: shown once, stored hashed.
#[derive(Clone, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct BackupCodes {
    /// The codes; each is accepted once. Those before are void.
    pub codes: Vec<String>,
}

impl std::fmt::Debug for BackupCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BackupCodes({})", self.codes.len())
    }
}
