//! The device log on the wire. `PUT devices/{id}` and `POST devices/{id}/revoke` take a [`DeviceEntry`].

use crate::devices::{DeviceEntry, DeviceLogEnd};
use crate::ids::DeviceId;

/// `GET devices`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Devices {
    /// The log, from the first statement.
    pub log: Vec<DeviceEntry>,
    /// When each device was last there, as far as the server can tell.
    pub last_seen: Vec<LastSeen>,
}

/// When a device was last there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct LastSeen {
    /// The device.
    pub device: DeviceId,
    /// The day, in milliseconds since 1970: the server notes no more precise time.
    pub day_ms: u64,
}

/// The answer to `PUT devices/{id}` and `POST devices/{id}/revoke`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct DeviceLogStored {
    /// Where the log ends now.
    pub end: DeviceLogEnd,
}
