//! `health`: asks `/readyz` of the running server, so that a container without a shell can check itself.

use std::time::Duration;

use alexandria_server::config::Config;
use anyhow::bail;

use super::admin_client::ask;

const TIMEOUT: Duration = Duration::from_secs(3);

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    let answer = ask(config.listen.admin, "GET /readyz", "", "", Some(TIMEOUT))?;
    if answer.status != 200 {
        bail!("not ready: {}", answer.body.trim());
    }
    Ok(())
}
