//! Hands tauri the configuration and the list of our commands, so that capabilities apply to them as well.

use std::path::Path;

#[macro_use]
#[path = "src/contract/list.rs"]
mod list;

macro_rules! command_names {
    (
        commands { $($(#[$doc:meta])* $area:ident::$name:ident($args:ty) -> $result:ty;)* }
        events { $($events:tt)* }
    ) => {
        const COMMANDS: &[&str] = &[$(stringify!($name)),*];
    };
}
contract!(command_names);

/// Where the built UI lies, as `tauri.conf.json` says.
const UI: &str = "../ui/dist";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The UI becomes part of the program when this crate is compiled. Before it is built for the first time, a page
    // that says so stands in, so that this crate can be checked alone.
    let page = Path::new(UI).join("index.html");
    if !page.exists() {
        std::fs::create_dir_all(UI)?;
        std::fs::write(page, "<!doctype html><title>Alexandria</title><p>Run <code>cargo xtask build</code> first.")?;
    }
    println!("cargo:rerun-if-changed={UI}");
    println!("cargo:rerun-if-changed=src/contract/list.rs");
    println!("cargo:rerun-if-changed=capabilities");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
