//! The account that keeps this library in step with other devices.

use std::sync::Arc;

use alexandria_domain::{DeviceId, PublicationId};
use alexandria_sync::status::Status;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Library;
use crate::account::{
    self, AccountCreated, AccountDevice, AccountError, AccountInfo, Enrolled, SecondFactorCode, SignIn, SignInSecret,
    SignUp,
};
use crate::blocking::blocking;
use crate::sync::{CloudBook, FileTransferError, SyncReport, SyncRunError, SyncTrigger};

impl Library {
    /// The account that this library is in, if it is in one. Asks nobody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self) -> Result<Option<AccountInfo>, AccountError> {
        let engines = Arc::clone(&self.parts.engines);
        blocking(move || Ok(engines.store.account()?.as_ref().map(Enrolled::info))).await
    }

    /// How many books this library has, on the shelf and in the bin: a sign-in adds them to the account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn books_to_add(&self) -> Result<u64, AccountError> {
        let engines = Arc::clone(&self.parts.engines);
        blocking(move || Ok(engines.store.publication_count()?)).await
    }

    /// Makes an account on a server. This library becomes its first device, and its books keep their ids.
    ///
    /// # Errors
    /// When the library is in an account already, what was given is not accepted, or the server cannot be reached.
    pub async fn sign_up(&self, new: SignUp) -> Result<AccountCreated, AccountError> {
        let connection = self.parts.sync.connect().await?;
        let created = account::sign_up(&self.parts.engines, &connection, new).await?;
        self.parts.sync.wake();
        Ok(created)
    }

    /// Adds this library to an account, by password or recovery code. Its books get the account's ids if they are to be added to it.
    /// Stopped anywhere, signing in again goes on.
    ///
    /// # Errors
    /// When the library is in an account already or has books that are not to be added, what was given is not accepted, the server cannot be reached, or
    /// what it sends contradicts itself.
    pub async fn sign_in(&self, request: SignIn) -> Result<(), AccountError> {
        let connection = self.parts.sync.connect().await?;
        account::sign_in(&self.parts.engines, &self.parts.open_books, &self.parts.vault, &connection, request).await?;
        self.parts.sync.wake();
        Ok(())
    }

    /// Leaves the account. Books, notes and settings stay here; the server keeps what it has, and the device's place in the list
    /// until another device removes it.
    ///
    /// # Errors
    /// When the library is in no account, or the database fails.
    pub async fn sign_out(&self) -> Result<(), AccountError> {
        let _nothing_runs = self.parts.sync.disconnect().await;
        account::leave(&self.parts.engines).await
    }

    /// The devices of the account.
    ///
    /// # Errors
    /// When the library is in no account, the server cannot be reached, or its list contradicts what was seen before.
    pub async fn account_devices(&self) -> Result<Vec<AccountDevice>, AccountError> {
        let (enrolled, client) = self.parts.sync.enrolled().await?;
        let engines = Arc::clone(&self.parts.engines);
        let before = blocking(move || account::seen(&engines.store)).await?;
        Ok(account::list(&client, &enrolled, before).await?.devices(&enrolled))
    }

    /// Removes a device from the account: it can neither send nor receive from now on, and what is written later has new keys. The
    /// password or the recovery code shows that the reader is there.
    ///
    /// # Errors
    /// When there is no such device or it is this one, the credential is not accepted, or the server cannot be reached.
    pub async fn remove_account_device(
        &self,
        device: DeviceId,
        secret: SignInSecret,
        second_factor: Option<SecondFactorCode>,
    ) -> Result<(), AccountError> {
        let (_enrolled, client) = self.parts.sync.enrolled().await?;
        account::revoke(&self.parts.engines, &client, device, secret, second_factor).await
    }

    /// Brings the library in step with its account, once, and sends the files of its books.
    ///
    /// # Errors
    /// When the library is in no account, or the database fails. A server that cannot be reached is a status, not an error.
    pub async fn sync_once(&self, cancel: &CancellationToken) -> Result<SyncReport, SyncRunError> {
        self.parts.sync.once(SyncTrigger::Reader, cancel).await
    }

    /// Keeps the library in step until its jobs are stopped; without an account it waits for one. Failures are logged and
    /// retried. A part of [`run_background`](Self::run_background).
    pub async fn keep_in_step(&self) {
        self.parts.sync.keep(&self.parts.engines.stop).await;
    }

    /// Has the background job bring the library in step now.
    pub fn sync_now(&self) {
        self.parts.sync.wake();
    }

    /// What sync is doing; `None` while it does not run.
    #[must_use]
    pub fn sync_status(&self) -> watch::Receiver<Option<Status>> {
        self.parts.sync.status()
    }

    /// The books of the account whose files are not on this device, by title.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cloud_books(&self) -> Result<Vec<CloudBook>, SyncRunError> {
        self.parts.sync.cloud_books().await
    }

    /// Fetches the file of such a book and imports it. If it is stopped, what was fetched is kept for the next time.
    ///
    /// # Errors
    /// When there is no such book, its file is not on the server, or it cannot be imported.
    pub async fn fetch_book(&self, id: PublicationId, cancel: &CancellationToken) -> Result<(), FileTransferError> {
        self.parts.sync.fetch(self.parts.imports.context(), id, cancel).await
    }
}
