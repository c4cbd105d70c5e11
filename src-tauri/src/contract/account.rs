//! The account that keeps the library in step with other devices. Secrets pass through to the core and are not stored here.

use alexandria_library as core;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::counterpart::counterpart;
use super::{CommandError, Credential, Id, RecoveryCodeText};

/// An account to make.
// No `Debug`: it holds a password.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignUp {
    /// The server's address.
    pub(crate) server: String,
    pub(crate) name: String,
    pub(crate) password: String,
    /// What this device is called.
    pub(crate) device_name: String,
    /// Where accounts are made by invitation; empty elsewhere.
    pub(crate) invitation: String,
}

/// An account to sign in to.
// No `Debug`: it holds a password.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignIn {
    /// The server's address.
    pub(crate) server: String,
    pub(crate) name: String,
    /// The password, or the account's recovery code.
    pub(crate) secret: String,
    /// Whether it is the recovery code.
    pub(crate) is_recovery_code: bool,
    /// A second factor as typed; empty if there is none.
    pub(crate) second_factor: String,
    /// What this device is called.
    pub(crate) device_name: String,
    /// What opens the library now.
    pub(crate) credential: Credential,
    /// Whether the books of this library become books of the account.
    pub(crate) add_books: bool,
}

/// A device to remove.
// No `Debug`: it holds a password.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoveDevice {
    /// Its id.
    pub(crate) id: String,
    pub(crate) password: String,
    /// A second factor as typed; empty if there is none.
    pub(crate) second_factor: String,
}

/// The account, and how far the library is in step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountStatus {
    /// Null without an account.
    pub(crate) account: Option<AccountInfo>,
    /// What this computer is called, for a new account.
    pub(crate) suggested_device_name: String,
    pub(crate) sync: SyncState,
    /// Books of the account that are not on this device.
    pub(crate) cloud: Vec<CloudBook>,
    /// How many books this library has, which a sign-in adds to the account.
    #[ts(type = "number")]
    pub(crate) books: u64,
}

/// The account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountInfo {
    pub(crate) name: String,
    pub(crate) server: String,
}

/// How far the library is in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum SyncState {
    /// Sync does not run.
    Off,
    InStep,
    Working {
        /// Changes of this device that are not on the server yet.
        to_send: u32,
    },
    Waiting {
        reason: SyncWaiting,
    },
    /// It stopped until the reader decides.
    NeedsYou {
        reason: SyncProblem,
    },
}

/// The library is more, or less, in step than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub(crate) struct SyncChanged {
    pub(crate) sync: SyncState,
}

counterpart! {
    /// What sync waits for.
    SyncWaiting of core::WaitingFor { Permission, Connection, CleanConnection, Server, Disk, Clock }
}

/// Why sync stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SyncProblem {
    /// This device was removed from the account.
    Removed,
    /// The program is too old.
    Upgrade,
    /// The server does not accept this device.
    SignIn,
    /// The server contradicts what it said before.
    Contradiction,
}

/// A book of the account that is not on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CloudBook {
    pub(crate) id: Id,
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
    /// Size of its file in bytes.
    pub(crate) bytes: u64,
    /// Whether its file is on the server.
    pub(crate) is_available: bool,
}

/// A device of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountDevice {
    pub(crate) id: String,
    /// Null if it cannot be read.
    pub(crate) name: Option<String>,
    pub(crate) is_this: bool,
    pub(crate) is_removed: bool,
}

impl SignUp {
    /// The core's form.
    ///
    /// # Errors
    /// When the invitation is malformed.
    pub(crate) fn into_core(self) -> Result<core::SignUp, CommandError> {
        let invitation = match self.invitation.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| CommandError::invalid_input("that is not an invitation"))?),
        };
        Ok(core::SignUp {
            server: self.server,
            name: self.name,
            password: core::Passphrase::new(self.password),
            device_name: self.device_name,
            invitation,
            email_code: None,
        })
    }
}

impl SignIn {
    /// The core's form.
    ///
    /// # Errors
    /// When a recovery code is malformed.
    pub(crate) fn into_core(self) -> Result<core::SignIn, CommandError> {
        let secret = if self.is_recovery_code {
            let code = core::AccountRecoveryCode::parse(self.secret);
            let malformed = core::domain::ErrorCode::WrongRecoveryCode;
            core::SignInSecret::RecoveryCode(code.map_err(|error| CommandError::new(malformed, &error))?)
        } else {
            core::SignInSecret::Password(core::Passphrase::new(self.secret))
        };
        Ok(core::SignIn {
            server: self.server,
            name: self.name,
            secret,
            second_factor: second_factor(self.second_factor),
            device_name: self.device_name,
            unlock: self.credential.unlock()?,
            add_books: self.add_books,
        })
    }
}

impl RemoveDevice {
    /// The core's form.
    ///
    /// # Errors
    /// When the id is malformed.
    pub(crate) fn into_core(
        self,
    ) -> Result<(core::domain::DeviceId, core::SignInSecret, Option<core::SecondFactorCode>), CommandError> {
        let id = self.id.parse().map_err(|_| CommandError::invalid_input("that is not the id of a device"))?;
        let secret = core::SignInSecret::Password(core::Passphrase::new(self.password));
        Ok((id, secret, second_factor(self.second_factor)))
    }
}

impl AccountStatus {
    /// That of a library.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn of(library: &core::Library) -> Result<Self, CommandError> {
        let account = library.account().await?;
        let cloud = if account.is_some() { library.cloud_books().await? } else { Vec::new() };
        let books = library.books_to_add().await?;
        Ok(Self {
            account: account.map(Into::into),
            suggested_device_name: core::suggested_device_name(),
            sync: (*library.sync_status().borrow()).into(),
            cloud: cloud.into_iter().map(Into::into).collect(),
            books,
        })
    }
}

/// A second factor as typed, if there is one.
fn second_factor(typed: String) -> Option<core::SecondFactorCode> {
    (!typed.trim().is_empty()).then(|| core::SecondFactorCode::typed(typed))
}

impl From<core::AccountCreated> for RecoveryCodeText {
    fn from(created: core::AccountCreated) -> Self {
        Self { code: created.recovery_code.expose_text().to_string() }
    }
}

impl From<core::AccountInfo> for AccountInfo {
    fn from(info: core::AccountInfo) -> Self {
        Self { name: info.name.unwrap_or_default(), server: info.server }
    }
}

impl From<Option<core::SyncStatus>> for SyncState {
    fn from(status: Option<core::SyncStatus>) -> Self {
        match status {
            None => Self::Off,
            Some(core::SyncStatus::InStep) => Self::InStep,
            Some(core::SyncStatus::Working { to_send, .. }) => {
                Self::Working { to_send: u32::try_from(to_send).unwrap_or(u32::MAX) }
            }
            Some(core::SyncStatus::Waiting(reason)) => Self::Waiting { reason: reason.into() },
            Some(core::SyncStatus::NeedsReader(alarm)) => Self::NeedsYou {
                reason: match alarm {
                    core::SyncAlarm::Revoked => SyncProblem::Removed,
                    core::SyncAlarm::UpgradeNeeded => SyncProblem::Upgrade,
                    core::SyncAlarm::SignInNeeded => SyncProblem::SignIn,
                    _ => SyncProblem::Contradiction,
                },
            },
        }
    }
}

impl From<core::CloudBook> for CloudBook {
    fn from(book: core::CloudBook) -> Self {
        let core::CloudBook { id, title, authors, bytes, is_available, .. } = book;
        Self { id: id.into(), title, authors, bytes, is_available }
    }
}

impl From<core::AccountDevice> for AccountDevice {
    fn from(device: core::AccountDevice) -> Self {
        Self { id: device.id.to_string(), name: device.name, is_this: device.is_this, is_removed: device.is_revoked }
    }
}
