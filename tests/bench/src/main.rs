//! Measures Alexandria, and its peers in the same run. Started by `cargo xtask bench [NAME]` in a release build.
//!
//! Prints Markdown tables of figures and ratios; judges nothing. May reach into single engines, which no shell may.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]

mod blob;
mod book;
mod embed;
mod engines;
mod environment;
mod eval;
mod figures;
mod import;
mod noise;
mod peers;
mod search;
mod shelf;
mod window;

use anyhow::bail;

/// Every benchmark with its name, in the order they run.
const NAMES: [&str; 7] = ["blob", "import", "embed", "search", "window", "eval", "million"];
/// Takes many minutes and gigabytes, so it runs only when it is named.
const ONLY_BY_NAME: &str = "million";

fn main() -> anyhow::Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [embed::alone::ARGUMENT, layout, list] = wanted.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return embed::run_alone(layout, list.as_ref());
    }
    if let Some(unknown) = wanted.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("there is no benchmark `{unknown}`; there are {}", NAMES.join(", "));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for name in NAMES {
        let is_wanted = wanted.iter().any(|wanted| wanted == name) || (wanted.is_empty() && name != ONLY_BY_NAME);
        if !is_wanted {
            continue;
        }
        println!("\n## {name}\n");
        match name {
            "blob" => blob::run()?,
            "import" => import::run()?,
            "embed" => runtime.block_on(embed::run())?,
            "search" => runtime.block_on(search::run(100_000))?,
            "window" => runtime.block_on(window::run())?,
            "million" => runtime.block_on(search::run(1_000_000))?,
            _ => runtime.block_on(eval::run())?,
        }
    }
    Ok(())
}
