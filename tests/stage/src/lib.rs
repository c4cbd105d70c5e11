//! What the suites share: a world of a test's own, books made for it, the real window in it under a virtual display,
//! driven through WebDriver, and how a suite says how far it went.
//!
//! The window needs what `cargo xtask setup` installs on Linux: Xvfb, WebKitWebDriver and tauri-driver. No assertions
//! here: what must hold is said by the suites.

mod display;
pub mod epub;
mod extent;
mod keychain;
mod seed;
mod window;
mod world;

pub use display::Display;
pub use extent::{is_exhaustive, skip, tell};
pub use keychain::Keychain;
pub use seed::Chance;
pub use window::Window;
pub use world::{PASSPHRASE, World, corpus, corpus_books, program, under};
