//! The desktop shell: one window, its commands and events, and the `book:` protocol. Wiring only.
//!
//! Everything Alexandria can do is in `alexandria-library`; nothing here knows how. What is here: the contract with the
//! web UI (`contract`), the thin bodies of its commands (`commands`, called by `handlers`), the parts that have state
//! (`session`, `startup`, `imports`, `recovery_code`, `close_handshake`), composed in `shell`,
//! and what a desktop program owes its platform (`app`, `launch`, `window`, `window_events`, `sleep`, `recent_files`).

#[macro_use]
mod contract;

mod app;
mod auto_lock_task;
mod close_handshake;
mod commands;
mod events;
mod handlers;
mod launch;
mod protocol;
#[cfg(target_os = "linux")]
mod recent_files;
mod recovery_code;
mod session;
mod shell;
#[cfg(target_os = "linux")]
mod sleep;
mod startup;
mod window;
mod window_events;

pub use app::run;
