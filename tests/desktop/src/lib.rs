//! The real window under a virtual display, driven through WebDriver.
//!
//! Needs what `cargo xtask setup` installs on Linux: Xvfb, WebKitWebDriver and tauri-driver. Tests on other platforms, or
//! on a machine without them, say that they are skipped.

mod display;
mod window;
mod world;

pub use display::Display;
pub use window::Window;
pub use world::{PASSPHRASE, World, corpus_books};
