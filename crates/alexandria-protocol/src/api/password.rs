//! Another password, or the same for another cost: OPAQUE registration again.

use crate::api::auth::KsfParameters;
use crate::api::keys::{KeyBundle, RecoveryVerifier};
use crate::base64::Base64Bytes;
use crate::ids::AttemptId;

/// `POST auth/password/start`. The answer is [`crate::api::auth::RegistrationStarted`].
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct PasswordStart {
    /// OPAQUE registration request.
    pub request: Base64Bytes,
}

/// `POST auth/password/finish`: password file and key bundle change in one step. `If-Match` as for `PUT keys`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct PasswordFinish {
    /// From the answer before.
    pub attempt: AttemptId,
    /// OPAQUE registration upload.
    pub upload: Base64Bytes,
    /// How the password was hashed.
    pub ksf: KsfParameters,
    /// The keys, wrapped again.
    pub keys: KeyBundle,
    /// The new verifier, if the recovery code changes with the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecoveryVerifier>,
}
