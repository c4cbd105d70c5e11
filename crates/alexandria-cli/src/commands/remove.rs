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
        output.result(&json, || format!("Deleted {count} for good."))?;
    } else {
        library.remove(ids).await?;
        output.result(&json, || format!("Moved {count} to the bin; `alexandria put-back ID` brings them back."))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The publications that abbreviated ids stand for. All must exist before any is touched.
pub(super) async fn resolve(library: &Library, ids: &[String]) -> Result<Vec<PublicationId>, Failure> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(library.book(id).await?.id);
    }
    Ok(found)
}
