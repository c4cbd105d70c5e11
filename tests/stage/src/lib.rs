//! What the suites share: a world of a test's own, books made for it, and the real window in it under a virtual display,
//! driven through WebDriver.
//!
//! The window needs what `cargo xtask setup` installs on Linux: Xvfb, WebKitWebDriver and tauri-driver. No assertions
//! here: what must hold is said by the suites.

mod display;
pub mod epub;
mod keychain;
mod window;
mod world;

pub use display::Display;
pub use keychain::Keychain;
pub use window::Window;
pub use world::{PASSPHRASE, World, corpus_books, program};
