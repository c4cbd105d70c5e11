//! Measures Alexandria, and its peers in the same run. Started by `cargo xtask bench` in a release build.
//!
//! Prints Markdown tables of figures and ratios, and records the figures; asserts nothing. It may use single engines, which
//! no shell may.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is its purpose")]

mod arguments;
mod blob;
mod book;
mod embed;
mod engines;
mod environment;
mod eval;
mod figures;
mod import;
mod library;
mod peers;
mod random;
mod report;
mod search;
mod window;

use std::time::Instant;

use self::arguments::Arguments;
use self::report::Report;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [embed::alone::ARGUMENT, layout, list] = words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return embed::run_alone(layout, list.as_ref());
    }
    let arguments = Arguments::parse(&words)?;
    let mut report = Report::new(arguments.against.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for name in arguments.benchmarks() {
        println!("\n## {name}\n");
        let started = Instant::now();
        match name {
            "blob" => blob::run(&mut report)?,
            "import" => import::run(&mut report)?,
            "embed" => runtime.block_on(embed::run(&mut report))?,
            "search" => runtime.block_on(search::run(100_000, &mut report))?,
            "window" => runtime.block_on(window::run(&mut report))?,
            "million" => runtime.block_on(search::run(1_000_000, &mut report))?,
            _ => runtime.block_on(eval::run(&mut report))?,
        }
        eprintln!("{name} took {:.1} minutes", started.elapsed().as_secs_f64() / 60.0);
        // After each, so that a later one that fails loses nothing.
        if let Some(file) = &arguments.record {
            report.save(file)?;
        }
    }
    Ok(())
}
