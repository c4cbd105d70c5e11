//! `admin move`: copies everything to another stack, from the folder of a small server to Postgres and S3, or back.

use std::path::Path;

use alexandria_server::config::Config;
use alexandria_server::{move_store, stack};
use anyhow::{Context as _, ensure};

use super::output::say;

pub(super) async fn run(config: Config, target: &Path) -> anyhow::Result<()> {
    // Variables describe the stack that is moved from.
    let target_config = Config::load(Some(target), std::iter::empty()).context("the target")?;
    let folders_differ = config.data != target_config.data;
    ensure!(folders_differ || !stack::uses_folder(&target_config), "both stacks have the same data folder");
    let from = stack::open(config).await?;
    let key = stack::configured_key(&target_config)?;
    ensure!(
        *stack::database_key(&key) == *stack::database_key(&from.state.server_key),
        "server.key of the target must be the key of this server: accounts could not sign in with another"
    );
    let to = stack::open_bare(&target_config, &key).await.context("the target")?;
    let mut report = move_store::move_rows(&*from.rows, &*to.rows).await?;
    report.objects = move_store::move_objects(&*from.state.objects, &*to.objects).await?;
    say(format_args!("{} accounts, {} rows and {} objects were copied", report.accounts, report.rows, report.objects))
}
