//! `alexandria put-back ID…`.

use std::process::ExitCode;

use super::remove::resolve;
use crate::args::Args;
use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::session;

pub(crate) async fn run(args: &Args, ids: &[String], output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let ids = resolve(&library, ids).await?;
    let count = counted(ids.len() as u64, "publication", "publications");
    let json = serde_json::json!({ "restored": ids.iter().map(ToString::to_string).collect::<Vec<_>>() });
    library.restore(ids).await?;
    output.result(&json, || format!("Restored {count} from the bin."))?;
    Ok(ExitCode::SUCCESS)
}
