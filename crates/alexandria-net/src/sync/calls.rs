//! The routes, one typed method each.

mod account;
mod blobs;
mod devices;
mod enrolments;
mod factors;
mod keys;
mod oidc;
mod records;
mod sessions;
mod sign_in;
mod snapshots;

pub use blobs::BlobBody;
pub use keys::VersionedKeys;
pub use oidc::OidcAnswer;
pub use records::PulledRecords;
