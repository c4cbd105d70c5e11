//! `alexandria restore FILE`.

use std::path::Path;
use std::process::ExitCode;

use alexandria_library::domain::CodedError;
use alexandria_library::{CancellationToken, RestoreError, Restored, Unlock};

use super::backup::show;
use crate::args::Args;
use crate::failure::Failure;
use crate::interrupt::cancel_on_interrupt;
use crate::output::{Output, counted};
use crate::{prompt, session};

pub(crate) async fn run(args: &Args, file: &Path, output: &Output) -> Result<ExitCode, Failure> {
    let cancel = cancel_on_interrupt(*output);
    let (folder, unlock) = (session::folder(args)?, session::unlock(args).await?);
    let by_keychain = matches!(unlock, Unlock::Keychain);
    let restored = match restore(file, &folder, unlock, &cancel, output).await {
        Err(error) if by_keychain && session::is_of_keychain(error.code()) && output.can_ask() => {
            // Nothing was copied yet: a backup is opened first.
            output.note(&error.to_string());
            let passphrase = prompt::passphrase("Passphrase of the library in the backup", *output).await?;
            restore(file, &folder, Unlock::Passphrase(passphrase), &cancel, output).await?
        }
        outcome => outcome?,
    };
    let json = serde_json::json!({ "publications": restored.publications, "created_ms": restored.created_ms });
    output.result(&json, || {
        let books = counted(restored.publications as u64, "publication", "publications");
        format!(
            "Restored {books}; `alexandria import --wait semantic` or an open window makes search by meaning ready."
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn restore(
    file: &Path,
    folder: &Path,
    unlock: Unlock,
    cancel: &CancellationToken,
    output: &Output,
) -> Result<Restored, RestoreError> {
    let bar = output.progress("MB");
    let outcome = alexandria_library::restore_backup(file, folder, unlock, cancel, show(bar.clone())).await;
    bar.finish_and_clear();
    outcome
}
