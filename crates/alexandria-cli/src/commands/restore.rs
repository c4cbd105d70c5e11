//! `alexandria restore FILE`.

use std::path::Path;
use std::process::ExitCode;

use alexandria_library::domain::CodedError;
use alexandria_library::{CancellationToken, RestoreError, Restored, Unlock};

use super::backup::update;
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
        Err(error) if by_keychain && session::is_keychain_error(error.code()) && output.can_prompt() => {
            // Nothing has been copied yet: a backup is unlocked first.
            output.note(&error.to_string());
            let passphrase = prompt::passphrase("Passphrase of the library in the backup", *output).await?;
            restore(file, &folder, Unlock::Passphrase(passphrase), &cancel, output).await
        }
        result => result,
    };
    let restored = restored.map_err(Failure::of_restore)?;
    let json = serde_json::json!({ "publications": restored.publications, "created_ms": restored.created_ms });
    output.result(&json, || {
        let books = counted(restored.publications as u64, "publication", "publications");
        format!("Restored {books}. Search by meaning is not ready yet.")
    })?;
    output.hint("`alexandria import --wait semantic` or an open window prepares it");
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
    let result = alexandria_library::restore_backup(file, folder, unlock, cancel, update(bar.clone())).await;
    bar.finish_and_clear();
    result
}
