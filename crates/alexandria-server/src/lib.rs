//! The sync server: stores and relays what it cannot read.
//!
//! It knows accounts, devices, sealed records and sealed blobs, and none of the keys that open them. One binary, two stacks:
//! everything in one folder, or Postgres, S3 and Redis.

pub mod admin_listener;
pub mod backup;
pub mod clock;
pub mod config;
pub mod data_folder;
pub mod fsck;
pub mod health;
pub mod http;
pub mod jobs;
pub mod move_store;
pub mod objects;
pub mod operator;
pub mod random;
pub mod run;
pub mod service;
pub mod shutdown;
pub mod stack;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod transient;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
