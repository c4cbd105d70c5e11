//! `fsck`: compares rows and objects.

use alexandria_server::config::Config;
use alexandria_server::store::UnixMillis;
use alexandria_server::{fsck, stack};
use anyhow::bail;

use super::output::say;

pub(super) async fn run(config: Config, remove_orphans: bool) -> anyhow::Result<()> {
    let stack = stack::open(config).await?;
    let state = &stack.state;
    if let Some(embedded) = &stack.embedded {
        embedded.store.check_integrity().await?;
    }
    let report = fsck::check(&*state.store, &*state.objects, UnixMillis(state.clock.now_ms())).await?;
    say(format_args!("{} accounts, {} objects", report.accounts, report.objects))?;
    for (account, object) in &report.missing {
        say(format_args!("missing: {object} of account {account}; a device that has it uploads it again"))?;
    }
    for object in &report.orphans {
        say(format_args!("nothing refers to {object}"))?;
    }
    for account in &report.miscounted {
        say(format_args!("the usage of account {account} was counted wrongly and has been corrected"))?;
    }
    if remove_orphans {
        let removed = fsck::remove_orphans(&*state.objects, &report).await?;
        say(format_args!("{removed} objects were removed"))?;
    }
    if !report.missing.is_empty() {
        bail!("{} objects are missing", report.missing.len());
    }
    Ok(())
}
