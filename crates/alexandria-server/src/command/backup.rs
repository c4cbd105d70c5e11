//! `backup` and `restore` of the embedded stack.

use std::path::Path;

use alexandria_server::backup;
use alexandria_server::config::Config;
use alexandria_server::data_folder::{DataFolder, existing_key};
use alexandria_server::objects::FileObjects;
use alexandria_server::operator::{OperatorCommand, OperatorError};
use alexandria_server::random;
use alexandria_server::stack::{self, database_key};
use alexandria_server::state::ServerKey;
use anyhow::{Context as _, ensure};

use super::operate;
use super::output::say;

/// Writes a backup, also while the server runs.
pub(super) async fn backup(config: Config, file: &Path) -> anyhow::Result<()> {
    // The server that writes it has another working directory.
    let file = std::path::absolute(file).with_context(|| file.display().to_string())?;
    operate::run(config, OperatorCommand::Backup { file }).await
}

/// Creates the data folder from a backup.
pub(super) async fn restore(config: &Config, file: &Path) -> anyhow::Result<()> {
    ensure!(config.database.url.is_none() && config.objects.bucket.is_none(), OperatorError::NotEmbedded);
    let folder = DataFolder::open(&config.data)?;
    let key = match &config.server.key {
        Some(_) => stack::open_key(config, Some(&folder))?,
        None => ServerKey::new(existing_key(folder.path())?),
    };
    let objects = FileObjects::open(&folder.objects())?;
    let seed = random::bytes()?;
    let report = backup::restore(file, folder.path(), &database_key(&key), &objects, seed).await?;
    say(format_args!("{} accounts and {} objects were restored", report.accounts, report.objects))
}
