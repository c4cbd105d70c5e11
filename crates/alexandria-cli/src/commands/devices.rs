//! `alexandria devices …`: the devices of the account.

use std::process::ExitCode;

use alexandria_library::AccountDevice;
use alexandria_library::domain::ErrorCode;
use serde::Serialize;

use super::account::{failure, secret};
use crate::args::{AccountSecretArgs, Args, Devices};
use crate::failure::Failure;
use crate::output::{Output, printable};
use crate::session;

/// A device of the account.
#[derive(Debug, Serialize)]
struct DeviceJson {
    id: String,
    name: Option<String>,
    this_device: bool,
    removed: bool,
    last_seen_ms: Option<u64>,
}

pub(crate) async fn run(args: &Args, action: &Devices, output: &Output) -> Result<ExitCode, Failure> {
    match action {
        Devices::List => list(args, output).await,
        Devices::Remove { id, secret } => remove(args, id, secret, output).await,
    }
}

async fn list(args: &Args, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let devices = library.account_devices().await.map_err(failure)?;
    let json: Vec<DeviceJson> = devices.iter().map(DeviceJson::from).collect();
    output.result(&json, || devices.iter().map(|device| line(device, output)).collect::<Vec<_>>().join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn line(device: &AccountDevice, output: &Output) -> String {
    let id: String = device.id.to_string().chars().take(8).collect();
    let name = device.name.as_deref().map_or_else(|| "unnamed".to_owned(), printable);
    let state = match (device.is_this, device.is_revoked) {
        (true, _) => "  this device",
        (false, true) => "  removed",
        (false, false) => "",
    };
    format!("{id}  {}{}", output.bold(&name), output.dim(state))
}

async fn remove(args: &Args, id: &str, options: &AccountSecretArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (secret, second_factor) = secret(options, output).await?;
    let library = session::open(args, output).await?;
    let devices = library.account_devices().await.map_err(failure)?;
    let prefix = id.to_lowercase();
    let mut found = devices.iter().filter(|device| !device.is_revoked && device.id.to_string().starts_with(&prefix));
    let (Some(device), None) = (found.next(), found.next()) else {
        let message =
            format!("no device of the account, or more than one, has an id that begins with {}", printable(id));
        return Err(Failure::new(ErrorCode::NotFound, message).with_hint("`alexandria devices list` shows the ids"));
    };
    library.remove_account_device(device.id, secret, second_factor).await.map_err(failure)?;
    let json = serde_json::json!({ "removed": device.id.to_string() });
    output.result(&json, || {
        "The device was removed. What it already has stays with it; it gets nothing new.".to_owned()
    })?;
    Ok(ExitCode::SUCCESS)
}

impl From<&AccountDevice> for DeviceJson {
    fn from(device: &AccountDevice) -> Self {
        Self {
            id: device.id.to_string(),
            name: device.name.clone(),
            this_device: device.is_this,
            removed: device.is_revoked,
            last_seen_ms: device.last_seen_ms,
        }
    }
}
