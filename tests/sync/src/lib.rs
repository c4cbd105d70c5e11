//! Several devices and a real sync server, all of them the built programs, on loopback.
//!
//! Absent: what the engine does in every order of events (the simulator of `alexandria-sync`), and what the server answers to whom
//! (the suites of `alexandria-server`).

mod device;
mod recorder;
mod server;

pub use device::{Device, PASSWORD};
pub use recorder::Recorder;
pub use server::Server;
