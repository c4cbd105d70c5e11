//! The mailbox of an enrolment. The server relays and never interprets; it refuses a step that is out of order, and every
//! message is written once.

use crate::base64::Base64Bytes;
use crate::devices::DeviceEntry;
use crate::enrolment::{AnswerNonce, Commitment, EnrolmentKeys, Opening};
use crate::ids::{DeviceId, EnrolmentId};

/// `PUT enrolments/{id}`, by the new device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EnrolmentOffer {
    /// The new device.
    pub device: DeviceId,
    /// To its keys.
    pub commitment: Commitment,
}

/// `POST enrolments/{id}/answer`, by the old device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EnrolmentAnswer {
    /// The old device.
    pub device: DeviceId,
    /// Its keys.
    pub keys: EnrolmentKeys,
    /// Its random number.
    pub nonce: AnswerNonce,
}

/// `POST enrolments/{id}/reveal`, by the new device.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EnrolmentReveal {
    /// Its keys.
    pub keys: EnrolmentKeys,
    /// What its commitment opens with.
    pub opening: Opening,
    /// Its name, sealed to nobody yet: plaintext would be the server's to read, so it is sealed to the old device.
    pub label: Base64Bytes,
}

/// `POST enrolments/{id}/seal`, by the old device: one step admits the device and hands over the keys.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EnrolmentSeal {
    /// Admits the new device.
    pub entry: DeviceEntry,
    /// The account's keys and the end of the device log, sealed to the new device; at most
    /// [`crate::limits::MAX_ENROLMENT_MESSAGE_BYTES`].
    pub sealed: Base64Bytes,
}

/// Query of `GET enrolments/{id}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EnrolmentQuery {
    /// Wait for a step after this many; 0 if absent.
    pub after: Option<u32>,
    /// For how many seconds, at most [`crate::limits::MAX_WAIT_SECONDS`].
    pub wait: Option<u32>,
}

/// `GET enrolments/{id}`, and the answer to every step.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EnrolmentState {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// How many steps were taken: 1 offered, 2 answered, 3 revealed, 4 sealed.
    pub steps: u32,
    /// When it was cancelled, nothing else happens.
    pub is_cancelled: bool,
    /// How long it lasts.
    pub expires_in_seconds: u32,
    /// Step 1.
    pub offer: EnrolmentOffer,
    /// Step 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<EnrolmentAnswer>,
    /// Step 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reveal: Option<EnrolmentReveal>,
    /// Step 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<EnrolmentSeal>,
}

/// `GET enrolments`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Enrolments {
    /// Those that did not expire and were not cancelled.
    pub enrolments: Vec<EnrolmentState>,
}
