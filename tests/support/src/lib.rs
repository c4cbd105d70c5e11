//! What the suites share: a sandbox for each test, books written for it, the real window in it under a virtual display,
//! driven through WebDriver, and how a suite reports how far it went.
//!
//! The window needs what `cargo xtask setup` installs on Linux: Xvfb, WebKitWebDriver and tauri-driver. Absent:
//! assertions, which are the suites' own.

mod accessibility;
mod corpus;
mod display;
pub mod epub;
mod input;
mod keychain;
mod random;
mod report;
mod sandbox;
mod window;

pub use alexandria_tests_skip::{Requirement, skip};
pub use corpus::{corpus, corpus_books};
pub use display::Display;
pub use keychain::Keychain;
pub use random::SeededRng;
pub use report::{is_exhaustive, note};
pub use sandbox::{PASSPHRASE, Sandbox, program, under};
pub use window::Window;
