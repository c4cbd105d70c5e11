//! Measures Alexandria, and its peers in the same run. Started by `cargo xtask bench [NAME]` in a release build.
//!
//! Prints Markdown tables of figures and ratios; judges nothing. May reach into single engines, which no shell may.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]

mod blob;
mod embed;
mod eval;
mod figures;
mod import;
mod peers;
mod search;
mod shelf;

use std::path::PathBuf;

use anyhow::{Context, bail};

/// Every benchmark with its name, in the order they run.
const NAMES: [&str; 5] = ["blob", "import", "embed", "search", "eval"];

fn main() -> anyhow::Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("there is no benchmark `{unknown}`; there are {}", NAMES.join(", "));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for name in NAMES {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("\n## {name}\n");
        match name {
            "blob" => blob::run()?,
            "import" => runtime.block_on(import::run())?,
            "embed" => embed::run()?,
            "search" => runtime.block_on(search::run())?,
            _ => runtime.block_on(eval::run())?,
        }
    }
    Ok(())
}

/// A folder of the corpus.
fn corpus(folder: &str) -> anyhow::Result<PathBuf> {
    let root = std::env::var_os("ALEXANDRIA_CORPUS").context("set ALEXANDRIA_CORPUS to the folder of the corpus")?;
    let folder = PathBuf::from(root).join(folder);
    if !folder.is_dir() {
        bail!("the corpus has no folder {}", folder.display());
    }
    Ok(folder)
}
