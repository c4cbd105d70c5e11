//! Runs a command of the operator: here, or in the server that holds the data folder.

use alexandria_server::admin_listener::OPERATOR_PATH;
use alexandria_server::config::Config;
use alexandria_server::data_folder::DataFolderError;
use alexandria_server::operator::{Operator, OperatorCommand, token};
use alexandria_server::stack::{self, StackError};
use anyhow::{Context as _, bail};

use super::admin_client::ask;
use super::output::say;

pub(super) async fn run(config: Config, command: OperatorCommand) -> anyhow::Result<()> {
    let stack = match stack::open(config.clone()).await {
        Err(StackError::Folder(DataFolderError::InUse { .. })) => return send(&config, &command),
        opened => opened?,
    };
    let operator = Operator {
        rules: stack.state.rules.clone(),
        objects: stack.state.objects.clone(),
        embedded: stack.embedded.clone(),
    };
    operator.run(command).await?.iter().try_for_each(say)
}

/// Sends a command to the server that runs.
fn send(config: &Config, command: &OperatorCommand) -> anyhow::Result<()> {
    let key = stack::read_key(config)?;
    let headers = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", token(&key));
    let body = serde_json::to_string(command)?;
    // A backup takes as long as it takes.
    let answer = ask(config.listen.admin, &format!("POST {OPERATOR_PATH}"), &headers, &body, None)
        .context("a server uses the data folder, and cannot be reached at listen.admin")?;
    match answer.status {
        200 if answer.body.is_empty() => Ok(()),
        200 => say(answer.body.trim_end()),
        403 => bail!("the server at listen.admin has another key"),
        _ => bail!("{}", answer.body.trim()),
    }
}
