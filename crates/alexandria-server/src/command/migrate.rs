//! `migrate`: brings the database to this version of the program.

use alexandria_server::config::Config;
use alexandria_server::{stack, store};

use super::output::say;

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    if let Some(url) = &config.database.url {
        let applied = store::postgres::migrate(url.expose()).await?;
        return say(format_args!("{applied} migrations were applied"));
    }
    stack::open(config).await?;
    say("the database is up to date")
}
