//! What the operator does to a server: accounts, invitations, backups. The same whether the server runs or not: the command line
//! does it itself, or sends it to the running server, which holds the data folder.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::backup::{self, BackupError};
use crate::objects::Objects;
use crate::service::{RuleError, Rules};
use crate::stack::Embedded;
use crate::state::ServerKey;

/// What the key of the operator is derived for.
const TOKEN_CONTEXT: &str = "alexandria-server 2026-11 token of the operator";

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum OperatorCommand {
    /// List accounts and what they use.
    Accounts,
    /// Make an invitation.
    Invite {
        /// What it is called in lists.
        label: String,
        /// How many days it is good for.
        days: u32,
    },
    /// Disable an account and end its sessions.
    Disable {
        /// Its login name.
        login: String,
    },
    /// Enable an account.
    Enable {
        /// Its login name.
        login: String,
    },
    /// Set or remove the quota of an account.
    Quota {
        /// Its login name.
        login: String,
        /// Bytes of files; the server's quota counts without it.
        bytes: Option<u64>,
    },
    /// Write a backup of the data folder.
    Backup {
        /// The file to write, as an absolute path.
        file: PathBuf,
    },
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// A rule does not allow it, or there is no such account.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// No backup was written.
    #[error("no backup was written: {0}")]
    Backup(#[from] BackupError),
    /// Objects that the database names are not there.
    #[error("{0} objects are missing in the backup; `fsck` names them")]
    Incomplete(u64),
    /// There is no embedded stack.
    #[error("Postgres and S3 have backups of their own; this command is for the data folder")]
    NotEmbedded,
}

/// The token that admits the operator to the second listener. Whoever can read the server's key has it.
#[must_use]
pub fn token(key: &ServerKey) -> String {
    let mut text = String::with_capacity(64);
    for byte in key.derive(TOKEN_CONTEXT).iter() {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
    }
    text
}

/// Whether `given` is the token of the operator, in a time that does not depend on it.
#[must_use]
pub fn is_token(given: &[u8], key: &ServerKey) -> bool {
    token(key).as_bytes().ct_eq(given).into()
}

/// What the operator works on.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The rules, and through them the rows.
    pub rules: Arc<Rules>,
    /// The objects.
    pub objects: Arc<dyn Objects>,
    /// The embedded database, if there is one.
    pub embedded: Option<Embedded>,
}

impl Operator {
    /// Does it, and answers what to print.
    ///
    /// # Errors
    /// See [`OperatorError`].
    pub async fn run(&self, command: OperatorCommand) -> Result<Vec<String>, OperatorError> {
        match command {
            OperatorCommand::Accounts => {
                let accounts = self.rules.list_accounts().await?;
                let line = |(account, usage): &(crate::store::Account, crate::store::Usage)| {
                    format!("{} {} {:?} {} bytes", account.id, account.login, account.status, usage.blob_bytes)
                };
                Ok(accounts.iter().map(line).collect())
            }
            OperatorCommand::Invite { label, days } => {
                let invitation = self.rules.invite(label, DAY.saturating_mul(days)).await?;
                let until = jiff::Timestamp::from_millisecond(invitation.expires_at.0).unwrap_or_default();
                Ok(vec![format!("{} (until {until})", *invitation.token.expose_text())])
            }
            OperatorCommand::Disable { login } => self.set_disabled(&login, true).await,
            OperatorCommand::Enable { login } => self.set_disabled(&login, false).await,
            OperatorCommand::Quota { login, bytes } => {
                let account = self.rules.find_account(&login).await?;
                self.rules.set_quota(account, bytes).await?;
                Ok(Vec::new())
            }
            OperatorCommand::Backup { file } => self.back_up(file).await,
        }
    }

    async fn set_disabled(&self, login: &str, disabled: bool) -> Result<Vec<String>, OperatorError> {
        let account = self.rules.find_account(login).await?;
        self.rules.set_disabled(account, disabled).await?;
        Ok(Vec::new())
    }

    async fn back_up(&self, file: PathBuf) -> Result<Vec<String>, OperatorError> {
        let embedded = self.embedded.as_ref().ok_or(OperatorError::NotEmbedded)?;
        let report = backup::write(&embedded.store, &embedded.key, &*self.objects, &file).await?;
        if report.missing > 0 {
            return Err(OperatorError::Incomplete(report.missing));
        }
        Ok(vec![
            format!("{} with {} objects", file.display(), report.objects),
            String::from("store server.key of the data folder elsewhere: without it the backup cannot be read"),
        ])
    }
}
