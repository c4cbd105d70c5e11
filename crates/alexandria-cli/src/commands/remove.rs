//! `alexandria remove ID… [--forever]`.

use std::process::ExitCode;

use alexandria_library::Library;
use alexandria_library::domain::PublicationId;

use crate::args::Args;
use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::session;

pub(crate) async fn run(args: &Args, ids: &[String], forever: bool, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let ids = resolve(&library, ids).await?;
    let count = counted(ids.len() as u64, "publication", "publications");
    let json = serde_json::json!({ "removed": ids.iter().map(ToString::to_string).collect::<Vec<_>>() });
    if forever {
        library.delete(ids).await?;
        output.result(&json, || format!("Permanently deleted {count}."))?;
    } else {
        library.remove(ids).await?;
        output.result(&json, || format!("Moved {count} to the bin. Restore with `alexandria put-back ID`."))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Resolves id prefixes to publications. All must exist before any is changed.
pub(super) async fn resolve(library: &Library, ids: &[String]) -> Result<Vec<PublicationId>, Failure> {
    let mut resolved = Vec::with_capacity(ids.len());
    for id in ids {
        resolved.push(library.book(id).await.map_err(Failure::unknown_id)?.id);
    }
    Ok(resolved)
}
