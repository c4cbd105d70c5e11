//! The device log.

use alexandria_protocol::api::devices::{DeviceLogStored, Devices};
use alexandria_protocol::devices::DeviceEntry;
use alexandria_protocol::ids::DeviceId;
use alexandria_protocol::routes;
use alexandria_protocol::secret::Ticket;

use crate::feature::Purpose;
use crate::sync::client::{Admission, SyncClient};
use crate::sync::error::SyncError;
use crate::sync::request::Request;

impl SyncClient {
    /// The device log. Nothing in it is verified here.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn devices(&self, admission: Admission<'_>) -> Result<Devices, SyncError> {
        self.ask_admitted(admission, Request::get(routes::devices(), Purpose::Devices)).await
    }

    /// Appends the statement that admits `device`.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn add_device(
        &self,
        admission: Admission<'_>,
        device: DeviceId,
        entry: &DeviceEntry,
    ) -> Result<DeviceLogStored, SyncError> {
        let request = Request::put(routes::device(device), Purpose::Devices).json(entry)?;
        self.ask_admitted(admission, request).await
    }

    /// Appends the statement that revokes `device`, and ends its sessions.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn revoke_device(
        &self,
        ticket: &Ticket,
        device: DeviceId,
        entry: &DeviceEntry,
    ) -> Result<DeviceLogStored, SyncError> {
        let request = Request::post(routes::revoke_device(device), Purpose::Devices).json(entry)?;
        self.ask_in_session(request.ticket(ticket)).await
    }
}
