//! The encrypted object store under LanceDB: every file is encrypted, whatever its content.
//!
//! LanceDB gets a registry with one provider, ours, under the one scheme that Lance does not bypass (`provider::SCHEME`);
//! a plain path has no provider and fails. Files are in the ALX1 format (`docs/formats/blob.md`); what the index adds to it
//! is in `docs/formats/index-store.md`. Nothing is cached here, and paths are not authenticated, because LanceDB copies
//! and renames files.

mod error;
mod provider;
mod sealed;
#[cfg(test)]
mod tests;
mod upload;

pub(crate) use provider::{registry, uri_of};
pub(crate) use sealed::FILE_ID;
pub use sealed::SealedStore;
