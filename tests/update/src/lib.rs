//! A publisher and a client for tests of updates: a repository with keys in a temporary folder, and a client that fetches
//! from it through a connection that a test can disturb.

mod connection;
mod installed;
mod publisher;
mod server;

pub use connection::{Connection, Disturbance};
pub use installed::InstalledProgram;
pub use publisher::{Publisher, TARGET};
pub use server::Server;
