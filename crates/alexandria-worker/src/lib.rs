//! Foreign files are parsed in a process of their own, which has no network, no other program and no other file.
//!
//! [`Worker`] starts the program `alexandria-worker` for one file, which is its standard input. The program confines itself
//! ([`sandbox`]) before it reads the first byte, extracts the file with `alexandria-extract`, and writes the result to its
//! standard output ([`wire`]). Whatever happens to it costs one file: each way to fail is a [`WorkerError`]. The result is
//! treated like a foreign file: it is read within limits, and what cannot have been extracted is rejected.
//!
//! Why it is built like this: `docs/adr/0021-worker-process.md`. Absent: parsing (`alexandria-extract`), and a choice to
//! parse in this process instead.

pub mod sandbox;
pub mod wire;

mod client;
mod error;
mod exit;
mod locate;
mod request;
mod serve;

pub use client::Worker;
pub use error::WorkerError;
pub use request::Request;
pub use serve::serve;
