//! Foreign files are parsed in a process of their own, which has no network, no other program and no other file.
//!
//! [`Worker`] starts the program `alexandria-worker` for one file, which is its standard input. The program confines itself
//! ([`sandbox`]) before it reads the first byte, extracts the file with `alexandria-extract`, and writes the result to its
//! standard output ([`wire`]). Whatever happens to it costs one file: each way to fail is a [`WorkerError`]. The result is
//! treated like a foreign file: it is read within limits, and what cannot have been extracted is rejected.
//!
//! An [`OpenDocument`] has a process that lives as long as it is being read, and answers for each page.
//!
//! Why it is built like this: `docs/adr/0021-worker-process.md`. PDF has an engine of its own, `alexandria-pdf`, which runs here
//! only (`docs/adr/0029-pdf-engine.md`). Absent: parsing (`alexandria-extract`, `alexandria-pdf`), and a choice to
//! parse in this process instead.

pub mod sandbox;
pub mod wire;

mod client;
mod document;
mod error;
mod exit;
mod locate;
mod password;
mod pdf;
mod progress;
mod request;
mod serve;

pub use client::Worker;
pub use document::OpenDocument;
pub use error::WorkerError;
pub use password::Password;
pub use request::{COVER, Request, Task};
pub use serve::serve;
