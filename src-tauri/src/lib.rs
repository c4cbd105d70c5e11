//! The desktop shell: one window, its commands and events, and the `book:` protocol. Wiring only.
//!
//! Everything Alexandria can do is in `alexandria-library`; nothing here knows how. What is here: the contract with the
//! web UI (`contract`), its thin command bodies (`commands`), the open library and its jobs (`shell`), what the window
//! remembers (`preferences`), and what a desktop program owes its platform (`app`, `launch`, `window`, `closing`,
//! `recent`).

mod app;
mod closing;
mod commands;
mod contract;
mod events;
mod launch;
mod preferences;
mod protocol;
#[cfg(target_os = "linux")]
mod recent;
mod rest;
mod shell;
mod window;

pub use app::run;
