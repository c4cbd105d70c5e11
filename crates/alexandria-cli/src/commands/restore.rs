//! `alexandria restore FILE`.

use std::path::Path;
use std::process::ExitCode;

use super::backup::show;
use crate::args::Args;
use crate::failure::Failure;
use crate::interrupt::cancel_on_interrupt;
use crate::output::{Output, counted};
use crate::session;

pub(crate) async fn run(args: &Args, file: &Path, output: &Output) -> Result<ExitCode, Failure> {
    let (folder, unlock) = (session::folder(args)?, session::unlock(args).await?);
    let bar = output.progress("MB");
    let cancel = cancel_on_interrupt();
    let outcome = alexandria_library::restore_backup(file, &folder, unlock, &cancel, show(bar.clone())).await;
    bar.finish_and_clear();
    let restored = outcome?;
    let json = serde_json::json!({ "publications": restored.publications, "created_ms": restored.created_ms });
    output.result(&json, || {
        let books = counted(restored.publications as u64, "publication", "publications");
        format!(
            "Restored {books}; `alexandria import --wait semantic` or an open window makes search by meaning ready."
        )
    })?;
    Ok(ExitCode::SUCCESS)
}
