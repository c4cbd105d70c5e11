//! Which device writes to this database: the copy's own record of it.
//!
//! The record alone proves nothing, as it is copied with the database. Whoever opens the library compares it with one kept
//! outside of the library's folder, and claims another device if they differ (`alexandria-library`, `device.rs`).

use alexandria_domain::DeviceId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::StoreError;
use crate::store::Store;

/// The device that a copy of the library is, as it was last claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceClaim {
    /// The device of the ops that are written here.
    pub device: DeviceId,
    /// The device that the vault named then. A restored library has a vault with another.
    pub vault_device: DeviceId,
    /// Random, new at every claim.
    pub token: [u8; 16],
}

impl Store {
    /// The last claim; `None` if there was none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub fn device_claim(&self) -> Result<Option<DeviceClaim>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT device, vault_device, token FROM device_claim")?
                .query_row([], |row| {
                    Ok(DeviceClaim {
                        device: DeviceId::from_bytes(row.get(0)?),
                        vault_device: DeviceId::from_bytes(row.get(1)?),
                        token: row.get(2)?,
                    })
                })
                .optional()
        })
    }

    /// Replaces the claim. When this returns it is on the disk.
    ///
    /// # Errors
    /// When the database fails; the last claim holds then.
    pub fn set_device_claim(&self, claim: &DeviceClaim) -> Result<(), StoreError> {
        self.write(|transaction| {
            let DeviceClaim { device, vault_device, token } = claim;
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO device_claim (one, device, vault_device, token) VALUES (1, ?1, ?2, ?3)",
                )?
                .execute(params![device.as_bytes(), vault_device.as_bytes(), token])?;
            Ok(())
        })
    }
}

/// The device that this copy was last claimed for.
pub(crate) fn own(connection: &Connection) -> Result<Option<DeviceId>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT device FROM device_claim")?
        .query_row([], |row| Ok(DeviceId::from_bytes(row.get(0)?)))
        .optional()
}
