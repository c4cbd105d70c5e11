//! The account of this library: whose it is, where its server is, and its sealed secrets.

use alexandria_domain::DeviceId;
use rusqlite::{OptionalExtension, params};

use crate::error::StoreError;
use crate::number::{signed, unsigned};
use crate::store::Store;

/// The account that this copy of the library is enrolled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The account.
    pub account: [u8; 16],
    /// The device that this copy was enrolled as. If [`Store::device_claim`] names another, this is a copy or a restored backup:
    /// the keys are not its own, and it is enrolled again.
    pub device: DeviceId,
    /// The server's address.
    pub server: String,
    /// The name to sign in with; `None` where another service vouches for the reader.
    pub login_name: Option<String>,
    /// The server's public key at the first sign-in.
    pub server_key: Option<[u8; 32]>,
    /// The highest revision of the key bundle that was seen.
    pub bundle_revision: u64,
    /// The keys of this device, sealed by `alexandria_crypto::account::stored`.
    pub device_keys: Vec<u8>,
    /// The secrets of the account, sealed likewise; `None` until the enrolment is complete.
    pub secrets: Option<Vec<u8>>,
}

impl Store {
    /// The account; `None` if the library has none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn account(&self) -> Result<Option<AccountRow>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT account, device, server, login_name, server_key, bundle_revision, device_keys, secrets \
                     FROM account",
                )?
                .query_row([], |row| {
                    Ok(AccountRow {
                        account: row.get(0)?,
                        device: DeviceId::from_bytes(row.get(1)?),
                        server: row.get(2)?,
                        login_name: row.get(3)?,
                        server_key: row.get(4)?,
                        bundle_revision: unsigned(row, 5)?,
                        device_keys: row.get(6)?,
                        secrets: row.get(7)?,
                    })
                })
                .optional()
        })
    }

    /// Replaces the account. The revision of its key bundle never decreases while the account stays the same.
    ///
    /// # Errors
    /// When the database fails; the account is then as it was.
    pub fn set_account(&self, row: &AccountRow) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO account (one, account, device, server, login_name, server_key, bundle_revision, \
                     device_keys, secrets) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                     ON CONFLICT (one) DO UPDATE SET account = excluded.account, device = excluded.device, \
                     server = excluded.server, login_name = excluded.login_name, server_key = excluded.server_key, \
                     bundle_revision = CASE WHEN account.account = excluded.account \
                         THEN max(account.bundle_revision, excluded.bundle_revision) ELSE excluded.bundle_revision END, \
                     device_keys = excluded.device_keys, secrets = excluded.secrets",
                )?
                .execute(params![
                    row.account,
                    row.device.as_bytes(),
                    row.server,
                    row.login_name,
                    row.server_key,
                    signed(row.bundle_revision),
                    row.device_keys,
                    row.secrets,
                ])?;
            Ok(())
        })
    }

    /// Removes the account with its secrets and all that sync stored for it. What readers made stays, and is unsent again; cards of
    /// publications that are elsewhere go.
    ///
    /// # Errors
    /// When the database fails; nothing was changed then.
    pub fn remove_account(&self) -> Result<(), StoreError> {
        self.write(|transaction| {
            // Quarantine goes with the records.
            transaction.execute_batch(
                "DELETE FROM account; DELETE FROM sync_record; DELETE FROM sync_head; DELETE FROM sync_state; \
                 DELETE FROM wire_op WHERE card_of IS NOT NULL \
                     AND NOT EXISTS (SELECT 1 FROM publication WHERE publication.id = wire_op.card_of); \
                 UPDATE op SET outbox = 1; UPDATE wire_op SET outbox = 1;",
            )?;
            Ok(())
        })
    }
}
